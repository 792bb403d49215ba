"""Meta-World: fifty tasks of one arm, under both protocols that figures are published by."""
