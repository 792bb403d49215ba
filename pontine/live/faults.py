"""Every row of the design's fault table: how it is brought about, and what must come of it."""

import signal
from collections.abc import Callable
from dataclasses import dataclass, field

from body import ActionTokens
from body.contract.mailbox import NULL_GRACE, STOP_AFTER
from body.geometry.motion import DT, HORIZON
from body.safety.safety_state import Cause, State
from body.safety.watchdog import CAMERA_HOLD, CHUNK_STOP, STATE_HOLD, STATE_STOP
from cerebellum.runtime.bus import text
from cerebellum.runtime.token_record import write_tokens
from pontine.live.stack import LiveStack

TTL = 1.0  # s, the brain's tokens'
CHUNK = HORIZON * DT
FRAME = 0.04  # s: a picture that was under way when the camera failed may still arrive
JUMP = 5.0  # s
SLOW = 3.0  # times
Act = Callable[[LiveStack], None]


def _nothing(stack: LiveStack) -> None:
    """For faults that end by themselves."""


@dataclass(frozen=True)
class Fault:
    """A fault, and what must come of it.

    Attributes:
        path: states that must be reached, in order, and s after `inject` at the latest.
        cause: what the watchdog must name. armed: it must do so without leaving the armed state.
        inject, repeat, clear: begin it; keep it up (every 0.25 s); end it.
        watch: s to look on.
    """

    name: str
    cause: Cause
    inject: Act
    clear: Act = _nothing
    repeat: Act = _nothing
    path: dict[State, float] = field(default_factory=dict)
    armed: bool = False
    watch: float = 2.5

    @property
    def expected(self) -> str:
        """The state in which it must end."""
        return str(list(self.path)[-1] if self.path else State.ARMED)


def _set(**values: bool | float) -> Act:
    return lambda stack: stack.fault(**values)


def _kill_brain(stack: LiveStack) -> None:
    stack.send_signal("brain", signal.SIGKILL)


def _silence(part: str) -> Act:
    return lambda stack: stack.send_signal(part, signal.SIGSTOP)


def _wake(part: str) -> Act:
    return lambda stack: stack.send_signal(part, signal.SIGCONT)


def _tokens(foreign: bool) -> Act:
    """Tokens of another codec, or with a code beyond the vocabulary."""

    def act(stack: LiveStack) -> None:
        stack.bus.tokens.read()
        codec = "0" * 16 if foreign else text(stack.bus.tokens.value["codec_id"])
        codes = (1, 2, 3) if foreign else (10**6,) * 6
        stack.bus.pictures["fixed"].read()
        stamp = stack.bus.pictures["fixed"].stamp
        write_tokens(stack.bus.tokens, ActionTokens(codes, codec, stamp, TTL))

    return act


def _slow(stack: LiveStack) -> None:
    stack.wait(lambda: not stack.degraded, 10, "inference to be as fast as it was at the start")
    stack.bus.model.read()
    stack.fault(slow=(SLOW - 1) * float(stack.bus.model.value["nominal"]))


def _jump(seconds: float) -> Act:
    def act(stack: LiveStack) -> None:
        stack.bus.clock.value["offset"] += round(seconds * 1e9)
        stack.bus.clock.write(0)

    return act


def _mismatch(name: str, field: str, wrong: bytes) -> Fault:
    """Disarmed, the planner claims another model, and somebody tries to arm."""
    right: list[bytes] = []

    def claim(stack: LiveStack, value: bytes) -> None:
        stack.bus.model.value[field] = value
        stack.bus.model.write(0)

    def inject(stack: LiveStack) -> None:
        stack.order("disarm")
        stack.wait(lambda: stack.state is State.DISARMED, 1, "the loop to disarm")
        stack.bus.model.read()
        right[:] = [stack.bus.model.value[field].item()]
        claim(stack, wrong)
        stack.order("arm")

    return Fault(
        name, Cause.MISMATCH, inject, lambda stack: claim(stack, right[0]),
        path={State.DISARMED: 0.1}, watch=1,
    )  # fmt: skip


_STALE = {State.HOLD: TTL + NULL_GRACE, State.STOPPED: STOP_AFTER}
_SILENT = {State.HOLD: STATE_HOLD, State.STOPPED: STATE_STOP}
_NO_PICTURE = {state: seconds + FRAME for state, seconds in _SILENT.items()}
_NO_CHUNK = {State.HOLD: CHUNK, State.STOPPED: CHUNK + CHUNK_STOP}

FAULTS = (
    Fault("brain_killed", Cause.TOKENS_STALE, _kill_brain, lambda s: s.start("brain"),
          path=_STALE, watch=3),
    Fault("foreign_codec", Cause.TOKENS_REFUSED, _silence("brain"), _wake("brain"),
          _tokens(foreign=True), _STALE, watch=3),
    Fault("malformed_tokens", Cause.TOKENS_REFUSED, _silence("brain"), _wake("brain"),
          _tokens(foreign=False), _STALE, watch=3),
    Fault("camera_frozen", Cause.CAMERA_FROZEN, _set(frozen=True), _set(frozen=False),
          path={State.HOLD: CAMERA_HOLD + FRAME}),
    Fault("observation_dropped", Cause.OBSERVATION_DROPPED, _set(dropped=True),
          _set(dropped=False), path=_NO_PICTURE),
    Fault("robot_silent", Cause.ROBOT_SILENT, _set(silent=True), _set(silent=False), path=_SILENT),
    Fault("nan_in_chunk", Cause.CHUNK_REFUSED, _set(nan=True), _set(nan=False), path=_NO_CHUNK),
    Fault("planner_killed", Cause.CHUNK_EXHAUSTED,
          lambda s: s.send_signal("planner", signal.SIGKILL), lambda s: s.start("planner"),
          path=_NO_CHUNK),
    Fault("inference_slow", Cause.DEGRADED, _slow, _set(slow=0.0), armed=True),
    Fault("clock_forward", Cause.CLOCK_JUMPED, _jump(JUMP), armed=True),
    Fault("clock_backward", Cause.CLOCK_JUMPED, _jump(-JUMP), armed=True),
    _mismatch("statistics_mismatch", "statistics", b"0" * 16),
    _mismatch("joint_names_mismatch", "joint_names", b"a\nb"),
    _mismatch("robot_mismatch", "robot", b"other"),
)  # fmt: skip
