"""What a supervisor does with a sentence, by what it hears."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from body import Intent
from pontine_ros.goal import ARMING, SURE, Goal, Heard, Outcome, Step

UP = Heard(up=True, state_at=0.0, tokens_at=0.0)


def run(goal: Goal, heard: Heard, begin: float, seconds: float, **talk: bool) -> list[Step]:
    """Look every 50 ms; brain and cerebellum keep talking unless told otherwise."""
    steps = []
    for i in range(int(seconds / 0.05)):
        now = begin + i * 0.05
        if talk.get("brain", True) and heard.tokens_at is not None:
            heard.tokens_at = now
        if talk.get("cerebellum", True):
            heard.state_at = now
        steps.append(goal.look(now, now, heard))
        if steps[-1] is Step.FINISH:
            break
    return steps


def moving() -> tuple[Goal, Heard]:
    goal, heard = Goal(0.0, 20.0), replace(UP)
    assert Step.ARM in run(goal, heard, 0.0, 0.5)
    heard.state = "armed"
    run(goal, heard, 0.5, 0.5)
    return goal, heard


def test_nothing_is_armed_before_every_node_is_up_and_the_brain_has_answered() -> None:
    goal, heard = Goal(0.0, 20.0), Heard(missing="brain_node is gone")
    assert set(run(goal, heard, 0.0, 5.0)) == {Step.WAIT}
    heard.up = True
    assert set(run(goal, heard, 5.0, 1.0)) == {Step.WAIT}
    heard.tokens_at = 6.0
    assert Step.ARM in run(goal, heard, 6.0, 0.5)


def test_nodes_that_never_come_up_are_named() -> None:
    goal = Goal(0.0, 20.0)
    assert goal.look(1000.0, 0.0, Heard(missing="brain_node is gone")) is Step.WAIT or goal.outcome
    assert goal.outcome is Outcome.FAULT and "brain_node is gone" in goal.reason


def test_done_ends_it_once_the_brain_keeps_to_it() -> None:
    goal, heard = moving()
    heard.intent = Intent.DONE
    steps = run(goal, heard, 1.0, 5.0)
    assert goal.outcome is Outcome.SUCCEEDED
    assert len(steps) * 0.05 >= SURE


def test_a_doubtful_done_is_forgotten() -> None:
    goal, heard = moving()
    heard.intent = Intent.DONE
    run(goal, heard, 1.0, 0.3)
    heard.intent = Intent.ACT
    run(goal, heard, 1.3, 2.0)
    assert goal.outcome is None


def test_a_refusal_never_arms() -> None:
    goal, heard = Goal(0.0, 20.0), replace(UP, intent=Intent.REFUSE)
    steps = run(goal, heard, 0.0, 3.0)
    assert Step.ARM not in steps and goal.outcome is Outcome.REFUSED


@pytest.mark.parametrize(("who", "words"), [("brain", "brain"), ("cerebellum", "cerebellum")])
def test_silence_is_a_fault(who: str, words: str) -> None:
    goal, heard = moving()
    run(goal, heard, 1.0, 10.0, **{who: False})
    assert goal.outcome is Outcome.FAULT and words in goal.reason


def test_an_arm_that_stops_is_a_fault_with_its_cause() -> None:
    goal, heard = moving()
    heard.state, heard.cause = "stopped", "robot silent"
    run(goal, heard, 1.0, 1.0)
    assert goal.outcome is Outcome.FAULT and goal.reason == "stopped: robot silent"


def test_a_hold_is_not() -> None:
    goal, heard = moving()
    heard.state = "hold"
    run(goal, heard, 1.0, 1.0)
    assert goal.outcome is None


def test_an_arm_that_cannot_be_armed_is_a_fault() -> None:
    goal, heard = Goal(0.0, 20.0), replace(UP, arm_refused="too many states come late")
    steps = run(goal, heard, 0.0, 2 * ARMING)
    assert steps.count(Step.ARM) > 1 and goal.outcome is Outcome.FAULT
    assert "too many states come late" in goal.reason


def test_time_is_counted_from_the_first_tokens() -> None:
    goal, heard = Goal(0.0, 2.0), Heard(up=True)
    run(goal, heard, 0.0, 2.5)
    heard.tokens_at = 2.5
    run(goal, heard, 2.5, 5.0)
    assert goal.outcome is Outcome.FAILED and goal.reason == "time limit"


@given(st.data())
def test_whatever_is_heard_it_ends_once_and_keeps_its_outcome(data: st.DataObject) -> None:
    goal, ended = Goal(0.0, 3.0), None
    for i in range(300):
        now = i * 0.1
        heard = Heard(
            up=data.draw(st.booleans()) if i < 20 else True,
            tokens_at=data.draw(st.one_of(st.none(), st.just(now))),
            intent=data.draw(st.sampled_from(Intent)), state_at=now,
            state=data.draw(st.sampled_from(["disarmed", "armed", "hold", "stopped"])),
        )  # fmt: skip
        step = goal.look(now, now, heard)
        if ended is not None:
            assert step is Step.FINISH and goal.outcome is ended
        ended = goal.outcome
        if i > 40:
            break
    if ended is not None:
        assert goal.finish(Outcome.FAILED, "late") is Step.FINISH and goal.outcome is ended
