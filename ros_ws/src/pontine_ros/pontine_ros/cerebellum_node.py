"""The cerebellum: joint states, pictures and action tokens in; commands out.

Neither the command loop nor the planner is here: both are processes of their own
(`cerebellum/runtime`), which this node starts and to which it carries what ROS brings, through
shared memory that never blocks. What comes often has a thread to itself, commands too.
"""

import os
import time
from typing import Any

from body import BodyError
from body.robots.registry import robot
from body.safety.safety_state import Cause, State
from body.safety.workspace import Box
from cerebellum.engines.build import engine_folder
from cerebellum.engines.description import read_description
from cerebellum.runtime.bus import text
from cerebellum.runtime.controller import CAMERA
from cerebellum.runtime.runtime_config import RuntimeConfig
from cerebellum.runtime.token_record import write_tokens
from episodes import model_folder
from pontine.agent.shipped import controller_of, model_path
from pontine.ros.hearing import Hearing
from pontine.ros.stamps import Forward
from pontine_ros import topics
from pontine_ros.controller_state import controller_state
from pontine_ros.fast_path import FastPath
from pontine_ros.incoming import nanoseconds, picture, teleop, tokens, wrench
from pontine_ros.lifecycle import ERROR, OK, WARN, PontineNode
from pontine_ros.process import run
from pontine_ros.qos import on_silence
from pontine_ros.real_time import REST, RealTime
from pontine_ros.robot_clock import RobotClock
from pontine_ros.waiting import Waiting

FIRST = -10  # niceness, of the planner too: a plan that is late holds the arm
LOOK = 0.05  # s between two looks at the loop's state
SAY = 4  # looks between two messages, where nothing changes
DEAF = 0.5  # s without the supervisor's heartbeat before which the arm may be armed
SILENT = 1.5  # s without what the robot sends that the diagnostics name
ARMING, ANSWER = 0.5, 0.3  # s in which the loop may arm, and then for its answer to be seen
LOSSY = 0.95  # command success rate below which libfranka warns, too


class CerebellumNode(PontineNode):
    """See the module; parameters in `parameters.NODES`."""

    def __init__(self) -> None:
        super().__init__("cerebellum_node")
        self.real_time: RealTime | None = None
        self._fast: FastPath | None = None
        self._waiting = Waiting()
        self._heartbeat = self._picture_latency = self._tokens_latency = 0.0
        self._activated = 0.0
        self._looks = 0
        self._said: tuple[State, str] | None = None

    def configure(self) -> None:
        settings = self.settings
        self._spec, rate = robot(settings["robot"]), int(settings["command_rate"])
        named = settings["controller_model"]
        model = model_path(named) if named else controller_of(settings["robot"])
        config = model_folder.load_config(model, spec=self._spec)
        place = f"{os.environ.get('ROS_DOMAIN_ID', '0')}{self.get_namespace()}".replace("/", ".")
        graph = f"ros{os.getuid()}.{place.rstrip('.')}"
        box = tuple(float(value) for value in settings["workspace_box"])
        Box.of(box)
        self.real_time = RealTime(
            RuntimeConfig(graph, settings["robot"], model, rate, bool(settings["spin"]), box)
        )
        self._robot_clock, self._falling = RobotClock(), False
        self._keep_time()
        self.real_time.wait_ready()
        engine = read_description(engine_folder(config))
        self._engine = str(engine["engine"]), str(engine["precision"])
        self._say = self.speak(topics.CONTROLLER_STATE)
        self._states = self.inbox(topics.JOINT_STATES, self._take_joints)
        self._hearing = Hearing(
            self.real_time.bus, settings["finger_joints"], self._states.publishers
        )
        self._stamps = Forward()
        self._rare = [
            self.inbox(topics.WRENCH, self._take_wrench),
            self.inbox(topics.IMAGE, self._take_picture, topics.IMAGE.name.format(camera=CAMERA)),
            self.inbox(topics.TOKENS, self._take_tokens),
            self.inbox(topics.TELEOP, self._take_teleop),
        ]
        if settings["supervised"]:
            self.listen(topics.HEARTBEAT_TOPIC, self._take_heartbeat, on_silence(self._deaf))
        shadow = "shadow/" if settings["dry_run"] else ""
        self._trajectory = settings["command_interface"] == "joint_trajectory"
        arm = topics.TRAJECTORY if self._trajectory else topics.POSITIONS
        self._outlets = (
            self.speak(arm, shadow + arm.name),
            self.speak(topics.GRIPPER, shadow + topics.GRIPPER.name),
        )
        self.serve(topics.ARM, self._arm)
        self.serve(topics.STOP, self._stop)
        self.every(LOOK, self._look)

    def activate(self) -> None:
        assert self.real_time is not None
        period = 1 / int(self.settings["command_rate"])
        self._activated = time.monotonic()
        self._fast = FastPath(
            self.real_time.bus, self._states, self._rare, *self._outlets, self._trajectory, period,
            lambda: self._robot_clock.offset,
        )  # fmt: skip

    def deactivate(self) -> None:
        if self._fast is None or self.real_time is None:
            return
        if not self.real_time.bring_to_rest("deactivated"):
            self.get_logger().error("the arm did not come to rest; its driver must hold it")
        self._fast.close()
        self._fast = None
        self._look()

    def cleanup(self) -> None:
        self._waiting.give_up()
        if self.real_time is not None:
            self.real_time.close()
            self.real_time = None

    def health(self) -> tuple[bytes, str, dict[str, Any]]:
        real_time = self.real_time
        if real_time is None:
            return OK, "not configured", {}
        state = real_time.look()
        figures = {"state": str(state), "cause": real_time.cause} | real_time.figures()
        if self._fast is not None:
            figures |= {
                "commands sent": self._fast.sent,
                "commands overtaken": self._fast.skipped,
                "longest gap ms": round(1e3 * self._fast.worst_gap, 1),
            }
        if state is State.STOPPED:
            return ERROR, f"stopped: {real_time.cause}", figures
        if self._fast is not None and time.monotonic() - self._activated > SILENT:
            states, wrench, picture = (
                inbox.missing(SILENT) for inbox in (self._states, *self._rare[:2])
            )
            if states or picture:
                return ERROR, "; ".join(filter(None, (states, picture))), figures
            if wrench:
                return WARN, wrench, figures
        refused, said = self._clock_fault()
        if said:
            return ERROR if refused else WARN, said, figures
        if figures["command success rate"] < LOSSY:
            return WARN, "too many of the robot's states come late", figures
        return (WARN if state is State.HOLD else OK), f"{state}: {real_time.cause}", figures

    def _take_joints(self, message: Any) -> None:
        if self._spec.joint_names[0] in message.name:  # fingers may have another clock
            self._robot_clock.note(nanoseconds(message.header.stamp), time.monotonic_ns())
        before = self._hearing.rivals
        try:
            self._hearing.take(message, self._states.source, self.now, time.monotonic_ns())
        finally:
            if self._hearing.rivals not in ("", before):
                self.get_logger().error(f"{Cause.RIVALS}: {self._hearing.rivals}")

    def _clock_fault(self) -> tuple[bool, str]:
        simulated = bool(self.get_parameter("use_sim_time").value)
        return self._robot_clock.fault(self.time.offset, simulated)

    def _take_wrench(self, message: Any) -> None:
        assert self.real_time is not None
        self.real_time.bus.state.value["wrench"][...] = wrench(message, self.now)

    def _take_picture(self, message: Any) -> None:
        assert self.real_time is not None
        channel, now = self.real_time.bus.pictures[CAMERA], self.now
        stamp = nanoseconds(message.header.stamp)
        try:
            pixels = picture(message, self._spec.cameras[CAMERA].pixels, now)
            self._stamps.check(stamp, now)
        except BodyError as error:
            self._hearing.refuse_picture(f"{CAMERA}: {error}")
            raise
        channel.value["pixels"][...] = pixels
        channel.write(stamp)
        self._picture_latency = (now - stamp) * 1e-9

    def _take_tokens(self, message: Any) -> None:
        assert self.real_time is not None
        found = tokens(message, self.now)
        write_tokens(self.real_time.bus.tokens, found)
        self._tokens_latency = (self.now - found.stamp) * 1e-9

    def _take_teleop(self, message: Any) -> None:
        assert self.real_time is not None
        wish, channel = teleop(message, self.now), self.real_time.bus.steer
        channel.value["velocity"][...] = wish
        channel.value["closed"], channel.value["active"] = message.close, message.active
        channel.write(time.monotonic_ns())

    def _take_heartbeat(self, message: Any) -> None:
        self._heartbeat = time.monotonic()

    def _deaf(self, reason: str) -> None:
        real_time = self.real_time
        if real_time and real_time.look() in (State.ARMED, State.HOLD):
            real_time.order("stop", f"the supervisor {reason}")
            self.get_logger().error(f"the supervisor {reason}: stopping the arm")

    async def _arm(self, request: Any, response: Any) -> Any:
        real_time = self.real_time
        assert real_time is not None
        if self._fast is None:
            response.message = "the node is not active; activate it first"
        elif self.settings["supervised"] and time.monotonic() - self._heartbeat > DEAF:
            response.message = "no supervisor is heard; start one, or set supervised to false"
        elif real_time.dead():
            response.message = f"{', '.join(real_time.dead())} has ended; clean up and configure"
        elif self._clock_fault()[0]:
            response.message = self._clock_fault()[1]
        else:
            number = real_time.order("arm", seconds=ARMING)
            answered = await self._waiting.until(
                lambda: real_time.answered(number), ARMING + ANSWER
            )
            response.success = answered and bool(real_time.bus.answer.value["accepted"])
            if not answered:
                real_time.order("disarm")
                response.message = "the command loop does not answer; it is told to disarm"
            elif not response.success:
                response.message = text(real_time.bus.answer.value["reason"])
            elif real_time.look() is State.HOLD:
                response.message = f"armed, and holds: {real_time.cause} {real_time.detail}"
        return response

    async def _stop(self, request: Any, response: Any) -> Any:
        real_time = self.real_time
        assert real_time is not None
        real_time.order("stop", request.reason or "asked for")
        response.success = await self._waiting.until(real_time.at_rest, REST)
        if request.disarm and response.success:
            real_time.order("disarm")
            await self._waiting.until(lambda: real_time.state is State.DISARMED, 0.5)
        if not response.success:
            response.message = f"{real_time.state}: {real_time.cause} {real_time.detail}"
        return response

    def _look(self) -> None:
        real_time = self.real_time
        if real_time is None:
            return
        self._keep_time()
        state = real_time.look()
        self._waiting.look(hopeless=bool(real_time.dead()))
        if real_time.dead() and not self._falling:
            self._begin_anew(", ".join(real_time.dead()))
            return
        self._looks += 1
        if self._looks % SAY == 0 or (state, real_time.cause) != self._said:
            self._said = state, real_time.cause
            self._tell(state)

    def _begin_anew(self, which: str) -> None:
        """A process of the real-time part has ended: come to rest, and be brought up again."""
        assert self.real_time is not None
        self._falling = True
        self.real_time.cause = f"{which} has ended"
        self.get_logger().error(f"{which} has ended, and this node comes down to begin anew")
        self._tell(State.DISARMED)
        self.trigger_deactivate()
        self.trigger_cleanup()

    def _keep_time(self) -> None:
        """Tell the real-time part what the graph's clock says."""
        assert self.real_time is not None
        if self.time.update():
            self.real_time.bus.clock.value["offset"] = self.time.offset
            self.real_time.bus.clock.write(0)

    def _tell(self, state: State) -> None:
        assert self.real_time is not None
        message = controller_state(self.real_time, self._fast, state)
        message.header.stamp = self.get_clock().now().to_msg()
        message.messages_refused = self.refusals.total
        message.picture_latency = self._picture_latency
        message.tokens_latency = self._tokens_latency
        message.engine, message.precision = self._engine
        self._say.publish(message)


def main() -> None:
    """Entry point."""
    run(CerebellumNode, urgent=True, niceness=FIRST)
