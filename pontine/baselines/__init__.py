"""Policies to compare with, trained here on the same recordings."""
