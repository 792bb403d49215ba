"""The agent on Meta-World: its rates, its delay, and that it halts without tokens."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from body import ActionTokens, CodecMismatchError
from cerebellum.codec import save_codec
from cerebellum.codec.aim import AimCodec
from pontine.agent.agent import Agent, AgentConfig
from pontine.agent.shipped import ModelPaths
from pontine.agent.sources import Null
from pontine.agent.stack import StackConfig
from pontine.evaluation.config import EvalConfig
from pontine.evaluation.evaluate import evaluate
from pontine.evaluation.log import EvaluationError
from pontine.suites.metaworld.movers import Playback
from pontine.suites.metaworld.policy_factory import MetaWorldPolicyFactory
from pontine.suites.metaworld.sources import Oracle, Shuffled
from pontine.suites.metaworld.suite import SUITE
from sim.suites.metaworld import Look, MetaWorld

CODEC = AimCodec()
AIM = CODEC.encode(np.array([0.1, 0.7, 0.2, 10.0, 1.0]))
STATE = np.array([0.0, 0.6, 0.2, 1.0])
STEP = 12_500_000  # ns
EVAL = EvalConfig(
    suite="metaworld", task=("drawer-open-v3",), episodes=1, seed=800_000, workers=1, videos=0,
    shadows=False,
)  # fmt: skip


class Scripted:
    """Tokens from a list; () thereafter is what a dead brain would leave."""

    codec_id = CODEC.codec_id

    def __init__(self, *said) -> None:
        self.said, self.asked = list(said), []

    def reset(self) -> None:
        self.asked = []

    def think(self, observation, instruction, report) -> ActionTokens:
        self.asked.append(observation.stamp // STEP)
        codes = self.said[min(len(self.asked), len(self.said)) - 1]
        return ActionTokens(codes, self.codec_id, observation.stamp)


def look(step: int, picture: bool) -> Look:
    drawn = np.zeros((480, 480, 3), np.uint8) if picture else None
    return Look(drawn, STATE, np.empty(0), stamp=step * STEP)


def agent_of(source, every: int = 8, delay: int = 0) -> Agent:
    return Agent(source, Playback(CODEC), AgentConfig(80 / every, delay / 80, True, ("corner2",)))


def run(agent: Agent, steps: int) -> list[np.ndarray]:
    agent.reset(look(0, True), "do it")
    return [agent.act(look(k, "corner2" in agent.cameras(k * STEP))) for k in range(steps)]


def test_it_looks_when_it_is_time_and_tokens_take_effect_after_their_delay() -> None:
    source = Scripted(AIM)
    actions = run(agent_of(source, every=8, delay=5), 20)
    assert source.asked == [0, 8, 16]
    assert not np.any(actions[:5]) and np.all([action[3] == 1 for action in actions[5:]])
    way = CODEC.aim(AIM)[:3] - STATE[:3]
    np.testing.assert_allclose(actions[5][:3], np.clip(10 * way, -1, 1))


def test_without_tokens_it_stands_still() -> None:
    assert not np.any(run(agent_of(Null(CODEC.codec_id)), 30))
    actions = run(agent_of(Scripted(AIM, ())), 20)
    assert np.any(actions[7]) and not np.any(actions[8:])


@pytest.mark.parametrize("delay", [0, 5])
def test_tokens_grow_too_old_by_the_mailboxs_time_to_live(delay: int) -> None:
    actions = run(agent_of(Scripted(AIM), every=1000, delay=delay), 90)
    assert np.any(actions[80]) and not np.any(actions[81:])


def test_a_foreign_codecs_tokens_are_refused() -> None:
    source = Scripted(AIM)
    source.codec_id = "another"
    with pytest.raises(CodecMismatchError, match="refused"):
        run(agent_of(source), 1)


def test_tokens_are_set_against_the_picture_they_were_made_from() -> None:
    class Taking(Playback):
        def take(self, plan, look) -> None:
            super().take(plan, look)
            taken.append(None if look is None else look.stamp // STEP)

    taken: list[int | None] = []
    pace = AgentConfig(10.0, 13 / 80, True, ("corner2",))
    run(Agent(Scripted(AIM), Taking(CODEC), pace), 40)
    assert taken == [0, 8, 16, 24]


def test_the_oracles_tokens_open_a_drawer_and_another_tasks_do_not() -> None:
    with MetaWorld("drawer-open-v3", pictures=False, fast=True) as world:
        solved = []
        for source in (
            Oracle(CODEC, world.task), Shuffled(CODEC, world.task, 800_000), Null(CODEC.codec_id),
        ):  # fmt: skip
            agent = agent_of(source)
            seen = world.reset(0, 800_000)
            agent.reset(seen, world.instruction)
            while not seen.over:
                seen = world.step(agent.act(seen))
            solved.append(seen.success)
    assert solved == [True, False, False]


@pytest.mark.slow
def test_brain_and_controller_drive_an_episode_the_same_with_any_number_of_workers(
    stack: StackConfig, tmp_path
) -> None:
    config = replace(EVAL, stack=stack, episodes=2)
    one = evaluate(replace(config, out=tmp_path / "one"))
    two = evaluate(replace(config, workers=2, out=tmp_path / "two"))
    assert one["per_task"] == two["per_task"]
    hashes = {one["per_task"]["drawer-open-v3"]["trajectory_hash"]}
    for name, changed in (
        ("playback", replace(stack, controller="playback")),
        ("late", replace(stack, latency_ms=62.5)),
        ("told", replace(stack, thought="told")),
    ):
        other = replace(config, stack=changed, out=tmp_path / name)
        hashes.add(evaluate(other)["per_task"]["drawer-open-v3"]["trajectory_hash"])
    assert len(hashes) == 4, "each of these settings must matter"


def test_a_brain_and_a_codec_that_do_not_belong_together_are_refused(tmp_path) -> None:
    save_codec(AimCodec(z=(-0.05, 0.5)), tmp_path / "codec")
    models = replace(SUITE.models, codec=tmp_path / "codec")
    with pytest.raises(CodecMismatchError, match=r"give --models\.codec"):
        brain = str(SUITE.brain)
        MetaWorldPolicyFactory(
            "agent", StackConfig(controller="playback", brain=brain, models=models)
        )


def test_what_an_agent_cannot_do_here_is_refused(tmp_path) -> None:
    for stack, words in (
        (StackConfig(thought="off"), "trained with thoughts"),
        (StackConfig(brain_hz=400.0), "at most 80"),
        (StackConfig(brain="http://localhost:9#m"), "reads four numbers"),
        (StackConfig(models=ModelPaths(controller=Path("none"))), "give --controller playback"),
    ):
        with pytest.raises(EvaluationError, match=words):
            evaluate(replace(EVAL, stack=stack, out=tmp_path))
    with pytest.raises(EvaluationError, match="where p1's camera stands"):
        playback = StackConfig(controller="playback")
        evaluate(replace(EVAL, protocol="p2", stack=playback, out=tmp_path))
