"""An episode of Meta-World as the one loop plays it: what is shown, and for how long."""

from collections.abc import Iterator

import numpy as np
import pytest

from pontine.policies.plugin import PolicyError
from pontine.rollout import Watcher, rollout
from pontine.suites.metaworld.environment import MetaWorldEpisode
from pontine.suites.metaworld.policy import MetaWorldPolicy, ScriptedPolicy, WatchedMetaWorldPolicy
from sim.suites.metaworld import MetaWorld

SEED = 800_000


@pytest.fixture(scope="module")
def drawer() -> Iterator[MetaWorld]:
    pytest.importorskip("metaworld", reason="Meta-World is not installed: make metaworld")
    with MetaWorld("drawer-open-v3", pictures=False, fast=True) as world:
        yield world


def test_the_full_state_is_hidden_and_pictures_are_drawn_when_asked_for(drawer) -> None:
    environment = MetaWorldEpisode(drawer, 0, SEED)
    first = environment.reset()
    assert first.picture is None and first.full.size == 0 and first.state.shape == (4,)
    assert environment.observe(("corner2",)).picture.shape == (480, 480, 3)
    assert MetaWorldEpisode(drawer, 0, SEED, pictured=True).reset().picture is not None
    assert MetaWorldEpisode(drawer, 0, SEED, privileged=True).reset().full.shape == (39,)


def test_the_expert_succeeds_and_nobody_ends_the_episode_for_it(drawer) -> None:
    environment = MetaWorldEpisode(drawer, 0, SEED, privileged=True, limit=150)
    rollout(environment, ScriptedPolicy(drawer.task))
    assert environment.success and environment.steps == 150
    assert environment.time == 1_875_000_000


def test_it_is_the_same_to_the_bit_whoever_looks_on(drawer) -> None:
    class Looking(Watcher):
        def cameras(self, now: int) -> tuple[str, ...]:
            return ("corner2",)

    hashes = set()
    for watchers in ([], [Looking()]):
        environment = MetaWorldEpisode(drawer, 0, SEED, privileged=True, limit=20)
        rollout(environment, ScriptedPolicy(drawer.task), watchers)
        hashes.add(environment.trajectory_hash)
    assert len(hashes) == 1


@pytest.mark.parametrize("answer", [None, [0, 0, 1], [0, 0, np.nan, 1], "up"])
def test_what_is_no_action_is_refused(drawer, answer) -> None:
    class Odd(MetaWorldPolicy):
        looks = False

        def act(self, look):
            return answer

    with pytest.raises(PolicyError, match=r"Odd.act answers no action of 4 finite numbers"):
        rollout(MetaWorldEpisode(drawer, 0, SEED), WatchedMetaWorldPolicy(Odd()))
