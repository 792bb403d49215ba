"""What cannot be brought up is given up, with its reason; what may get better is tried again."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import rclpy
from rclpy.context import Context
from rclpy.executors import MultiThreadedExecutor
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn

from body import BodyError
from pontine_ros.bring_up import TRIES, BringUp

PATIENCE = 60.0  # s, of a busy machine
WHY = "is for robot fr3, this robot has ur5e"


class Stubborn(LifecycleNode):
    """Refuses to be configured so many times."""

    def __init__(self, refusals: int, context: Context) -> None:
        super().__init__("stubborn", context=context)
        self.refusals, self.asked = refusals, 0

    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        self.asked += 1
        refused = self.asked <= self.refusals
        return TransitionCallbackReturn.FAILURE if refused else TransitionCallbackReturn.SUCCESS


@pytest.fixture
def bring(request: pytest.FixtureRequest) -> Iterator[Callable[..., tuple[Stubborn, BringUp]]]:
    context = Context()
    rclpy.init(context=context)
    executor = MultiThreadedExecutor(3, context=context)
    thread = threading.Thread(target=executor.spin, daemon=True)
    made: list[BringUp] = []

    def bring(refusals: int, passes: bool) -> tuple[Stubborn, BringUp]:
        node = Stubborn(refusals, context)
        asks = LifecycleNode("supervisor", context=context)
        executor.add_node(node)
        executor.add_node(asks)
        thread.start()
        said: list[int] = []

        def why(name: str) -> tuple[str, bool] | None:  # once after each refusal
            if node.asked > len(said) and node.asked <= node.refusals:
                said.append(node.asked)
                return WHY, passes
            return None

        made.append(BringUp(asks, [node.get_name()], why))
        return node, made[-1]

    yield bring
    for one in made:
        one.close()
    executor.shutdown()
    rclpy.shutdown(context=context)
    thread.join()


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_what_cannot_get_better_is_not_asked_again(bring) -> None:
    node, brought = bring(1000, passes=False)
    until(lambda: bool(brought.hopeless))
    assert brought.hopeless == f"stubborn cannot be brought up: {WHY}"
    time.sleep(1.0)
    assert node.asked == 1 and not brought.up


def test_what_may_pass_is_tried_again(bring) -> None:
    node, brought = bring(TRIES - 1, passes=True)
    until(lambda: brought.up)
    assert node.asked == TRIES and not brought.hopeless
    assert brought.states["stubborn"] == "active"


def test_what_does_not_pass_is_given_up(bring) -> None:
    node, brought = bring(1000, passes=True)
    until(lambda: bool(brought.hopeless))
    assert node.asked == TRIES


@pytest.mark.slow
def test_a_model_of_another_arm_ends_the_graph_with_its_reason_said_once(tmp_path: Path) -> None:
    words = ["--robot", "ur5e", "--controller", "models/tabletop-controller", "--out", "out"]
    root = Path(__file__).resolve().parents[2]
    words[3] = str(root / words[3])
    done = subprocess.run(
        [sys.executable, "-m", "pontine.cli", "ros", "sim", *words], cwd=tmp_path,
        capture_output=True, text=True, timeout=180,
    )  # fmt: skip
    told = done.stdout + done.stderr
    assert done.returncode == 2, told[-3000:]
    assert f"{WHY}. Remedy: use a model made for ur5e" in done.stderr
    assert (
        sum(line.startswith("[cerebellum_node]") and WHY in line for line in told.split("\n")) == 1
    )
    assert "Traceback" not in told


def test_an_error_may_say_that_it_passes() -> None:
    from pontine_ros.real_time import RealTimeError

    assert RealTimeError.transient and not hasattr(BodyError, "transient")
