"""Brings the other nodes up and down, carries out sentences, and is missed when it is gone."""

import time
from typing import Any

from builtin_interfaces.msg import Time
from pontine_interfaces.action import ExecuteInstruction
from pontine_interfaces.msg import ControllerState, Instruction
from pontine_interfaces.srv import Arm, Stop
from rclpy.action import ActionServer, CancelResponse, GoalResponse
from rclpy.task import Future
from std_msgs.msg import Header

from body import Intent, Report
from body.contract.instruction import InstructionError, checked_instruction
from body.safety.safety_state import State
from pontine.ros.messages import INTENTS
from pontine_ros import topics
from pontine_ros.bring_up import BringUp
from pontine_ros.goal import Goal, Heard, Outcome, Step
from pontine_ros.incoming import MessageRefusedError
from pontine_ros.lifecycle import OK, TRANSIENT, UNABLE, WARN, PontineNode
from pontine_ros.process import run

MODEST = 5  # niceness: brain and planner need the processor more
LOOK = 0.1  # s
SPEAK = 2  # looks between two words of feedback
TOLD = 1.0  # s in which whoever waits for a goal hears how it ended, before the supervisor ends
STATES = tuple(str(state) for state in State)


class SupervisorNode(PontineNode):
    """See the module; parameters in `parameters.NODES`. It configures and activates itself.

    Attributes:
        over: why it ends by itself; "": it does not.
    """

    def __init__(self) -> None:
        super().__init__("supervisor_node")
        self._bring_up: BringUp | None = None
        self._goal: Goal | None = None
        self._handle: Any = None
        self._ended: Future | None = None
        self._heard = Heard()
        self._number = self._looks = 0
        self._thought, self._age, self._report = "", -1.0, 0
        self.over = ""
        self._over_at: float | None = None
        self._reasons: dict[str, tuple[str, bool]] = {}  # by node, why it cannot be brought up
        self.trigger_configure()
        self.trigger_activate()

    def configure(self) -> None:
        self._instruction = self.speak(topics.INSTRUCTION)
        self._beat = self.speak(topics.HEARTBEAT_TOPIC)
        self._listened = [
            self.inbox(topics.DIAGNOSTICS, self._take_diagnostics),
            self.inbox(topics.TOKENS, self._take_tokens),
            self.inbox(topics.THOUGHT, self._take_thought),
            self.inbox(topics.CONTROLLER_STATE, self._take_state),
        ]
        self._arm: Any = self.create_client(Arm, topics.ARM.name)
        self._stop: Any = self.create_client(Stop, topics.STOP.name)
        self._made += [lambda: self.destroy_client(self._arm),
                       lambda: self.destroy_client(self._stop)]  # fmt: skip
        server = ActionServer(
            self, ExecuteInstruction, topics.EXECUTE.name, self._execute,
            goal_callback=self._judge, cancel_callback=lambda _: CancelResponse.ACCEPT,
            callback_group=self.patient,
        )  # fmt: skip
        self._made.append(server.destroy)
        self.every(topics.HEARTBEAT_PERIOD, lambda: self._beat.publish(self._header()))
        self.every(LOOK, self._look)

    def activate(self) -> None:
        self._bring_up = BringUp(
            self, self.settings["nodes"], lambda name: self._reasons.pop(name, None)
        )

    def deactivate(self) -> None:
        self._finish(Outcome.FAILED, "the supervisor ends")
        if self._bring_up is not None:
            if self.executor is not None:
                self._bring_up.take_down()
            self._bring_up.close()
            self._bring_up = None

    def health(self) -> tuple[bytes, str, dict[str, Any]]:
        if self._bring_up is None:
            return OK, "not active", {}
        up = self._bring_up.up
        return (OK if up else WARN), "" if up else self._missing(), dict(self._bring_up.states)

    def _missing(self) -> str:
        assert self._bring_up is not None
        absent = [f"{n} is {s}" for n, s in self._bring_up.states.items() if s != "active"]
        return ", ".join(absent)

    def _judge(self, request: Any) -> GoalResponse:
        if self._bring_up is not None and self._bring_up.hopeless:
            return GoalResponse.REJECT
        refusal = "" if self._bring_up is not None else "the supervisor is not active"
        if not 0 < request.time_limit < 1e6:
            refusal = f"time limit {request.time_limit} s: must be above 0 and below 1e6"
        try:
            checked_instruction(request.instruction)
        except InstructionError as error:
            refusal = str(error)
        if refusal:
            self.get_logger().warning(f"refused a goal: {refusal}")
            return GoalResponse.REJECT
        return GoalResponse.ACCEPT

    async def _execute(self, handle: Any) -> ExecuteInstruction.Result:
        self._finish(Outcome.FAILED, "another instruction took its place")
        settings, request = self.settings, handle.request
        self._handle, self._ended = handle, Future()
        self._goal = goal = Goal(
            time.monotonic(), request.time_limit, settings["silence"], settings["refusal"]
        )
        self._heard = Heard(state=self._heard.state, state_at=self._heard.state_at)
        self._thought = ""
        self._instruct(checked_instruction(request.instruction))
        await self._ended
        assert goal.outcome is not None
        if goal.outcome is Outcome.SUCCEEDED:
            handle.succeed()
        elif handle.is_cancel_requested:
            handle.canceled()
        else:
            handle.abort()
        reason = self._thought if goal.outcome is Outcome.REFUSED else ""
        return ExecuteInstruction.Result(
            outcome=int(goal.outcome), reason=reason or goal.reason,
            seconds=goal.seconds(self.now * 1e-9),
        )  # fmt: skip

    def _finish(self, outcome: Outcome, reason: str) -> None:
        """End the present goal, if there is one; unless it succeeded, the arm stops."""
        goal, ended = self._goal, self._ended
        if goal is None or ended is None:
            return
        goal.finish(outcome, reason)
        self._goal = self._ended = None
        if goal.outcome is not Outcome.SUCCEEDED:
            self._instruct("")
            if self._stop.service_is_ready():
                self._stop.call_async(Stop.Request(reason=goal.reason))
        self.get_logger().info(f"{goal.outcome.name.lower()}: {goal.reason}")  # type: ignore[union-attr]
        ended.set_result(True)

    def _look(self) -> None:
        self._looks += 1
        self.time.update()
        for inbox in self._listened:
            while inbox.poll():
                pass
        if self._bring_up is not None and self._bring_up.hopeless:
            self._give_up(self._bring_up.hopeless)
            return
        goal = self._goal
        if goal is None or self._bring_up is None:
            return
        if self._handle.is_cancel_requested:
            self._finish(Outcome.FAILED, "cancelled")
            return
        heard = self._heard
        heard.up, heard.missing = self._bring_up.up, self._missing()
        clock = self.now * 1e-9
        step = goal.look(time.monotonic(), clock, heard)
        if step is Step.ARM and self._arm.service_is_ready():
            self._arm.call_async(Arm.Request()).add_done_callback(self._armed)
        elif step is Step.FINISH:
            assert goal.outcome is not None
            self._finish(goal.outcome, goal.reason)
        elif self._looks % SPEAK == 0:
            self._handle.publish_feedback(ExecuteInstruction.Feedback(
                thought=self._thought, token_age=self._age, seconds=goal.seconds(clock),
                progress=Report(self._report).name.lower(),
            ))  # fmt: skip

    def _give_up(self, why: str) -> None:
        """A node cannot be brought up: nothing can be carried out, now or later."""
        if self._over_at is None:
            self._finish(Outcome.FAULT, why)
            self._over_at = time.monotonic() + TOLD
        elif time.monotonic() > self._over_at:
            self.over = why

    def _take_diagnostics(self, message: Any) -> None:
        for status in message.status:
            values = {pair.key: pair.value for pair in status.values}
            if UNABLE in values:
                passes = values.get(TRANSIENT) == "true"
                self._reasons[status.name.rpartition("/")[2]] = values[UNABLE], passes

    def _armed(self, future: Future) -> None:
        answer = future.result()
        self._heard.arm_refused = "" if answer is None or answer.success else answer.message

    def _instruct(self, text: str) -> None:
        self._number += 1
        self._instruction.publish(
            Instruction(header=self._header(), text=text, number=self._number)
        )

    def _take_tokens(self, message: Any) -> None:
        if message.instruction == self._number and message.intent < len(INTENTS):
            self._heard.tokens_at = time.monotonic()
            self._heard.intent = Intent(INTENTS[message.intent])

    def _take_thought(self, message: Any) -> None:
        self._thought = message.text

    def _take_state(self, message: ControllerState) -> None:
        if message.state >= len(STATES) or message.report >= len(Report):
            raise MessageRefusedError(f"state {message.state}, report {message.report}")
        heard = self._heard
        heard.state_at, heard.state = time.monotonic(), STATES[message.state]
        heard.cause, self._age, self._report = message.cause, message.token_age, message.report

    def _header(self) -> Header:
        # a stamp from a clock that was told a tenth of a second ago would let pass old pictures
        self.time.update()
        stamp = self.now
        return Header(stamp=Time(sec=stamp // 10**9, nanosec=stamp % 10**9))


def main() -> None:
    """Entry point."""
    run(SupervisorNode, niceness=MODEST, over=lambda node: str(node.over))
