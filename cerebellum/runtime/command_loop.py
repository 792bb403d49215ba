"""What happens in every command period: listen, judge, interpolate, limit, send.

The loop waits for nobody. What has not arrived is old, and what is too old the watchdog knows.
"""

from collections.abc import Callable

import numpy as np

from body import (
    ActionChunk,
    ArmingRefusedError,
    BodyError,
    JointJumpError,
    JointReadingError,
    RobotSpec,
)
from body.contract.arrays import Array
from body.geometry.motion import DT
from body.safety.arming_window import ENOUGH, ArmingWindow
from body.safety.interpolator import Interpolator
from body.safety.joint_judge import JointJudge, Reading
from body.safety.limiter import Limiter
from body.safety.safety_state import Cause, Identity, State
from body.safety.watchdog import Watchdog
from body.safety.workspace import Workspace
from cerebellum.runtime.bus import Bus, packed, text
from cerebellum.runtime.robot_link import RobotLink

STATUS_EVERY = 5  # periods
YOUNG = 1.5  # periods: a state no older than this is in time
MOVED = 0.05  # rad: an arm further from its last command has been moved by somebody
PICTURE_AHEAD, PICTURE_BEHIND = 0.1, 1.0  # s between a picture's stamp and the graph's clock
CHECK_EVERY = 4  # periods between two rows of a plan that are held against the workspace
STRIKES = 2  # pictures in turn; of before a jump of the clock there may be one on its way


class CommandLoop:
    """Call :meth:`tick` once a period.

    Here the robot's turns end: limiter and commands count as the robot does, plans as models do.

    Args:
        spec: the robot. statistics: hash of the normalisation statistics it is to be driven with.
        robot: its link. bus: the graph. clock: its clock, ns.
        period: s. camera: the one that must not freeze ("": none).
        workspace: what a planned posture must not breach (None: the robot's links must not touch).
    """

    def __init__(
        self,
        spec: RobotSpec,
        statistics: str,
        robot: RobotLink,
        bus: Bus,
        clock: Callable[[], int],
        period: float = 0.002,
        camera: str = "wrist",
        workspace: Workspace | None = None,
    ) -> None:
        self.robot, self.bus = robot, bus
        self._clock, self._camera = clock, camera
        self._young = round(YOUNG * period * 1e9)
        self.limiter = Limiter(spec, period)
        self.interpolator = Interpolator(spec.home, spec.gripper_open, 0)
        identity = Identity(spec.name, spec.joint_names, statistics)
        self.watchdog = Watchdog(identity, cameras=(camera,) if camera else ())
        self._judge, self._window = JointJudge(spec), ArmingWindow(spec)
        self._reading: Reading | None = None
        self._turn = np.zeros(spec.joints)  # rad that the robot counts beyond the models
        self._off, self._lost = 0.0, False  # rad from the last command; whether it jumped there
        self._before = State.DISARMED
        self._chunk: ActionChunk | None = None
        self.workspace = workspace or Workspace(spec, capsules=spec.capsules)
        self._checked, self._outside = 0, False  # rows of the plan; a plan led out of the workspace
        self._picture = self._tokens_refused = self._chunks_refused = self._strikes = 0
        self._readings_refused = self._pictures_refused = 0
        self._period = 0
        bus.request.read()  # what was asked before this loop began is not for it
        bus.doubt.read()

    def tick(self, now: int, misses: int = 0) -> State:
        """One command period at `now` ns (monotonic); `misses` is passed on in the status."""
        dog = self.watchdog
        if self.robot.receive():
            self._hear(now)
        elif now - self.robot.stamp <= self._young:
            dog.success.arrived()  # two clocks of one rate beat: it came right after the last tick
        if self.bus.doubt.read():
            self._take_doubts(now)
        self._look(now)
        if self.bus.plan.read():
            self._take_plan(now)
        if self._outside or self._period % CHECK_EVERY == 0:
            self._check_plan()
        for _ in self.bus.request.since():
            self._obey(now)
        state = dog.tick(now, self._clock())
        if state is State.ARMED:
            if self._before is not State.ARMED:
                self._resume(now)
            target, width = self.interpolator.at(now)
            self.robot.send(*self.limiter.step(target + self._turn, width), now)
        elif state is not State.DISARMED:
            self.robot.send(*self.limiter.stop(), now)
        if state is not self._before or self._period % STATUS_EVERY == 0:
            self._report(now, state, misses)
        self._before = state
        self._period += 1
        return state

    def _hear(self, now: int) -> None:
        """Judge the robot's newest state."""
        robot, dog = self.robot, self.watchdog
        idle = dog.state is State.DISARMED
        self._judge.firm = not idle
        try:
            reading = self._judge.take(robot.q, robot.dq, robot.width, robot.stamp)
        except JointReadingError as error:
            self._lost |= isinstance(error, JointJumpError)
            self._window.clear()
            dog.robot_refused(str(error), now)
            return
        off = 0.0 if idle else float(np.abs(reading.own - self.limiter.q).max())
        if self._lost and off > self._off + MOVED:
            dog.success.arrived()  # but it jumped away from where it was sent: not believed
            return
        self._lost, self._off, self._reading = False, off, reading
        if idle:
            self._turn = reading.turn
        self._window.add(reading.own, reading.dq)
        dog.robot_state(now)

    def _take_doubts(self, now: int) -> None:
        """What whoever hears the robot has refused before it came here."""
        value, dog = self.bus.doubt.value, self.watchdog
        dog.rivals(text(value["rivals"]), now)
        if int(value["refused"]) != self._readings_refused:
            self._window.clear()
            dog.robot_refused(text(value["reason"]), now, bool(value["grave"]))
        if int(value["pictures"]) != self._pictures_refused:
            dog.picture_refused(text(value["picture"]), now)
        self._readings_refused = int(value["refused"])
        self._pictures_refused = int(value["pictures"])

    def _look(self, now: int) -> None:
        if not self._camera:
            self.watchdog.observation(now)
            return
        number, stamp, checksum = self.bus.pictures[self._camera].peek()
        if number == self._picture:
            return
        self._picture = number
        age = (self._clock() - stamp) * 1e-9
        self._strikes = 0 if -PICTURE_AHEAD <= age <= PICTURE_BEHIND else self._strikes + 1
        if self._strikes >= STRIKES:
            old = f"old pictures: stamp {age:.1f} s ago" if age > 0 else f"stamp {-age:.1f} s ahead"
            self.watchdog.picture_refused(f"{self._camera}: {old}; clocks differ?", now)
            return
        self.watchdog.observation(now)
        self.watchdog.picture(self._camera, checksum, now)

    def _take_plan(self, now: int) -> None:
        plan, dog = self.bus.plan.value, self.watchdog
        refused = int(plan["tokens_refused"]), int(plan["chunks_refused"])
        if refused[0] > self._tokens_refused:
            dog.tokens_refused(text(plan["reason"]), now)
        if refused[1] > self._chunks_refused:
            dog.chunk_refused(text(plan["reason"]), now)
        self._tokens_refused, self._chunks_refused = refused
        if plan["tokens_at"] >= 0:
            dog.tokens((now - int(plan["tokens_at"])) * 1e-9, float(plan["ttl"]), now)
        if plan["seconds"] > 0:
            dog.inference(float(plan["seconds"]), now)
        if not plan["chunk"]:
            return
        try:
            self._chunk = ActionChunk(
                plan["q"].copy(), plan["width"].copy(), self.bus.plan.stamp, DT
            )
        except BodyError as error:
            dog.chunk_refused(str(error), now)
            return
        self._checked = 0
        self.interpolator.put(self._chunk)
        dog.chunk(self.interpolator.end, now)

    def _check_plan(self) -> None:
        """Hold one more row of the plan against the workspace, long before it is due: a check takes
        a sixth of a period. A plan that leads outside is not followed; one that does not ends it.
        """
        if self._chunk is None or self._checked >= len(self._chunk):
            return
        breach = self.workspace.breach(self._chunk.joint_position[self._checked])
        self._checked = len(self._chunk) if breach else self._checked + 1
        if breach or (self._outside and self._checked == len(self._chunk)):
            self._outside = bool(breach)
            self.watchdog.out_of_bounds(breach)

    def _obey(self, now: int) -> None:
        value = self.bus.request.value
        order, reason = (text(value[name]) for name in ("order", "reason"))
        if order == "arm":
            number, until = self.bus.request.number, int(value["until"])
            try:
                self._arm(now, late=bool(until) and now > until)
            except ArmingRefusedError as error:  # the watchdog has noted why
                self._answer(number, False, str(error), now)
            else:
                self._answer(number, True, "", now)
        elif order == "stop":
            self.watchdog.stop(reason, now)
        elif order == "disarm":
            self.watchdog.disarm(now)

    def _answer(self, number: int, accepted: bool, reason: str, now: int) -> None:
        answer = self.bus.answer
        answer.value["request"], answer.value["accepted"] = number, accepted
        answer.value["reason"] = packed(reason, 512)
        answer.write(now)

    def _arm(self, now: int, late: bool) -> None:
        self.bus.model.read()
        model = self.bus.model.value
        names = tuple(text(model["joint_names"]).split("\n"))
        identity = Identity(text(model["robot"]), names, text(model["statistics"]))
        dog, reading = self.watchdog, self._reading
        fresh = dog.state is State.DISARMED
        if late:
            dog.decline(Cause.REQUEST, "the order to arm came too late; ask again", now)
        if self._lost and not fresh:
            dog.decline(Cause.MOVED, "it jumped away from its last command; disarm, then arm", now)
        dog.arm(identity, now, float(model["nominal"]), self._objection(fresh))
        if fresh:
            assert reading is not None
            self.limiter.reset(self._inside(reading.own), reading.width)
            self._off, self._lost = 0.0, False

    def _objection(self, fresh: bool) -> tuple[Cause, str] | None:
        """What is wrong with where the robot is; None: nothing."""
        reading, spec = self._reading, self.limiter.spec
        if reading is None:
            return Cause.ROBOT_SILENT, "it has said nothing yet; switch it on"
        start = self._inside(reading.own) if fresh else self.limiter.q
        if np.abs(start - reading.own).max() > MOVED:
            where = "outside its limits; move it by hand" if fresh else "moved; disarm, then arm"
            return Cause.MOVED, where
        if not fresh:
            return None
        if not self._window.complete:
            return Cause.UNPROVEN, f"wait until {ENOUGH} readings in turn agree"
        if motion := self._window.motion():
            return Cause.MOVING, motion
        home = spec.home + self._turn
        away = (home < spec.position_lower) | (home > spec.position_upper)
        if away.any():
            i = int(np.flatnonzero(away)[0])
            return Cause.TURNED, (
                f"{spec.joint_names[i]} stands at {reading.own[i]:.2f} rad, and its limit lies "
                f"between there and where the model works; turn it to about {spec.home[i]:.2f} rad"
            )
        return None

    def _inside(self, own: Array) -> Array:
        spec = self.limiter.spec
        return np.clip(own, spec.position_lower, spec.position_upper)

    def _resume(self, now: int) -> None:
        """Follow chunks again, from where the limiter has come to."""
        self.interpolator.start(self.limiter.q - self._turn, self.limiter.width, now)
        if self._chunk is not None:
            self.interpolator.put(self._chunk)

    def _report(self, now: int, state: State, misses: int) -> None:
        events = self.watchdog.events
        while events:
            event, channel = events.popleft(), self.bus.events
            channel.value["before"], channel.value["after"] = str(event.before), str(event.after)
            channel.value["cause"] = packed(str(event.cause), 64)
            channel.value["detail"] = packed(event.detail, 256)
            channel.write(event.time)
        status = self.bus.status
        value = status.value
        value["state"] = str(state)
        own = self.limiter.q if state is not State.DISARMED else self.robot.q
        value["q"][...], value["turn"][...] = own - self._turn, self._turn
        value["width"] = self.limiter.width
        value["degraded"], value["null"] = self.watchdog.degraded, self.watchdog.null
        value["success"] = self.watchdog.success.rate
        value["ticks"], value["misses"] = self._period, misses
        status.write(now)
