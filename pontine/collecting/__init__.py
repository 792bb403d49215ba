"""Demonstrations of the scripted experts, as data sets."""
