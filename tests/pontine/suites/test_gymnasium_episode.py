"""A Gymnasium environment, played by the one loop."""

import gymnasium
import numpy as np

from pontine.rollout import Watcher, rollout
from pontine.suites.gymnasium_episode import GymnasiumEpisode


class Counting(gymnasium.Env):
    """Adds up what it is told, from a number drawn by the seed; done beyond 3, over after 9."""

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.steps, self.sum = 0, self.np_random.random() + (options or {}).get("more", 0.0)
        return {"sum": np.array([self.sum])}, {}

    def step(self, action):
        self.steps, self.sum = self.steps + 1, self.sum + action
        done = self.sum > 3
        return {"sum": np.array([self.sum])}, 0.0, done, self.steps >= 9, {"is_success": done}


class Constant:
    def __init__(self, value: float, period: float = 0.1) -> None:
        self.value, self.period = value, period

    def reset(self, observation, instruction) -> None:
        assert instruction == "count"

    def cameras(self, now):
        return ()

    def act(self, observation):
        return self.value


def played(value: float, seed: int = 0, period: float = 0.1, more: float = 0.0) -> GymnasiumEpisode:
    episode = GymnasiumEpisode(Counting(), "count", seed, 0.1, {"more": more})
    rollout(episode, Constant(value, period), [Watcher()])
    return episode


def test_it_ends_with_success_or_with_its_time() -> None:
    won, lost = played(1.0), played(0.0)
    assert won.success and won.over and 2 <= won.steps <= 4
    assert not lost.success and lost.over and (lost.steps, lost.time) == (9, 900_000_000)


def test_a_seed_is_an_episode_and_options_reach_it() -> None:
    assert played(1.0).trajectory_hash == played(1.0).trajectory_hash
    hashes = {played(1.0).trajectory_hash, played(1.0, seed=1).trajectory_hash,
              played(0.9).trajectory_hash, played(1.0, more=0.1).trajectory_hash}  # fmt: skip
    assert len(hashes) == 4


def test_an_action_lasts_for_the_policys_period() -> None:
    assert played(0.0, period=0.2).steps == 9, "its end lies within a period"
    assert played(1.0, period=0.2).seen["sum"] == played(1.0).seen["sum"]
