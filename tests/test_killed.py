"""Whatever process of a command is killed, and whenever: the same command gives the same result."""

import random
from pathlib import Path

import pytest

from tests.kill_at_random import SCENARIOS, Trial, make_cache

MOMENTS = 1  # of each; tests/kill_at_random.py does as many as are asked for


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_cache(tmp_path_factory.mktemp("data"))


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_command_survives_the_death_of_any_of_its_processes(name, cache, tmp_path) -> None:
    trial, rng = Trial(name, tmp_path, cache), random.Random(1)
    for _ in range(MOMENTS):
        assert "same result" in trial.kill(rng)
