"""Hypothesis without deadlines: the machines that run these tests are shared and slow."""

from hypothesis import settings

settings.register_profile("pontine", deadline=None, max_examples=100)
settings.load_profile("pontine")
