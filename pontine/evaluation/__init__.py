"""Closed-loop episodes, many of them, and the figures they come to."""
