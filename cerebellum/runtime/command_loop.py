"""What happens in every command period: listen, judge, interpolate, limit, send.

The loop waits for nobody. What has not arrived is old, and what is too old the watchdog knows.
"""

import contextlib
from collections.abc import Callable
from typing import Protocol

import numpy as np

from body import ActionChunk, ArmingRefusedError, BodyError, RobotSpec
from body.arrays import Array
from body.interpolator import Interpolator
from body.limiter import Limiter
from body.motion import DT
from body.safety_state import Cause, Identity, State
from body.watchdog import Watchdog
from cerebellum.runtime.bus import Bus, packed, text

STATUS_EVERY = 5  # periods
YOUNG = 1.5  # periods: a state no older than this is in time
MOVED = 0.05  # rad: an arm further from its last command has been moved by somebody


class RobotLink(Protocol):
    """The robot's side of the loop; neither call may block."""

    def receive(self) -> bool:
        """Fetch the newest state into `q`, `width`; False: none has come since the last call."""
        ...

    def send(self, q: Array, width: float, now: int) -> None:
        """Command (J,) rad and m."""
        ...

    q: Array
    width: float
    stamp: int  # ns, monotonic: when the robot sent that state


class BusRobot:
    """A robot whose driver reads and writes the bus."""

    def __init__(self, bus: Bus) -> None:
        self._state, self._command = bus.state, bus.command
        self.q = np.zeros(bus.spec.joints)
        self.width = 0.0
        self.stamp = 0

    def receive(self) -> bool:
        if not self._state.read():
            return False
        self.q[:] = self._state.value["q"]
        self.width = float(self._state.value["width"])
        self.stamp = self._state.stamp
        return True

    def send(self, q: Array, width: float, now: int) -> None:
        self._command.value["q"][...] = q
        self._command.value["width"] = width
        self._command.write(now)


class CommandLoop:
    """Call :meth:`tick` once a period.

    Args:
        spec: the robot. statistics: hash of the normalisation statistics it is to be driven with.
        robot: its link. bus: the graph. clock: its clock, ns.
        period: s. camera: the one that must not freeze ("": none).
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
    ) -> None:
        self.robot, self.bus = robot, bus
        self._clock, self._camera = clock, camera
        self._young = round(YOUNG * period * 1e9)
        self.limiter = Limiter(spec, period)
        self.interpolator = Interpolator(spec.home, spec.gripper_open, 0)
        identity = Identity(spec.name, spec.joint_names, statistics)
        self.watchdog = Watchdog(identity, cameras=(camera,) if camera else ())
        self._before = State.DISARMED
        self._chunk: ActionChunk | None = None
        self._picture = self._tokens_refused = self._chunks_refused = self._noted = 0
        self._period = 0
        bus.request.read()  # what was asked before this loop began is not for it

    def tick(self, now: int, misses: int = 0) -> State:
        """One command period at `now` ns (monotonic); `misses` is passed on in the status."""
        dog = self.watchdog
        if self.robot.receive():
            dog.robot_state(now)
        elif now - self.robot.stamp <= self._young:
            dog.success.arrived()  # two clocks of one rate beat: it came right after the last tick
        self._look(now)
        if self.bus.plan.read():
            self._take_plan(now)
        if self.bus.request.read():
            self._obey(now)
        state = dog.tick(now, self._clock())
        if state is State.ARMED:
            if self._before is not State.ARMED:
                self._resume(now)
            target, width = self.interpolator.at(now)
            self.robot.send(*self.limiter.step(target, width), now)
        elif state is not State.DISARMED:
            self.robot.send(*self.limiter.stop(), now)
        if state is not self._before or self._period % STATUS_EVERY == 0:
            self._report(now, state, misses)
        self._before = state
        self._period += 1
        return state

    def _look(self, now: int) -> None:
        if not self._camera:
            self.watchdog.observation(now)
            return
        number, _, checksum = self.bus.pictures[self._camera].peek()
        if number != self._picture:
            self._picture = number
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
        self.interpolator.put(self._chunk)
        dog.chunk(self.interpolator.end, now)

    def _obey(self, now: int) -> None:
        order, reason = (text(self.bus.request.value[name]) for name in ("order", "reason"))
        if order == "arm":
            with contextlib.suppress(ArmingRefusedError):  # the watchdog has noted why
                self._arm(now)
        elif order == "stop":
            self.watchdog.stop(reason, now)
        elif order == "disarm":
            self.watchdog.disarm(now)

    def _arm(self, now: int) -> None:
        self.bus.model.read()
        model = self.bus.model.value
        names = tuple(text(model["joint_names"]).split("\n"))
        identity = Identity(text(model["robot"]), names, text(model["statistics"]))
        dog, limiter, spec = self.watchdog, self.limiter, self.limiter.spec
        inside = np.clip(self.robot.q, spec.position_lower, spec.position_upper)
        fresh = dog.state is State.DISARMED
        start = inside if fresh else limiter.q
        if dog.success.complete and np.abs(start - self.robot.q).max() > MOVED:
            where = "outside its limits; move it by hand" if fresh else "moved; disarm, then arm"
            dog.decline(Cause.MOVED, where, now)
        dog.arm(identity, now, float(model["nominal"]))
        if fresh:
            limiter.reset(start, self.robot.width)

    def _resume(self, now: int) -> None:
        """Follow chunks again, from where the limiter has come to."""
        self.interpolator.start(self.limiter.q, self.limiter.width, now)
        if self._chunk is not None:
            self.interpolator.put(self._chunk)

    def _report(self, now: int, state: State, misses: int) -> None:
        events = self.watchdog.events
        while events:
            event, channel = events.popleft(), self.bus.events
            channel.value["before"], channel.value["after"] = str(event.before), str(event.after)
            channel.value["cause"] = packed(str(event.cause), 64)
            channel.value["detail"] = packed(event.detail, 160)
            channel.write(event.time)
        status = self.bus.status
        value = status.value
        value["state"] = str(state)
        value["q"][...] = self.limiter.q if state is not State.DISARMED else self.robot.q
        value["width"] = self.limiter.width
        value["degraded"], value["null"] = self.watchdog.degraded, self.watchdog.null
        value["success"] = self.watchdog.success.rate
        value["ticks"], value["misses"] = self._period, misses
        status.write(now)
