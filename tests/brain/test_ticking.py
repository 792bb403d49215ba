"""Looks come when they are due, and one that fails does no harm."""

import numpy as np

from body import ActionTokens, ControllerReport, Observation
from body.robots.fr3 import FR3
from brain.errors import ServerError
from brain.ticking import SECOND, Ticking

SEEN = Observation(7, FR3.home, np.zeros(7), 0.08)


class Moody:
    """Answers, or raises what it is told to."""

    codec_id = "abc"

    def __init__(self) -> None:
        self.fault: Exception | None = None
        self.resets = 0

    def reset(self) -> None:
        self.resets += 1

    def think(
        self, observation: Observation, instruction: str, report: ControllerReport
    ) -> ActionTokens:
        if self.fault is not None:
            raise self.fault
        return ActionTokens((1,), self.codec_id, observation.stamp)


def looks(ticking: Ticking, times: list[int]) -> list[int]:
    """Those of `times` (ns) at which it looked."""
    found = []
    for now in times:
        if ticking.due(now):
            ticking.look(now, SEEN, "go", ControllerReport())
            found.append(now)
    return found


def test_steps_of_50_ms_are_looked_at_four_and_three_times_a_second() -> None:
    steps = list(range(0, SECOND, SECOND // 20))
    ticking = Ticking(Moody(), 4.0)
    ticking.begin(0)
    assert looks(ticking, steps) == [0, 250_000_000, 500_000_000, 750_000_000]
    ticking = Ticking(Moody(), 3.0)
    ticking.begin(0)
    assert looks(ticking, steps) == [0, 350_000_000, 700_000_000]


def test_what_was_missed_is_not_made_up_for() -> None:
    ticking = Ticking(Moody(), 4.0)
    ticking.begin(0)
    late = [0, 10 * SECOND, 10 * SECOND + 1, 10 * SECOND + 2]
    assert len(looks(ticking, late)) == 3  # at once after the pause, then at the rate again
    assert ticking.wait_until == 10 * SECOND + SECOND // 4


def test_a_brain_without_an_answer_is_named_once_and_asked_again() -> None:
    said: list[str] = []
    brain = Moody()
    ticking = Ticking(brain, 4.0, said.append)
    ticking.begin(0)
    brain.fault = ServerError("nobody there")
    for now in (0, SECOND):
        assert ticking.look(now, SEEN, "go", ControllerReport()) is None
    assert ticking.fault == "nobody there" and said == ["no tokens from the brain: nobody there"]
    brain.fault = None
    tokens = ticking.look(2 * SECOND, SEEN, "go", ControllerReport())
    assert tokens is not None and tokens.stamp == 7 and ticking.fault == ""
    brain.fault = ServerError("gone again")
    ticking.look(3 * SECOND, SEEN, "go", ControllerReport())
    assert len(said) == 2 and brain.resets == 1
