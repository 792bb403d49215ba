"""Whether the arm may move: disarmed, armed, hold or stopped, by what has been heard of late.

Pure logic. All times are int64 nanoseconds of one MONOTONIC clock, handed in; a time before the
last one counts as the last one. The clock that stamps frames and tokens may jump: it is only
compared with the monotonic one to notice that. Hold ends by itself once its cause is gone;
stopped is latched until somebody arms again. The times are those of the design's fault table.
"""

from collections import deque
from collections.abc import Iterator

from body.contract.errors import ArmingRefusedError
from body.contract.mailbox import NULL_GRACE, STOP_AFTER
from body.safety.safety_state import Cause, Event, Identity, State
from body.safety.success_rate import REFUSAL, WINDOW, SuccessRate
from body.safety.trust import Trust

SECOND = 1_000_000_000  # ns
STATE_HOLD, STATE_STOP = 0.1, 0.5  # s of age of the robot's state or of an observation
PICTURE_DOUBT = 0.5  # s for which the last refused picture is the reason that there are none
CHUNK_STOP = 0.5  # s after the last chunk ran out (hold at once)
CAMERA_HOLD = 0.5  # s with the same picture
CLOCK_JUMP = 0.1  # s by which the two clocks part between two ticks
SLOW = 2.0  # times the nominal inference time, on average over RECENT inferences
RECENT = 4
KEPT = 1000  # events


class Watchdog:
    """Tell it what arrives, call :meth:`tick` once a command period, obey :attr:`state`.

    Attributes:
        state: see :class:`State`. events: the last `KEPT`, oldest first.
        degraded: inference is slow (the arm stays armed).
        null: the tokens are stale: the controller gets the null code.
        refused: tokens and chunks refused so far.

    Args:
        identity: the robot's. inference: nominal s of one inference of the controller; 0: not
            known before :meth:`arm` says.
        cameras: names of those that must not freeze.
    """

    def __init__(
        self, identity: Identity, inference: float = 0.0, cameras: tuple[str, ...] = ()
    ) -> None:
        self.state = State.DISARMED
        self.events: deque[Event] = deque(maxlen=KEPT)
        self.degraded = False
        self.null = True
        self.refused = 0
        self.success = SuccessRate()
        self._identity = identity
        self._nominal = inference
        self._inferences: deque[float] = deque(maxlen=RECENT)
        self._now = 0
        self._trust = Trust()
        self._picture_refused: tuple[str, int] = ("", 0)  # why, when
        self._observed_at = self._armed_at = self._chunk_end = 0
        self._pictures: dict[str, tuple[object, int]] = {name: (None, 0) for name in cameras}
        self._tokens: tuple[int, float] | None = None  # time of their frames, TTL in s
        self._clock_lead: int | None = None
        self._out_of_bounds = ""

    # What arrives.

    def robot_state(self, now: int) -> None:
        """The robot's state arrived, and can be this robot's."""
        self._trust.believe(self._time(now))
        self.success.arrived()

    def robot_refused(self, reason: str, now: int, grave: bool = True) -> None:
        """The robot's state arrived and cannot be this robot's (or, not `grave`, is not of now):
        as if it were silent."""
        self.success.arrived()
        if self._trust.refuse(reason, self._time(now), grave):
            self._note(self.state, Cause.ROBOT_DOUBTED, reason, now)

    def rivals(self, names: str, now: int) -> None:
        """These publish the robot's state beside one another; "": one alone does."""
        self._trust.name_rivals(names, self._time(now))

    def picture_refused(self, reason: str, now: int) -> None:
        """A picture was refused, so there is no observation."""
        self._picture_refused = reason, self._time(now)

    def observation(self, now: int) -> None:
        """An observation reached the controller."""
        self._observed_at = self._time(now)

    def picture(self, camera: str, content: object, now: int) -> None:
        """A picture arrived; `content` (a hash, say) is equal for equal pictures."""
        if self._pictures[camera][0] != content:
            self._pictures[camera] = (content, self._time(now))

    def tokens(self, age: float, ttl: float, now: int) -> None:
        """Tokens arrived, `age` s after their frames. Stale ones, and those of older frames than
        the last, change nothing."""
        if not 0 <= age <= ttl:
            return
        stamp = self._time(now) - round(age * SECOND)
        if self._tokens is None or stamp >= self._tokens[0]:
            self._tokens = (stamp, ttl)
            self.null = False

    def tokens_refused(self, reason: str, now: int) -> None:
        """Tokens of a foreign codec or malformed ones were refused."""
        self._refuse(Cause.TOKENS_REFUSED, reason, now)

    def chunk(self, end: int, now: int) -> None:
        """A chunk was accepted whose last target is due at `end`, ns."""
        self._time(now)
        self._chunk_end = end

    def chunk_refused(self, reason: str, now: int) -> None:
        """A chunk was refused (NaN or infinity); the one before goes on until it is exhausted."""
        self._refuse(Cause.CHUNK_REFUSED, reason, now)

    def inference(self, seconds: float, now: int) -> None:
        """One inference of the controller took `seconds`."""
        self._inferences.append(seconds)
        usual = self._nominal * len(self._inferences)
        slow = usual > 0 and sum(self._inferences) > SLOW * usual
        if slow != self.degraded:
            self.degraded = slow
            cause = Cause.DEGRADED if slow else Cause.FAST_AGAIN
            self._note(self.state, cause, f"{seconds:.3f} s", now)

    def out_of_bounds(self, breach: str) -> None:
        """What is to be commanded next leaves the workspace or nears a collision; "": it does
        not."""
        self._out_of_bounds = breach

    # What is asked for.

    def arm(
        self,
        model: Identity,
        now: int,
        inference: float = 0.0,
        objection: tuple[Cause, str] | None = None,
    ) -> None:
        """From disarmed or stopped to armed.

        Args:
            inference: nominal s of one inference of `model`'s controller, where that is known.
            objection: of whoever knows where the robot is; counts where nothing graver does.

        Raises:
            ArmingRefusedError: model and robot differ, or the robot's state comes from two, is
                not believed, comes too irregularly or has not been watched for long enough. The
                state stays.
        """
        if self.state in (State.ARMED, State.HOLD):
            return
        wrong = self._identity.differences(model)
        trust, doubts = self._trust, self._trust.doubts(now)
        silent = trust.heard is None or self._age(trust.heard, now) >= STATE_HOLD
        if wrong:
            self.decline(Cause.MISMATCH, f"{', '.join(wrong)}; load the robot's own model", now)
        if trust.rivals:
            self.decline(Cause.RIVALS, f"{trust.rivals}; end all but the robot's own", now)
        if doubts:
            self.decline(Cause.ROBOT_DOUBTED, doubts, now)
        if not self.success.complete:
            self.decline(Cause.UNPROVEN, f"wait until {WINDOW} have passed", now)
        if self.success.rate < REFUSAL:
            detail = f"{self.success.rate:.0%} in time, {REFUSAL:.0%} needed; relieve the network"
            self.decline(Cause.LOSSY, detail, now)
        if silent:
            self.decline(Cause.ROBOT_SILENT, "switch it on and check the connection", now)
        if self._refused_picture(now):
            self.decline(Cause.OBSERVATION_DROPPED, self._refused_picture(now), now)
        if objection is not None:
            self.decline(*objection, now)
        self._nominal = inference or self._nominal
        self._armed_at, self._tokens, self.null = self._time(now), None, True
        self._note(State.ARMED, Cause.REQUEST, "", now)

    def decline(self, cause: Cause, detail: str, now: int) -> None:
        """Note why the arm is not armed, and raise ArmingRefusedError; the state stays."""
        self._note(self.state, cause, detail, now)
        raise ArmingRefusedError(f"stays {self.state}: {cause}: {detail}")

    def stop(self, reason: str, now: int) -> None:
        """Stop, whatever the state (a disarmed arm stays disarmed)."""
        if self.state is not State.DISARMED:
            self._note(State.STOPPED, Cause.REQUEST, reason, now)

    def disarm(self, now: int) -> None:
        """The loop may end; nothing is commanded any more."""
        self._note(State.DISARMED, Cause.REQUEST, "", now)

    def tick(self, now: int, clock: int | None = None) -> State:
        """Judge what has been heard. `clock`: the clock of the stamps, ns."""
        now = self._time(now)
        lossy = self.success.low
        self.success.tick()
        if self.success.low != lossy:
            cause = Cause.PUNCTUAL if lossy else Cause.LOSSY
            self._note(self.state, cause, f"{self.success.rate:.0%} in time", now)
        self._compare(now, clock)
        if self._tokens is not None and self._age(self._tokens[0], now) > self._tokens[1]:
            self.null = True
        if self.state in (State.ARMED, State.HOLD):
            worst, cause, detail = State.ARMED, Cause.RECOVERED, ""
            for found, why, what in self._faults(now):
                if worst is State.ARMED or found is State.STOPPED:
                    worst, cause, detail = found, why, what
                if worst is State.STOPPED:
                    break
            if worst is not self.state:
                self._note(worst, cause, detail, now)
        return self.state

    def _faults(self, now: int) -> Iterator[tuple[State, Cause, str]]:
        never = float("inf")
        checks = [
            (
                Cause.OBSERVATION_DROPPED,
                self._refused_picture(now),
                self._observed_at,
                STATE_HOLD,
                STATE_STOP,
            ),
            (Cause.CHUNK_EXHAUSTED, "", self._chunk_end, 0.0, CHUNK_STOP),
        ]
        for camera, (_, seen) in self._pictures.items():
            checks.append((Cause.CAMERA_FROZEN, camera, seen, CAMERA_HOLD, never))
        if self._tokens is not None:
            stamp, ttl = self._tokens
            patience = ttl + NULL_GRACE
            checks.append((Cause.TOKENS_STALE, "", stamp, patience, max(STOP_AFTER, patience)))
        # what only an armed controller brings about is not missed before arming
        checks = [
            (cause, detail, max(last, self._armed_at), hold, stop)
            for cause, detail, last, hold, stop in checks
        ]
        trust, doubts = self._trust, self._trust.doubts(now)
        silent = Cause.ROBOT_DOUBTED if doubts else Cause.ROBOT_SILENT
        robot = (silent, doubts, trust.heard or 0, STATE_HOLD, STATE_STOP)
        if trust.rivals:
            lasting = self._age(trust.rivals_since, now) >= STATE_STOP
            yield State.STOPPED if lasting else State.HOLD, Cause.RIVALS, trust.rivals
        for cause, detail, last, hold, stop in [robot, *checks]:
            age = self._age(last, now)
            if age >= hold:
                yield State.STOPPED if age >= stop else State.HOLD, cause, detail
        if self._tokens is None:
            yield State.HOLD, Cause.TOKENS_STALE, "none yet"
        if self._out_of_bounds:
            yield State.HOLD, Cause.OUT_OF_BOUNDS, self._out_of_bounds

    def _refused_picture(self, now: int) -> str:
        """Why pictures are refused; "": they are not."""
        reason, at = self._picture_refused
        return reason if reason and self._age(at, now) < PICTURE_DOUBT else ""

    def _compare(self, now: int, clock: int | None) -> None:
        if clock is None:
            return
        lead = clock - now
        if self._clock_lead is not None and abs(lead - self._clock_lead) > CLOCK_JUMP * SECOND:
            self.null = True
            jump = (lead - self._clock_lead) / SECOND
            self._note(self.state, Cause.CLOCK_JUMPED, f"by {jump:+.3f} s", now)
        self._clock_lead = lead

    def _refuse(self, cause: Cause, reason: str, now: int) -> None:
        self.refused += 1
        self._note(self.state, cause, reason, now)

    def _note(self, after: State, cause: Cause, detail: str, now: int) -> None:
        self.events.append(Event(self._time(now), self.state, after, cause, detail))
        self.state = after

    def _time(self, now: int) -> int:
        self._now = max(self._now, now)
        return self._now

    def _age(self, since: int, now: int) -> float:
        return (max(now, self._now) - since) / SECOND
