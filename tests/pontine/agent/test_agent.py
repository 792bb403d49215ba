"""Mailbox, latency and rates, with the real oracle and the real playback of codes."""

from pathlib import Path
from typing import Any

import pytest

from body import ActionTokens, CodecMismatchError, Observation
from body.contract.mailbox import Freshness
from brain.errors import ServerError
from pontine.agent.agent import AgentConfig
from pontine.agent.shipped import ModelPaths
from pontine.agent.stack import AgentStack, StackConfig
from pontine.suites.tabletop.environment import Tabletop
from pontine.suites.tabletop.episode import run_episode
from pontine.suites.tabletop.token_faults import FreezeTokens, MoveTarget
from sim.tasks import sample_episode
from sim.worlds import World

SEED = 800_123


@pytest.fixture(scope="module")
def stack(world: World, codec_folder: Path) -> AgentStack:
    models = ModelPaths(codec=codec_folder)
    return AgentStack(StackConfig(tokens="oracle", controller="playback", models=models), world)


def test_tokens_arrive_after_the_latency(world: World, stack: AgentStack) -> None:
    episode = sample_episode("reach", SEED)
    world.reset(episode.scene)
    agent = stack.agent(episode)
    agent.config = AgentConfig(brain_hz=4.0, latency=0.15)
    agent.reset(world.observation(), episode.instruction)
    ages = []
    for step in range(20):
        world.time = step * 50_000_000
        agent.act(world.observation())
        letter = agent.letter(world.time)
        ages.append(None if letter.tokens is None else round(letter.age, 3))
    assert ages[:3] == [None, None, None]
    assert ages[3:8] == [0.15, 0.2, 0.25, 0.3, 0.35]
    assert ages[8] == 0.15
    assert len(agent.log.brain_ms) == 4


def test_a_silent_brain_goes_stale_then_holds(world: World, stack: AgentStack) -> None:
    episode = sample_episode("reach", SEED)
    world.reset(episode.scene)
    agent = stack.agent(episode)
    agent.reset(world.observation(), episode.instruction)
    agent.mailbox.put(ActionTokens((64, 64, 40, 24, 0, 3), agent.mailbox.codec_id, 0))
    states = [agent.letter(t).freshness for t in (500_000_000, 1_200_000_000, 1_700_000_000)]
    assert states == [Freshness.FRESH, Freshness.NULL, Freshness.HOLD]
    assert agent.letter(3_000_000_000).freshness is Freshness.STOPPED


def test_a_foreign_codec_is_refused(stack: AgentStack, world: World) -> None:
    episode = sample_episode("reach", SEED)
    world.reset(episode.scene)
    agent = stack.agent(episode)
    with pytest.raises(CodecMismatchError, match="refused"):
        agent.mailbox.put(ActionTokens((1,), "0" * 16, 0))
    assert agent.mailbox.refused == 1


def test_oracle_codes_alone_solve_a_pick_and_repeat_exactly(
    world: World, stack: AgentStack
) -> None:
    episode = sample_episode("pick", SEED)
    first = run_episode(Tabletop(world, episode), stack.agent(episode))
    again = run_episode(Tabletop(world, episode), stack.agent(episode))
    assert first.success and first.limit_violations == 0
    assert first.first_grasp is True and len(first.grasp_errors) == 1
    assert first.grasp_errors[0] < 0.006
    assert again.trajectory_hash == first.trajectory_hash and again.steps == first.steps


def test_a_moved_target_is_missed_by_blind_playback(world: World, stack: AgentStack) -> None:
    episode = sample_episode("pick", SEED)
    agent, environment = stack.agent(episode), Tabletop(world, episode)
    result = run_episode(environment, agent, [MoveTarget(environment, agent, 0.05, SEED)])
    assert result.grasp_errors[0] > 0.03


def test_frozen_tokens_resume(world: World, stack: AgentStack) -> None:
    episode = sample_episode("pick", SEED)
    agent, environment = stack.agent(episode), Tabletop(world, episode)
    result = run_episode(environment, agent, [FreezeTokens(environment, agent, 1.0)])
    assert result.success and not agent.cut_off


def test_pictures_nobody_looks_at_change_nothing(world: World) -> None:
    shipped = AgentStack(StackConfig(tokens="oracle"), world)
    episode = sample_episode("pick", SEED)
    hashes = []
    for every in (False, True):
        agent = shipped.agent(episode)
        if every:
            agent.cameras = lambda now: ("wrist", "fixed")  # type: ignore[method-assign]
        hashes.append(run_episode(Tabletop(world, episode, limit=80), agent).trajectory_hash)
    assert hashes[0] == hashes[1]


def test_a_brain_that_stops_answering_holds_the_arm_and_is_named(
    world: World, stack: AgentStack, capsys: pytest.CaptureFixture[str]
) -> None:
    episode = sample_episode("pick", SEED)
    agent = stack.agent(episode)
    think = agent.brain.think

    def broken(observation: Observation, *rest: Any) -> ActionTokens:
        if observation.stamp > 500_000_000:
            raise ServerError("http://a: the line is dead")
        return think(observation, *rest)

    agent.brain.think = broken  # type: ignore[method-assign]
    result = run_episode(Tabletop(world, episode, limit=80), agent)
    assert not result.success and result.limit_violations == 0
    assert "time limit; no tokens from the brain: http://a: the line is dead" in result.reason
    assert agent.letter(world.time).freshness is Freshness.STOPPED
    assert capsys.readouterr().err.count("the line is dead") == 1
