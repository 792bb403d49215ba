"""The controller in wall time: what happens at every policy step, from the bus to the bus.

Ages are counted on the monotonic clock from the moment tokens arrive, so a jump of the clock that
stamps them makes the tokens stale (the null code, until newer ones come) and nothing else.
"""

from collections.abc import Callable

import numpy as np

from body import ActionTokens, BodyError, CodecMismatchError, Observation
from body.contract.mailbox import Mailbox
from body.geometry.motion import DT
from body.safety.safety_state import State
from body.safety.watchdog import CLOCK_JUMP, SECOND
from cerebellum.runtime.bus import Bus, packed, text
from cerebellum.runtime.controller import CAMERA, Cerebellum
from cerebellum.runtime.delay import DelayEstimate
from cerebellum.runtime.schedule import pace
from cerebellum.runtime.steering import Steering
from cerebellum.runtime.token_record import read_tokens

STEP = round(DT * SECOND)
STEER_TTL = 1.0  # s, as of tokens
TRIALS = 20  # plans that fix the nominal time of one


class Planner:
    """Call :meth:`step` once a policy step, with the time at which that step begins.

    Args:
        cerebellum: loaded and warmed up. bus: the graph. clock: its clock, ns.

    Attributes:
        delay: of plans, in policy steps. tokens_refused: foreign, malformed.
    """

    def __init__(self, cerebellum: Cerebellum, bus: Bus, clock: Callable[[], int]) -> None:
        self.cerebellum, self.bus, self._clock = cerebellum, bus, clock
        self.delay = DelayEstimate()
        self.tokens_refused = 0
        self._mailbox = Mailbox(cerebellum.codec_id)
        self._stamps: dict[int, int] = {}
        self._lead: int | None = None
        self._reason = ""
        self._begun = False

    def announce(self) -> None:
        """Measure the nominal time of a plan and say which model this is."""
        cerebellum, spec = self.cerebellum, self.cerebellum.spec
        black = self.bus.pictures[CAMERA].value["pixels"]
        seen = Observation(0, spec.home, np.zeros(spec.joints), 0.0, images={CAMERA: black})
        null = ActionTokens((), cerebellum.codec_id, 0)
        spent = []
        for _ in range(TRIALS):
            cerebellum.reset(seen)
            cerebellum.step(seen, null)
            spent.append(cerebellum.last_ms or 0.0)
        value = self.bus.model.value
        value["robot"] = spec.name
        value["joint_names"] = packed("\n".join(spec.joint_names), 1024)
        value["statistics"] = cerebellum.statistics.hash
        value["nominal"] = float(np.median(spent)) / 1e3
        self.bus.model.write(0)

    def step(self, begin: int, now: int) -> None:
        """The policy step that began at `begin` ns (monotonic), served at `now`."""
        self._compare_clocks(now)
        self._take_tokens(now)
        seen = self._observation(begin)
        if seen is None:
            return
        cerebellum = self.cerebellum
        self.bus.status.read()
        status = self.bus.status.value
        state = State(text(status["state"]) or State.DISARMED)
        if not self._begun or state is State.DISARMED:
            cerebellum.reset(seen)
            self._begun = True
        elif state is not State.ARMED:
            cerebellum.resume(status["q"])
        letter = self._mailbox.get(now)
        wished_at = self._take_steering(now)
        cerebellum.pace(*pace(self.delay.steps))
        refused = cerebellum.refused
        chunk = cerebellum.step(seen, letter.tokens, letter.age, letter.freshness)
        sound = cerebellum.refused == refused
        if not sound:
            self._reason = "plan with NaN or infinity"
        seconds = (cerebellum.last_ms or 0.0) / 1e3 if cerebellum.replanned else 0.0
        if seconds:
            self.delay.add(seconds)
        plan = self.bus.plan
        value = plan.value
        value["q"][...], value["width"][...] = chunk.joint_position, chunk.gripper_width
        value["chunk"], value["seconds"] = cerebellum.decided and sound, seconds
        value["tokens_at"] = letter.tokens.stamp if letter.tokens is not None else -1
        value["ttl"] = letter.tokens.ttl if letter.tokens is not None else 0.0
        if wished_at is not None:  # who steers is obeyed, and missed, as a brain is
            value["tokens_at"], value["ttl"] = wished_at, STEER_TTL
        value["tokens_refused"], value["chunks_refused"] = self.tokens_refused, cerebellum.refused
        value["reason"], value["delay"] = packed(self._reason, 160), self.delay.steps
        plan.write(begin)
        self._report()

    def missed(self, steps: int) -> None:
        """So many policy steps have passed while the last one was being served."""
        for _ in range(steps if self._begun else 0):
            self.cerebellum.skip()

    def _take_tokens(self, now: int) -> None:
        channel = self.bus.tokens
        if not channel.read():
            return
        age = self._clock() - channel.stamp
        at = now - age
        try:
            tokens = read_tokens(channel.value, at)
            if not 0 <= age <= tokens.ttl * SECOND:
                return  # of before a jump of the clock, or too long on the way
            self.cerebellum.check(tokens)
            self._mailbox.put(tokens)
        except (BodyError, ValueError) as error:
            self.tokens_refused += 1
            kind = "foreign" if isinstance(error, CodecMismatchError) else "malformed"
            self._reason = f"{kind} tokens: {error}"
            return
        self._stamps = {at: channel.stamp, **dict(list(self._stamps.items())[:3])}

    def _take_steering(self, now: int) -> int | None:
        """Have the cerebellum steered while somebody does; when (ns) that was wished last."""
        channel = self.bus.steer
        channel.read()
        value = channel.value
        if not (channel.number and value["active"]):
            self.cerebellum.steering = None
            return None
        age = (now - channel.stamp) / SECOND
        self.cerebellum.steering = Steering(value["velocity"].copy(), bool(value["closed"]), age)
        return channel.stamp

    def _observation(self, begin: int) -> Observation | None:
        """What is sensed now; None until the robot and its camera have been heard."""
        state, picture = self.bus.state, self.bus.pictures[CAMERA]
        state.read()
        picture.read()
        if not state.number or not picture.number:
            return None
        try:
            return self.bus.observation(begin, CAMERA)
        except BodyError:  # no numbers: the command loop says so
            return None

    def _compare_clocks(self, now: int) -> None:
        lead = self._clock() - now
        if self._lead is not None and abs(lead - self._lead) > CLOCK_JUMP * SECOND:
            self._mailbox.expire(now)
        self._lead = lead

    def _report(self) -> None:
        report, value = self.cerebellum.report, self.bus.report.value
        value["status"] = int(report.status)
        value["token_stamp"] = self._stamps.get(report.token_stamp, -1)
        self.bus.report.write(0)
