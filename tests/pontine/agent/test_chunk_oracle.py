"""The expert's chunks as tokens: from what is commanded now, step by step through a task."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from body import ControllerReport, Report
from body.geometry.motion import unroll
from body.robots.fr3 import FR3
from cerebellum.codec import BinsCodec, Codec, save_codec
from cerebellum.codec.aim import AimCodec
from cerebellum.state import CommandState
from episodes import model_folder
from episodes.vocabulary import Step
from pontine.agent.chunk_oracle import ChunkOracle
from pontine.agent.shipped import ModelPaths
from pontine.agent.stack import AgentStack, StackConfig
from pontine.suites.tabletop.environment import Tabletop
from pontine.suites.tabletop.episode import run_episode
from sim.tasks import sample_episode
from sim.worlds import World

SEED = 800_321
SPANS = (0.022, 0.022, 0.022, 0.08)
BINS = BinsCodec((*(-s for s in SPANS), 0.0), (*SPANS, 1.0))


def stack(codec: Codec, folder: Path, world: World, **settings: object) -> AgentStack:
    save_codec(codec, folder)
    model_folder.write(folder, {"kind": "codec", "codec_id": codec.codec_id}, spec=FR3)
    config = StackConfig(tokens="oracle", controller="playback", models=ModelPaths(codec=folder))
    return AgentStack(replace(config, **settings), world)  # type: ignore[arg-type]


def test_bins_of_the_law_alone_pick_a_thing_up(world: World, tmp_path: Path) -> None:
    episode = sample_episode("pick", SEED)
    result = run_episode(Tabletop(world, episode), stack(BINS, tmp_path, world).agent(episode))
    assert result.success and len(result.tokens[0]["codes"]) == 80


def test_the_chunk_begins_at_the_command_and_its_speed(world: World, tmp_path: Path) -> None:
    parts = stack(BINS, tmp_path, world)
    episode = sample_episode("pick", SEED)
    world.reset(episode.scene)
    parts.mover.reset(world.observation())
    oracle = ChunkOracle(world, episode.task, episode.goal, BINS, parts.mover)
    state = CommandState(parts.mover.command.pose, [0.005, 0.0, -0.01, 0.0])
    parts.mover.command = state  # type: ignore[misc]
    told = BINS.decode(oracle.think(world.observation(), "", ControllerReport()).codes)
    waypoint = episode.task.plan(world.objects(), episode.goal, Step.ABOVE, state.pose)
    way = unroll(
        state.pose, state.increment, np.array(0.0), state.target(waypoint.pose), np.array(0.0)
    )
    assert np.abs(told - way).max() < 0.08 / BINS.bins + 1e-9


def test_it_judges_arrivals_and_misses_itself(world: World) -> None:
    episode = sample_episode("pick", SEED)
    world.reset(episode.scene)
    mover = SimpleNamespace(command=CommandState([0.45, 0.0, 0.4, 0.0]))
    oracle = ChunkOracle(world, episode.task, episode.goal, BINS, mover)  # type: ignore[arg-type]
    start = world.observation()

    def look(tick: int, about: int, width: float) -> Step:
        seen = replace(start, stamp=tick * 250_000_000, gripper_width=width)
        oracle.think(seen, "", ControllerReport(Report.MOVING, about * 250_000_000))
        return oracle.step

    def goes(closed: bool) -> None:
        plan = episode.task.plan(world.objects(), episode.goal, oracle.step, np.zeros(4))
        mover.command = CommandState(plan.pose, closed=closed)

    assert look(0, -1, 0.08) is Step.ABOVE
    goes(closed=False)
    assert look(1, 0, 0.08) is Step.ABOVE  # it has only just come
    assert look(2, 0, 0.08) is Step.GRASP
    goes(closed=True)
    assert look(3, 1, 0.05) is Step.GRASP
    assert look(4, 2, 0.05) is Step.GRASP  # not told for long enough
    assert look(5, 2, 0.05) is Step.LIFT
    assert [look(tick, 2, 0.05) for tick in range(6, 14)] == [Step.LIFT] * 8  # orders still to come
    assert look(14, 5, 0.0) is Step.ABOVE  # the hand is empty


def test_parts_that_need_a_keyframe_are_refused_beside_chunks(world: World, tmp_path: Path) -> None:
    for settings in ({"controller": "network"}, {"tokens": "shuffled"}, {"noise_mm": 5.0}):
        with pytest.raises(model_folder.ModelFolderError, match="name no keyframe"):
            stack(BINS, tmp_path / "bins", world, **settings)
    short = BinsCodec(BINS.low, BINS.high, steps=8)
    for number, foreign in enumerate((AimCodec(), short)):
        with pytest.raises(model_folder.ModelFolderError, match="chunks of 16 steps"):
            stack(foreign, tmp_path / str(number), world)
