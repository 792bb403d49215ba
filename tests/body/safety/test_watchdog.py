"""Every row of the design's fault table that a watchdog can see, and what holds for any input."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from body import ArmingRefusedError
from body.robots.fr3 import FR3
from body.safety.safety_state import Cause, Identity, State
from body.safety.watchdog import KEPT, SECOND
from tests.body.command_loop import NEVER, PERIOD, ROBOT, Loop


@pytest.fixture
def loop() -> Loop:
    return Loop().armed()


@pytest.mark.parametrize(
    ("fault", "cause", "hold", "stopped"),
    [
        # what fails, why, and s after the last good sign until hold and stopped
        ("robot", Cause.ROBOT_SILENT, 0.1, 0.5),
        ("observation", Cause.OBSERVATION_DROPPED, 0.1, 0.5),
        ("camera", Cause.CAMERA_FROZEN, 0.5, NEVER),
        ("chunk", Cause.CHUNK_EXHAUSTED, 0.8, 1.3),
        ("brain", Cause.TOKENS_STALE, 1.5 - 0.15, 2.0 - 0.15),
    ],
)
def test_what_falls_silent_leads_to_hold_and_stopped_in_time(
    loop: Loop, fault: str, cause: Cause, hold: float, stopped: float
) -> None:
    loop.failed.add(fault)
    latest = 2.5 * PERIOD / SECOND
    waited = loop.seconds_until(State.HOLD)
    assert hold - 0.26 <= waited <= hold + latest
    assert loop.watchdog.events[-1].cause is cause
    if stopped == NEVER:
        assert loop.run(5.0) is State.HOLD
    else:
        more = loop.seconds_until(State.STOPPED)
        assert waited + more <= stopped + latest
        assert more == pytest.approx(stopped - hold, abs=latest)
        assert loop.watchdog.events[-1].cause is cause


@pytest.mark.parametrize("fault", ["robot", "observation", "camera", "chunk", "brain"])
def test_hold_ends_with_its_cause(loop: Loop, fault: str) -> None:
    loop.failed.add(fault)
    assert loop.seconds_until(State.HOLD) < NEVER
    loop.failed.clear()
    assert loop.run(0.3) is State.ARMED
    assert Cause.RECOVERED in loop.causes[-2:]


@pytest.mark.parametrize("fault", ["robot", "observation", "chunk", "brain"])
def test_stopped_is_latched_until_armed_again(loop: Loop, fault: str) -> None:
    loop.failed.add(fault)
    assert loop.seconds_until(State.STOPPED) < NEVER
    loop.failed.clear()
    assert loop.run(3.0) is State.STOPPED
    loop.watchdog.arm(ROBOT, loop.now)
    assert loop.run(1.0) is State.ARMED


def test_before_the_first_tokens_it_holds_and_does_not_stop() -> None:
    loop = Loop()
    loop.failed.add("brain")
    loop.run(0.3)
    loop.watchdog.arm(ROBOT, loop.now)
    assert loop.run(5.0) is State.HOLD
    assert loop.watchdog.null


def test_stale_tokens_mean_the_null_code_first(loop: Loop) -> None:
    assert not loop.watchdog.null
    loop.failed.add("brain")
    assert loop.run(1.1) is State.ARMED
    assert loop.watchdog.null


def test_tokens_of_older_frames_do_not_make_the_last_ones_older(loop: Loop) -> None:
    loop.failed.add("brain")
    loop.watchdog.tokens(0.05, 1.0, loop.now)
    loop.watchdog.tokens(0.9, 1.0, loop.now)
    assert loop.run(0.94) is State.ARMED
    assert not loop.watchdog.null
    loop.run(0.02)
    assert loop.watchdog.null


def test_foreign_or_malformed_tokens_are_counted_then_as_stale(loop: Loop) -> None:
    loop.failed.add("brain")
    for _ in range(3):
        loop.watchdog.tokens_refused("codec 'x'", loop.now)
        loop.run(0.1)
    assert loop.watchdog.refused == 3
    assert loop.seconds_until(State.STOPPED) < 1.7
    assert Cause.TOKENS_REFUSED in loop.causes


def test_a_refused_chunk_leads_to_hold_when_the_last_is_exhausted(loop: Loop) -> None:
    loop.failed.add("chunk")
    loop.watchdog.chunk_refused("NaN in row 3", loop.now)
    assert loop.watchdog.events[-1].detail == "NaN in row 3"
    assert loop.run(0.5) is State.ARMED
    assert loop.seconds_until(State.HOLD) < 0.5
    assert loop.watchdog.events[-1].cause is Cause.CHUNK_EXHAUSTED


def test_slow_inference_is_flagged_and_stays_armed(loop: Loop) -> None:
    for _ in range(4):
        loop.watchdog.inference(0.008, loop.now)
    assert not loop.watchdog.degraded
    for _ in range(4):
        loop.watchdog.inference(3 * 0.008, loop.now)
    assert loop.watchdog.degraded and loop.run(0.1) is State.ARMED
    for _ in range(4):
        loop.watchdog.inference(0.008, loop.now)
    assert not loop.watchdog.degraded
    assert loop.causes[-2:] == [Cause.DEGRADED, Cause.FAST_AGAIN]


@pytest.mark.parametrize("jump", [-3600 * SECOND, SECOND, 3600 * SECOND])
def test_a_clock_jump_makes_tokens_stale_and_nothing_else(loop: Loop, jump: int) -> None:
    loop.clock += jump
    loop.run(PERIOD / SECOND)
    assert loop.watchdog.state is State.ARMED and loop.watchdog.null
    assert loop.causes[-1] is Cause.CLOCK_JUMPED
    loop.watchdog.tokens(0.15 + jump / SECOND, 1.0, loop.now)  # frames from before the jump
    assert loop.watchdog.null
    assert loop.run(3.0) is State.ARMED
    assert not loop.watchdog.null, "tokens from after it are good"


@pytest.mark.parametrize(
    ("model", "named"),
    [
        (Identity("ur5", FR3.joint_names, "statistics"), "robot"),
        (Identity(FR3.name, FR3.joint_names[::-1], "statistics"), "joint_names"),
        (Identity(FR3.name, FR3.joint_names, "others"), "statistics"),
    ],
)
def test_a_mismatch_stays_disarmed(model: Identity, named: str) -> None:
    loop = Loop()
    loop.run(0.3)
    with pytest.raises(ArmingRefusedError, match=named):
        loop.watchdog.arm(model, loop.now)
    assert loop.run(0.1) is State.DISARMED
    assert loop.causes == [Cause.MISMATCH]


def test_arming_wants_a_hundred_periods() -> None:
    loop = Loop()
    loop.run(99 * PERIOD / SECOND)
    with pytest.raises(ArmingRefusedError, match="100"):
        loop.watchdog.arm(ROBOT, loop.now)
    loop.run(PERIOD / SECOND)
    loop.watchdog.arm(ROBOT, loop.now)
    assert loop.watchdog.state is State.ARMED


@pytest.mark.parametrize(
    ("lost", "warned", "armed"), [(5, 0, 1), (6, 1, 1), (10, 1, 1), (11, 1, 0)]
)
def test_arming_wants_nine_states_in_ten_and_warns_below_nineteen_in_twenty(
    lost: int, warned: int, armed: int
) -> None:
    loop = Loop()
    loop.lost_states = lost
    loop.run(0.4)
    assert loop.causes == [Cause.LOSSY] * warned
    if armed:
        loop.watchdog.arm(ROBOT, loop.now)
        assert loop.watchdog.state is State.ARMED
    else:
        with pytest.raises(ArmingRefusedError, match="89% in time"):
            loop.watchdog.arm(ROBOT, loop.now)
    loop.lost_states = 0
    loop.run(0.4)
    assert loop.causes.count(Cause.PUNCTUAL) == warned


def test_arming_wants_a_robot_that_speaks() -> None:
    loop = Loop()
    loop.run(0.3)
    with pytest.raises(ArmingRefusedError, match="switch it on"):
        loop.watchdog.arm(ROBOT, loop.now + SECOND)


def test_out_of_bounds_holds_while_it_lasts(loop: Loop) -> None:
    loop.watchdog.out_of_bounds("tool 12 mm outside its box")
    assert loop.run(1.0) is State.HOLD
    assert "12 mm" in loop.watchdog.events[-1].detail
    loop.watchdog.out_of_bounds("")
    assert loop.run(0.1) is State.ARMED


def test_requests_are_obeyed_at_once(loop: Loop) -> None:
    loop.watchdog.stop("button", loop.now)
    assert loop.run(0.1) is State.STOPPED
    loop.watchdog.disarm(loop.now)
    loop.watchdog.stop("button", loop.now)
    assert loop.run(0.1) is State.DISARMED
    assert loop.causes[-2:] == [Cause.REQUEST, Cause.REQUEST]


calls = st.sampled_from(
    ["robot_state", "observation", "picture", "tokens", "late tokens", "chunk", "refuse", "slow",
     "arm", "stop", "jump", "back", "bounds"]
)  # fmt: skip
moments = st.tuples(calls, st.integers(0, 300))


@given(script=st.lists(moments, max_size=120), warm=st.booleans())
@settings(max_examples=80, deadline=None)
def test_for_any_history_states_follow_the_rules(script: list[tuple[str, int]], warm: bool) -> None:
    loop = Loop().armed() if warm else Loop()
    dog, heard, clock = loop.watchdog, loop.now if warm else None, loop.clock
    now = latest = loop.now
    for call, milliseconds in script:
        before, seen = dog.state, len(dog.events)
        match call:
            case "robot_state":
                dog.robot_state(now)
                heard = now
            case "observation":
                dog.observation(now)
            case "picture":
                dog.picture("wrist", milliseconds, now)
            case "tokens" | "late tokens":
                dog.tokens(0.1 if call == "tokens" else -0.1 * milliseconds, 1.0, now)
            case "chunk":
                dog.chunk(now + SECOND, now)
            case "refuse":
                dog.chunk_refused("NaN", now)
            case "slow":
                dog.inference(milliseconds * 1e-3, now)
            case "stop":
                dog.stop("button", now)
            case "jump":
                clock += milliseconds * SECOND
            case "bounds":
                dog.out_of_bounds("x" * (milliseconds % 2))
            case "arm":
                try:
                    dog.arm(ROBOT, now)
                except ArmingRefusedError:
                    assert dog.state is before
                else:
                    idle = before in (State.DISARMED, State.STOPPED)
                    assert not idle or (heard is not None and now - heard < SECOND // 10)
        step = milliseconds * SECOND // 1000
        now += step
        clock += step
        told = now - (SECOND if call == "back" else 0)
        dog.tick(told, clock)
        latest = max(latest, told)
        if before is State.DISARMED:
            assert dog.state is before or call == "arm"
        if before is State.STOPPED and call != "arm":
            assert dog.state is before, "latched"
        if dog.state is State.ARMED:
            assert heard is not None and latest - heard < SECOND // 10
        if dog.state is not before:
            assert dog.events[-1].after is dog.state
            assert len(dog.events) > seen, "each transition an event"
    chain = list(dog.events)
    assert all(a.after is b.before for a, b in pairwise(chain))
    assert all(a.time <= b.time for a, b in pairwise(chain))


def test_events_do_not_fill_the_memory(loop: Loop) -> None:
    for _ in range(KEPT + 10):
        loop.watchdog.tokens_refused("codec 'x'", loop.now)
    assert len(loop.watchdog.events) == KEPT
