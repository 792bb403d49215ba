"""Our own world: arms at a table, and sentences about what stands on it."""
