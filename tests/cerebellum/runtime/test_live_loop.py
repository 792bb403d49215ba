"""Command loop and planner together: every fault they can see, and how motion goes on after it."""

from pathlib import Path

import numpy as np
import pytest

from body import ActionTokens, Intent
from body.geometry.kinematics import Kinematics
from body.robots.fr3 import FR3
from body.safety.safety_state import Cause, State
from body.safety.workspace import Box, Workspace
from cerebellum.engines import load_engine
from cerebellum.runtime.controller import Cerebellum
from cerebellum.runtime.token_record import write_tokens
from cerebellum.train_config import TrainControllerConfig
from episodes import model_folder
from tests.cerebellum.runtime.graph import CODEC, SECOND, Graph

LATE = 0.005  # s: two ticks


class Engine:
    """The real one, and NaN on request."""

    def __init__(self, folder: Path) -> None:
        self._engine = load_engine(folder, model_folder.load_config(folder))
        self.warm_up, self.describe = self._engine.warm_up, self._engine.describe
        self.load = self._engine.load
        self.broken = False

    def infer(self, senses):
        values, gates = self._engine.infer(senses)
        return (np.full_like(values, np.nan) if self.broken else values), gates


@pytest.fixture
def graph(tiny: TrainControllerConfig, engines: Path, monkeypatch):
    monkeypatch.setenv("PONTINE_CACHE", str(engines))
    graph = Graph(Cerebellum(tiny.out, FR3, codec=CODEC, engine=Engine(tiny.out)))
    yield graph
    graph.bus.close(remove=True)
    assert graph.audit.violations == 0


def test_nothing_is_commanded_before_arming_and_the_arm_moves_after(graph) -> None:
    assert graph.run(1.0) is State.DISARMED and graph.commands == 0
    graph.armed()
    graph.run(1.0)
    assert graph.commands > 500 and np.abs(graph.q - FR3.home).max() > 0.01


def test_a_plan_that_leaves_the_workspace_is_not_followed(graph) -> None:
    arm = Kinematics(FR3)
    home = arm.forward(FR3.home)[:3, 3]
    box = Box(home - 0.02, home + 0.02)
    graph.loop.workspace = Workspace(FR3, box)
    graph.armed(State.HOLD)
    assert graph.run(2.0) is State.HOLD and Cause.OUT_OF_BOUNDS in graph.causes()
    assert box.excess(arm.forward(graph.q)[:3, 3]) == 0.0
    held = graph.q
    graph.loop.workspace = Workspace(FR3, Box(home - 0.5, home + 0.5))
    assert graph.run(1.0) is State.ARMED
    assert np.abs(graph.q - held).max() > 0.01


def test_arming_waits_for_a_hundred_periods_and_for_tokens(graph) -> None:
    graph.failed.add("brain")
    graph.order("arm")
    graph.run(0.1)
    assert graph.loop.watchdog.state is State.DISARMED and Cause.UNPROVEN in graph.causes()
    graph.run(0.4)
    graph.order("arm")
    assert graph.run(1.0) is State.HOLD and Cause.TOKENS_STALE in graph.causes()
    graph.failed.clear()
    assert graph.run(0.4) is State.ARMED


@pytest.mark.parametrize(
    ("what", "hold", "stopped"),
    [("robot", 0.1, 0.5), ("frames", 0.14, 0.54), ("planner", 0.8, 1.3), ("brain", 1.5, 2.0)],
)
def test_silence_leads_to_hold_and_stopped_and_the_arm_can_be_armed_again(
    graph, what: str, hold: float, stopped: float
) -> None:
    graph.armed().failed.add(what)
    waited = graph.seconds_until(State.HOLD)
    assert waited <= hold + LATE
    assert waited + graph.seconds_until(State.STOPPED) <= stopped + LATE
    assert graph.run(1.0) is State.STOPPED
    graph.failed.clear()
    assert graph.run(1.0) is State.STOPPED, "latched"
    graph.order("arm")
    assert graph.run(0.6) is State.ARMED
    before = graph.q.copy()
    graph.goal = type(graph.goal)([0.45, -0.15, 0.3], 0.0, False, 1.0)
    graph.run(1.0)
    assert np.abs(graph.q - before).max() > 0.005


def test_a_frozen_camera_holds_and_goes_on_when_it_moves_again(graph) -> None:
    graph.armed().failed.add("camera")
    assert graph.seconds_until(State.HOLD) <= 0.54 + LATE
    assert graph.run(2.0) is State.HOLD
    graph.failed.clear()
    assert graph.run(0.2) is State.ARMED


def test_plans_without_numbers_are_refused_and_the_chunk_runs_out(graph) -> None:
    graph.armed().planner.cerebellum.engine.broken = True
    assert 0.3 < graph.seconds_until(State.HOLD) <= 0.8 + LATE
    assert Cause.CHUNK_REFUSED in graph.causes() and graph.loop.watchdog.refused > 0
    graph.seconds_until(State.STOPPED)
    graph.planner.cerebellum.engine.broken = False
    graph.order("arm")
    assert graph.run(0.6) is State.ARMED


@pytest.mark.parametrize("jump", [5, -5, 3600])
def test_a_clock_jump_makes_tokens_stale_and_leaves_the_arm_armed(graph, jump: int) -> None:
    graph.armed().offset += jump * SECOND
    graph.events.clear()
    graph.run(0.006)
    assert graph.loop.watchdog.null and Cause.CLOCK_JUMPED in graph.causes()
    assert graph.run(0.6) is State.ARMED
    assert not graph.loop.watchdog.null, "newer tokens count again"
    assert State.HOLD not in [after for _, _, after, _ in graph.events]


def test_foreign_and_malformed_tokens_are_refused_counted_and_do_not_stop_the_good_ones(
    graph,
) -> None:
    graph.armed()
    for codec, codes in (("0" * 16, (1, 2, 3)), (CODEC.codec_id, (10**6,) * 6)):
        bad = graph.tokens(codec)
        write_tokens(graph.bus.tokens, type(bad)(codes, codec, bad.stamp))
        graph.run(0.1)
    assert graph.planner.tokens_refused == 2 == graph.loop.watchdog.refused
    assert graph.run(1.0) is State.ARMED


@pytest.mark.parametrize("field", ["statistics", "joint_names", "robot"])
def test_another_model_than_the_robots_is_not_armed(graph, field: str) -> None:
    graph.run(0.5)
    graph.bus.model.value[field] = b"other"
    graph.bus.model.write(0)
    graph.order("arm")
    assert graph.run(0.5) is State.DISARMED and graph.commands == 0
    assert graph.causes()[-1] == Cause.MISMATCH


def test_an_arm_that_was_moved_while_stopped_is_not_armed_until_disarmed(graph) -> None:
    graph.armed()
    graph.order("stop")
    assert graph.run(0.6) is State.STOPPED
    graph.bus.command.read()
    graph.loop.robot.send = lambda *_: None  # the brakes are on, and somebody pushes
    graph.q = graph.q + 0.2
    graph.order("arm")
    graph.run(0.1)
    assert graph.loop.watchdog.state is State.STOPPED and Cause.MOVED in graph.causes()
    graph.order("disarm")
    graph.run(0.3)
    graph.order("arm")
    assert graph.run(0.5) is not State.STOPPED
    graph.audit.violations = 0  # the push was not ours


def test_slow_inference_is_flagged_and_raises_the_delay(graph, monkeypatch) -> None:
    graph.armed()
    nominal = graph.bus.model.value["nominal"]
    slow = 1e3 * max(0.11, 3 * float(nominal))
    step = type(graph.planner.cerebellum).plan

    def plan(self, *arguments):
        rows = step(self, *arguments)
        self.last_ms = slow
        return rows

    monkeypatch.setattr(type(graph.planner.cerebellum), "plan", plan)
    assert graph.run(1.5) is State.ARMED and graph.loop.watchdog.degraded
    assert graph.planner.delay.steps >= 3
    assert graph.planner.cerebellum._schedule.delay == graph.planner.delay.steps


def test_steps_missed_by_a_late_plan_are_taken_from_the_chunk(graph) -> None:
    graph.armed()
    cerebellum = graph.planner.cerebellum
    ahead = cerebellum._schedule._joints[cerebellum._schedule._used + 1].copy()
    graph.planner.missed(2)
    assert (cerebellum._q == ahead).all()


def test_a_refusal_holds(graph) -> None:
    graph.armed().failed.add("brain")
    for k in range(8):
        refusal = ActionTokens((), CODEC.codec_id, graph.clock(), intent=Intent.REFUSE)
        write_tokens(graph.bus.tokens, refusal)
        graph.run(0.25)
        if k == 3:
            before = graph.q.copy()
    assert graph.loop.watchdog.state is State.ARMED
    tool = Kinematics(FR3).tool_pose  # the elbow may settle, the tool stays
    assert np.abs(tool(graph.q) - tool(before)).max() < 1e-6


@pytest.mark.parametrize(("age_ms", "armed"), [(2.4, True), (4.0, False)])
def test_states_that_beat_with_the_loop_are_in_time_and_those_sent_late_are_not(
    graph, age_ms: float, armed: bool
) -> None:
    """Every fourth state misses its tick by so much."""
    plain = graph._robot

    def beating() -> None:
        if graph._ticks % 4:
            now, graph.now = graph.now, graph.now - round((age_ms - 2) * 1e6)
            plain()
            graph.now = now

    graph._robot = beating
    graph.run(0.5)
    graph.order("arm")
    assert (graph.run(0.5) is State.ARMED) == armed
    assert (Cause.LOSSY in graph.causes()) != armed
    graph.audit.violations = 0  # this robot hears three commands of four: gaps, not breaches
