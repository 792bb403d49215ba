"""A run as a film: frames composed of pictures, thoughts, tokens and plots."""
