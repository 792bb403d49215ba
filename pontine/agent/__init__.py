"""Brain and cerebellum coupled at two rates, and what they are made from."""
