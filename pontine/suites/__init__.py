"""The suites there are, a folder each."""
