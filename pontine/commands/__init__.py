"""Commands that need more than a module and a function."""
