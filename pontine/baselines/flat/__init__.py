"""The flat baseline: one network from pictures and a sentence to a chunk of actions."""
