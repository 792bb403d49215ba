from pathlib import Path

import numpy as np
import pytest

from body import ControllerReport, Report
from pontine.agent.shipped import ModelPaths
from pontine.agent.sources import Noisy, Null, Oracle, Shuffled
from pontine.agent.stack import AgentStack, StackConfig
from sim.tasks import Episode, sample_episode
from sim.worlds import World

SEED = 800_321


@pytest.fixture(scope="module")
def stack(world: World, codec_folder: Path) -> AgentStack:
    models = ModelPaths(codec=codec_folder)
    return AgentStack(StackConfig(tokens="oracle", controller="playback", models=models), world)


@pytest.fixture
def episode(world: World, stack: AgentStack) -> Episode:
    drawn = sample_episode("pick", SEED)
    world.reset(drawn.scene)
    stack.mover.reset(world.observation())
    return drawn


def oracle(stack: AgentStack, episode: Episode) -> Oracle:
    return Oracle(stack.world, episode.task, episode.goal, stack.codec, stack.mover)


def test_the_oracle_moves_on_with_reports_about_its_own_tokens(
    stack: AgentStack, episode: Episode
) -> None:
    source = oracle(stack, episode)

    def waypoint(stamp: int, status: Report, about: int) -> tuple[bool, float]:
        stack.world.time = stamp
        report = ControllerReport(status, about)
        tokens = source.think(stack.world.observation(), "", report)
        found = stack.codec.waypoint(tokens.codes)
        return found.closed, round(float(found.position[2]), 2)

    assert waypoint(0, Report.MOVING, -1) == (False, 0.16)
    assert waypoint(250, Report.ARRIVED, 0) == (True, 0.03)
    assert waypoint(500, Report.ARRIVED, 0) == (True, 0.03)  # late news about old tokens
    assert waypoint(750, Report.HOLDING, 250) == (True, 0.2)
    assert waypoint(1000, Report.MISSED, 750) == (False, 0.16)


def test_noise_is_held_for_one_step_of_the_plan(stack: AgentStack, episode: Episode) -> None:
    source = Noisy(oracle(stack, episode), stack.codec, 0.02, SEED)
    places = []
    for stamp in (0, 250, 500):
        stack.world.time = stamp
        tokens = source.think(stack.world.observation(), "", ControllerReport())
        places.append(stack.codec.waypoint(tokens.codes).position[:2])
    assert np.allclose(places[0], places[1]) and np.allclose(places[1], places[2])
    target = stack.world.object_pose(episode.goal.target)[0][:2]
    assert np.linalg.norm(places[0] - target) > 0.005


def test_shuffled_codes_are_those_of_the_donor(stack: AgentStack, episode: Episode) -> None:
    donor = sample_episode("pick", SEED + 1)
    source = Shuffled(donor.scene, donor.task, donor.goal, stack.codec, stack.world)
    place = donor.scene.objects[donor.goal.target]
    tokens = source.think(stack.world.observation(), "", ControllerReport())
    first = stack.codec.waypoint(tokens.codes).position
    assert np.allclose(first[:2], [place.x, place.y], atol=0.004)


def test_null_is_always_null(stack: AgentStack, episode: Episode) -> None:
    source = Null(stack.codec.codec_id)
    assert source.think(stack.world.observation(), "", ControllerReport()).is_null
