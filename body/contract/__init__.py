"""What crosses the lines: observations, action tokens, chunks, reports, and what a robot is."""
