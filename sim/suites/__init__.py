"""Worlds of other people, behind our own interface."""
