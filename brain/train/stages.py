"""The brain's stages, in their order."""

STAGES = ("vision", "language", "projector", "grounding", "instruct", "joint")
