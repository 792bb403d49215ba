"""Whatever process of a command is killed, and whenever: the same command gives the same result."""

from pathlib import Path

import pytest

from tests.kill_at_random import SCENARIOS, kill_at_random, make_cache

MOMENTS = 2


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_cache(tmp_path_factory.mktemp("data"))


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_command_survives_the_death_of_any_of_its_processes(name, cache, tmp_path) -> None:
    assert kill_at_random(name, MOMENTS, 1, tmp_path, cache).total() == MOMENTS
