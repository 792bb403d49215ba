"""A verdict is the fault table's, not the soak's: it fails what comes late, elsewhere or not."""

import pytest

from body.safety.safety_state import Cause, State
from pontine.live.fault_trial import Verdict, _judge
from pontine.live.faults import FAULTS, Fault
from pontine.live.stack import Seen

BY_NAME = {fault.name: fault for fault in FAULTS}
MS = 1_000_000


def judged(fault: Fault, seen: list[Seen], reached: State) -> str:
    return _judge(fault, seen, 0, reached, Verdict(fault.expected))


def silent(hold_ms: float, stopped_ms: float) -> list[Seen]:
    cause = str(Cause.ROBOT_SILENT)
    return [
        Seen(round(hold_ms * MS), "armed", "hold", cause, ""),
        Seen(round(stopped_ms * MS), "hold", "stopped", cause, ""),
    ]


def test_in_time_passes_and_the_worst_time_is_kept() -> None:
    fault, verdict = BY_NAME["robot_silent"], Verdict("stopped")
    for hold, stopped in ((99, 480), (101, 505)):
        assert not _judge(fault, silent(hold, stopped), 0, State.STOPPED, verdict)
    assert verdict.ms == 505 and verdict.path_ms == {"hold": 101, "stopped": 505}


@pytest.mark.parametrize(
    ("seen", "reached", "why"),
    [
        ([], State.ARMED, "did not name it"),
        (silent(250, 500), State.STOPPED, "hold after 250 ms"),
        (silent(100, 700), State.STOPPED, "stopped after 700 ms"),
        (silent(100, 500)[:1], State.HOLD, "stopped was not reached"),
        (silent(100, 500), State.ARMED, "ended armed"),
    ],
)
def test_late_elsewhere_or_not_at_all_fails(seen, reached, why) -> None:
    assert why in judged(BY_NAME["robot_silent"], seen, reached)


def test_slow_inference_must_be_named_and_must_not_end_the_armed_state() -> None:
    fault = BY_NAME["inference_slow"]
    named = Seen(MS, "armed", "armed", str(Cause.DEGRADED), "")
    assert not judged(fault, [named], State.ARMED)
    left = Seen(2 * MS, "armed", "hold", str(Cause.CHUNK_EXHAUSTED), "")
    assert "left the armed state" in judged(fault, [named, left], State.ARMED)


def test_every_row_of_the_designs_table_is_tried() -> None:
    rows = {
        "brain_killed", "foreign_codec", "malformed_tokens", "camera_frozen",
        "observation_dropped", "robot_silent", "nan_in_chunk", "inference_slow", "clock_forward",
        "clock_backward", "statistics_mismatch", "joint_names_mismatch", "robot_mismatch",
    }  # fmt: skip
    assert rows <= set(BY_NAME)
