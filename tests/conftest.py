"""Hypothesis without deadlines: the machines that run these tests are shared and slow."""

import signal

from hypothesis import settings

settings.register_profile("pontine", deadline=None, max_examples=100)
settings.load_profile("pontine")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # so a shell starts what it puts in the background, and programs under test inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)
