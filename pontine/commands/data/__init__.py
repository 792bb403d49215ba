"""`pontine data`: what can be done with a data set on disk."""
