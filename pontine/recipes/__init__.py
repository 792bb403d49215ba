"""From nothing to trained models: what is done in which order, a file a suite."""
