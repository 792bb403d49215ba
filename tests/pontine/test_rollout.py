"""The one loop: who is called when, which pictures are drawn, and what ends an episode."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from pontine.rollout import Watcher, rollout

ROOT = Path(__file__).resolve().parents[2]


class Counting:
    """An environment that counts, each step two of its physics, and writes down what it is told."""

    instruction = "count"
    trajectory_hash = ""
    success = False

    def __init__(self, log: list[str], limit: int = 3) -> None:
        self.log, self.limit, self.time = log, limit, 0

    @property
    def over(self) -> bool:
        return self.time >= self.limit

    def reset(self) -> str:
        self.time = 0
        self.log.append("reset")
        return "first"

    def observe(self, cameras: tuple[str, ...]) -> str:
        self.log.append(f"observe {' '.join(cameras)}".strip())
        return f"seen {self.time}"

    def step(self, action: int, period: float, physics: Callable[[], None]) -> None:
        self.log.append(f"step {action} {period}")
        physics()
        physics()
        self.time += 1


class Doubling:
    period = 0.05

    def __init__(self, log: list[str]) -> None:
        self.log = log

    def reset(self, observation: str, instruction: str) -> None:
        self.log.append(f"policy {observation} {instruction}")

    def cameras(self, now: int) -> tuple[str, ...]:
        return ("wrist", "fixed") if now == 0 else ()

    def act(self, observation: str) -> int:
        self.log.append(f"act {observation}")
        return 2 * int(observation.split()[1])


class Noting(Watcher[str, int]):
    def __init__(
        self, log: list[str], name: str, ends: int | None = None, camera: str = "fixed"
    ) -> None:
        self.log, self.name, self.ends, self.camera = log, name, ends, camera
        self.steps = 0

    def note(self, what: object) -> None:
        self.log.append(f"{self.name} {what}")

    def begin(self) -> None:
        self.note("begin")

    def cameras(self, now: int) -> tuple[str, ...]:
        return (self.camera,) if now < 2 else ()

    def seen(self, observation: str, looks: tuple[str, ...]) -> None:
        self.note(f"{observation}, policy looks at {' '.join(looks) or 'none'}")

    def acted(self, observation: str, action: int) -> None:
        self.note(f"acted {action}")

    def physics(self) -> None:
        self.note("physics")

    def stepped(self) -> bool:
        self.steps += 1
        self.note("stepped")
        return self.steps == self.ends


def test_everybody_is_called_in_order() -> None:
    log: list[str] = []
    rollout(Counting(log, limit=1), Doubling(log), [Noting(log, "a"), Noting(log, "b")])
    assert log == [
        "reset", "a begin", "b begin", "policy first count",
        "observe fixed wrist",
        "a seen 0, policy looks at wrist fixed", "b seen 0, policy looks at wrist fixed",
        "act seen 0", "a acted 0", "b acted 0",
        "step 0 0.05", "a physics", "b physics", "a physics", "b physics",
        "a stepped", "b stepped",
    ]  # fmt: skip


def test_a_picture_is_drawn_once_where_somebody_needs_it() -> None:
    log: list[str] = []
    rollout(Counting(log), Doubling(log), [Noting(log, "a"), Noting(log, "b", camera="top")])
    assert [line for line in log if line.startswith("observe")] == [
        "observe fixed top wrist", "observe fixed top", "observe",
    ]  # fmt: skip


@pytest.mark.parametrize(("ends", "steps"), [(None, 3), (2, 2)])
def test_it_ends_with_the_environment_or_with_a_watcher(ends: int | None, steps: int) -> None:
    log: list[str] = []
    early, other = Noting(log, "a", ends), Noting(log, "b")
    rollout(Counting(log), Doubling(log), [early, other])
    assert early.steps == other.steps == steps, "who comes later is still told of the last step"


def test_an_environment_whose_time_is_up_takes_no_step() -> None:
    log: list[str] = []
    rollout(Counting(log, limit=0), Doubling(log))
    assert log == ["reset", "policy first count"]


def test_no_other_loop_asks_a_policy_to_act() -> None:
    found = set()
    for folder in ("pontine", "sim", "benchmarks"):
        for path in (ROOT / folder).rglob("*.py"):
            for loop in ast.walk(ast.parse(path.read_text())):
                if isinstance(loop, (ast.For, ast.While)):
                    calls = (n.func for n in ast.walk(loop) if isinstance(n, ast.Call))
                    names = {f.attr for f in calls if isinstance(f, ast.Attribute)}
                    if names & {"act", "decide"}:
                        found.add(str(path.relative_to(ROOT)))
    assert found == {"pontine/rollout.py"}
