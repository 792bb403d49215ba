"""One world for all tests of a module: setting up a renderer takes half a second."""

from collections.abc import Iterator

import pytest

from sim.expert import Expert
from sim.worlds import World


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as made:
        yield made


@pytest.fixture(scope="module")
def expert(world: World) -> Expert:
    return Expert(world)
