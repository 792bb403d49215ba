"""Meta-World's low-level controller: the same network, fed from this suite's senses."""
