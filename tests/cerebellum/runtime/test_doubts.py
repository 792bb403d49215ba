"""What the command loop does where it does not believe what it hears, or is asked too late."""

from pathlib import Path

import numpy as np
import pytest

from body.robots.fr3 import FR3
from body.safety.safety_state import Cause, State
from cerebellum.runtime.bus import text
from cerebellum.runtime.controller import Cerebellum
from cerebellum.train_config import TrainControllerConfig
from tests.cerebellum.runtime.graph import CODEC, SECOND, Graph

TICKS = 0.006  # s: three


@pytest.fixture
def graph(tiny: TrainControllerConfig, engines: Path, monkeypatch):
    monkeypatch.setenv("PONTINE_CACHE", str(engines))
    graph = Graph(Cerebellum(tiny.out, FR3, codec=CODEC))
    yield graph
    graph.bus.close(remove=True)
    assert graph.audit.violations == 0


def doubt(graph: Graph, **values: object) -> None:
    for name, value in values.items():
        graph.bus.doubt.value[name] = value
    graph.bus.doubt.write(0)


def answer(graph: Graph) -> tuple[bool, str]:
    graph.bus.answer.read()
    value = graph.bus.answer.value
    return bool(value["accepted"]), text(value["reason"])


def test_a_second_publisher_holds_at_once_and_stops(graph) -> None:
    graph.armed()
    doubt(graph, rivals=b"/robot and /stranger")
    assert graph.seconds_until(State.HOLD) <= TICKS
    assert graph.seconds_until(State.STOPPED) <= 0.5 + TICKS
    graph.order("arm")
    assert graph.run(0.1) is State.STOPPED
    assert "/robot and /stranger; end all but the robot's own" in answer(graph)[1]
    doubt(graph, rivals=b"")
    graph.order("arm")
    assert graph.run(0.6) is State.ARMED and answer(graph) == (True, "")


@pytest.mark.parametrize("what", ["degrees", "NaN", "fingers"])
def test_readings_no_arm_gives_count_as_silence(graph, what: str) -> None:
    graph.armed()
    plain, q = graph._robot, graph.bus.state.value["q"]

    def wrong() -> None:
        plain()
        q[...] = {"degrees": np.rad2deg(q), "NaN": q * np.nan, "fingers": q}[what]
        graph.bus.state.value["width"] = 100.0 if what == "fingers" else 0.08
        graph.bus.state.write(graph.now)

    graph._robot = wrong
    waited = graph.seconds_until(State.HOLD)
    assert waited <= 0.1 + TICKS
    assert waited + graph.seconds_until(State.STOPPED) <= 0.5 + TICKS
    assert Cause.ROBOT_DOUBTED in graph.causes()


def test_one_bad_reading_is_forgiven(graph) -> None:
    graph.armed().events.clear()
    doubt(graph, refused=1, grave=True, reason=b"a joint's name stands there twice")
    assert graph.run(1.5) is State.ARMED
    assert graph.causes()[0] == Cause.ROBOT_DOUBTED
    assert all(after == State.ARMED for _, _, after, _ in graph.events)


def test_a_jump_while_armed_is_not_believed_where_it_leads(graph) -> None:
    graph.armed()
    graph.order("stop")  # at rest, so that nothing else is on its way
    graph.run(0.6)
    graph.order("arm")
    graph.run(0.2)
    plain = graph._robot

    def elsewhere() -> None:
        plain()
        graph.bus.state.value["q"][...] = graph.q + 0.3
        graph.bus.state.write(graph.now)

    graph._robot = elsewhere
    assert graph.seconds_until(State.HOLD) <= 0.1 + TICKS
    assert graph.seconds_until(State.STOPPED) <= 0.4 + TICKS


def test_an_order_that_came_too_late_arms_nothing(graph) -> None:
    graph.run(0.5)
    graph.bus.request.value["until"] = graph.now - 1
    graph.order("arm")
    assert graph.run(1.0) is State.DISARMED and graph.commands == 0
    accepted, reason = answer(graph)
    assert not accepted and "too late; ask again" in reason


def test_every_declined_order_leaves_nothing_armed(graph) -> None:
    graph.order("arm")
    assert graph.run(2.0) is State.DISARMED, "too early, and not kept for later"
    assert not answer(graph)[0] and graph.commands == 0


def test_orders_that_come_within_one_period_are_all_obeyed_in_turn(graph) -> None:
    graph.run(0.5)
    graph.order("arm")
    graph.order("disarm")
    assert graph.run(1.0) is State.DISARMED and graph.commands == 0


def test_an_arm_that_moves_is_not_armed(graph) -> None:
    plain = graph._robot

    def led() -> None:
        graph.q = graph.q + 0.0002
        plain()

    graph._robot = led
    graph.run(0.5)
    graph.order("arm")
    assert graph.run(0.2) is State.DISARMED and Cause.MOVING in graph.causes()


@pytest.mark.parametrize(("seconds", "why"), [(-10, "old pictures: stamp 10.0"), (5, "s ahead")])
def test_pictures_of_another_time_are_no_observation(graph, seconds: int, why: str) -> None:
    plain, clock = graph._cameras, graph.clock

    def off() -> None:
        graph.clock = lambda: clock() + seconds * SECOND
        plain()
        graph.clock = clock

    graph._cameras = off
    graph.run(0.5)
    graph.order("arm")
    assert graph.run(0.3) is State.DISARMED and why in answer(graph)[1]
    graph._cameras = plain
    graph.run(0.6)
    graph.order("arm")
    assert graph.run(0.5) is State.ARMED
    graph._cameras = off
    assert graph.seconds_until(State.HOLD) <= 0.2
    assert graph.seconds_until(State.STOPPED) <= 0.5
