"""The commands that are no room of their own, and what all commands share."""
