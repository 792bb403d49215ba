"""The expert is recorded through the one loop."""

import numpy as np

from pontine.policies.expert import ExpertPolicy
from pontine.rollout import rollout
from pontine.suites.tabletop.demonstration import TAIL, demonstrate
from pontine.suites.tabletop.environment import Tabletop
from sim.expert import FRAME_EVERY, Expert
from sim.noise import NoiseConfig
from sim.tasks import sample_episode
from sim.worlds import World

SEED = 40


def test_pictures_change_nothing_and_every_other_step_is_a_frame(world: World) -> None:
    expert, episode = Expert(world), sample_episode("reach", SEED)
    blind, seeing = (
        demonstrate(expert, episode, NoiseConfig(), cameras) for cameras in ((), ("wrist",))
    )
    assert set(seeing.columns) - set(blind.columns) == {"observation.images.wrist"}
    for name, column in blind.columns.items():
        np.testing.assert_array_equal(column, seeing.columns[name])
    assert len(blind) == -(-round(blind.seconds / 0.05) // FRAME_EVERY)


def test_it_goes_on_a_little_after_success(world: World) -> None:
    expert, episode = Expert(world), sample_episode("reach", SEED)
    recording = demonstrate(expert, episode)
    environment = Tabletop(world, episode, limit=round(recording.seconds / 0.05) - TAIL)
    rollout(environment, ExpertPolicy(expert, episode))
    assert recording.success and environment.success
