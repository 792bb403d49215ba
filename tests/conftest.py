"""Hypothesis without deadlines: the machines that run these tests are shared and slow."""

import signal
from pathlib import Path

import pytest
from hypothesis import settings

HERE = Path(__file__).parent
# what a session prepares for one of these folders is prepared by one worker alone
SHARING = ("brain", "cerebellum", "pontine/baselines/flat", "pontine/suites/metaworld")

settings.register_profile("pontine", deadline=None, max_examples=100)
settings.load_profile("pontine")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # so a shell starts what it puts in the background, and programs under test inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With --dist loadgroup, a folder whose fixtures take long stays with one worker."""
    for item in items:
        for folder in SHARING:
            if item.path.is_relative_to(HERE / folder):
                item.add_marker(pytest.mark.xdist_group(folder))
