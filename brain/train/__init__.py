"""Training of the brain, one file a stage: vision, language, projector, instruct, joint."""
