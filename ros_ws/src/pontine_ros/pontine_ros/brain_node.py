"""The brain: a sentence, the fixed camera's pictures and the cerebellum's report in; action tokens
and thoughts out."""

import threading
import time
from typing import Any

import numpy as np
from builtin_interfaces.msg import Time
from pontine_interfaces.msg import ActionTokens, Thought

from body import ControllerReport, Observation, Report
from body.contract.instruction import InstructionError, checked_instruction
from body.robots.registry import robot
from brain.backend import Codes
from brain.options import BrainName, BrainOptions
from brain.ticking import SECOND, Ticking
from cerebellum.codec import load_codec
from cerebellum.runtime.priority import keep_apart
from pontine.agent.shipped import model_path
from pontine.ros.joint_reader import JointReader
from pontine.ros.messages import fill_tokens
from pontine_ros import topics
from pontine_ros.incoming import MessageRefusedError, nanoseconds, picture
from pontine_ros.lifecycle import ERROR, OK, WARN, PontineNode
from pontine_ros.parameters import BadParameterError
from pontine_ros.process import run

REST = 0.01  # s between looks for a new picture
EARLY = 0.9  # of a period: a picture that comes a little early is not left for the next one
SILENT = 1.5  # s without what it needs that the diagnostics name
FIRST = -5  # niceness: tokens that come late stop the arm
IDLE = 0.2  # s without a picture after which the rest is looked into all the same


class BrainNode(PontineNode):
    """Thinks about every picture, at most as often as its rate says, once there is a sentence.

    Attributes:
        thoughts: so far. seconds: the newest one took.
    """

    def __init__(self) -> None:
        super().__init__("brain_node")
        self._thread: threading.Thread | None = None
        self._quiet = threading.Event()
        self.thoughts, self.seconds = 0, 0.0

    def configure(self) -> None:
        settings = self.settings
        self._spec = robot(settings["robot"])
        options = _options(settings)
        self._brain: Any = _opened(options, settings)
        if said := options.brain_warning(self._spec):
            self.get_logger().warning(f"{options.brain}: {said}")
        self._rate = float(settings["rate"]) or float(self._brain.config.get("rate_hz", 4.0))
        say = self.get_logger().error
        self._ticking = Ticking(self._brain, self._rate / EARLY, say)
        self._camera = str(settings["camera"])
        if self._camera not in self._spec.cameras:
            raise BadParameterError(
                f"parameter 'camera' of brain_node is {self._camera!r}; "
                f"the robot has {', '.join(self._spec.cameras)}"
            )
        self._joints = JointReader(self._spec, ())
        self._joints_at = 0.0
        self._sentence, self._number, self._since = "", 0, 0
        self._report = ControllerReport()
        if options.address is None:
            side = self._spec.cameras[self._camera].pixels
            black = np.zeros((side, side, 3), np.uint8)
            seen = self._seen(black, 0)
            self._brain.think(seen, "reach the red cube", self._report)  # the first one is slow
        self._ticking.begin(time.monotonic_ns())
        self._tokens, self._words = self.speak(topics.TOKENS), self.speak(topics.THOUGHT)
        # all that a thought needs is looked up when a picture has come: nobody is woken for it
        self._senses = [
            self.inbox(topics.JOINT_STATES, self._take_joints),
            self.inbox(topics.CONTROLLER_STATE, self._take_report),
            self.inbox(topics.INSTRUCTION, self._take_instruction),
        ]
        name = topics.IMAGE.name.format(camera=self._camera)
        self._pictures = self.inbox(topics.IMAGE, self._take_picture, name)

    def activate(self) -> None:
        self._quiet.clear()
        self._thread = threading.Thread(target=self._run, name="thinking", daemon=True)
        self._thread.start()

    def deactivate(self) -> None:
        if self._thread is not None:
            self._quiet.set()
            self._thread.join()
            self._thread = None

    def cleanup(self) -> None:
        self._brain = None

    def health(self) -> tuple[bytes, str, dict[str, Any]]:
        if self._thread is None:
            return OK, "not active", {}
        figures = {
            "thoughts": self.thoughts,
            "thought ms": round(1e3 * self.seconds, 1),
            "instruction": self._sentence,
        }
        missing = [inbox.missing(SILENT) for inbox in (self._pictures, *self._senses[:2])]
        if any(missing):
            return ERROR, "; ".join(filter(None, missing)), figures
        if self._sentence and self._ticking.fault:
            return ERROR, f"no tokens: {self._ticking.fault}", figures
        if self._sentence and self.seconds > 1 / self._rate:
            return WARN, "thinks slower than its rate", figures
        return OK, "thinking" if self._sentence else "waiting for an instruction", figures

    def _run(self) -> None:
        looked = time.monotonic()
        while not self._quiet.wait(REST):
            if self._pictures.poll():
                looked = time.monotonic()
            elif time.monotonic() - looked > IDLE:  # what else is missing is to be known
                looked = time.monotonic()
                self._look_around()

    def _look_around(self) -> None:
        for inbox in self._senses:
            inbox.poll()

    def _take_joints(self, message: Any) -> None:
        if self._joints.read(message, self.now) is not None:
            self._joints_at = time.monotonic()

    def _take_report(self, message: Any) -> None:
        stamp = nanoseconds(message.token_stamp)
        self._report = ControllerReport(Report(message.report), stamp or -1)

    def _take_instruction(self, message: Any) -> None:
        if message.number != self._number:
            try:  # no text: there is nothing to do
                sentence = checked_instruction(message.text) if message.text else ""
            except InstructionError as error:
                raise MessageRefusedError(str(error)) from error
            self._sentence, self._number = sentence, message.number
            self._since = nanoseconds(message.header.stamp)
            self._ticking.begin(time.monotonic_ns())
            self._report = ControllerReport()

    def _take_picture(self, message: Any) -> None:
        self._look_around()
        self.time.update()
        begun, stamp = time.monotonic_ns(), nanoseconds(message.header.stamp)
        due = self._ticking.due(begun)
        if not (self._sentence and self._joints_at and due) or stamp < self._since:
            return  # a picture older than the sentence may show what has been cleared away
        pixels = picture(message, self._spec.cameras[self._camera].pixels, self.now)
        seen = self._seen(pixels, stamp)
        tokens = self._ticking.look(begun, seen, self._sentence, self._report)
        self.seconds = (time.monotonic_ns() - begun) / SECOND
        if tokens is None:
            return
        self.thoughts += 1
        out = ActionTokens(header=message.header)
        fill_tokens(out, tokens, self._number)
        self._tokens.publish(out)
        words = Thought(text=tokens.thought or "", instruction=self._sentence, seconds=self.seconds)
        words.header.stamp = Time(sec=stamp // 10**9, nanosec=stamp % 10**9)
        words.header.frame_id = message.header.frame_id
        self._words.publish(words)

    def _seen(self, pixels: np.ndarray, stamp: int) -> Observation:
        joints = self._joints
        return Observation(
            stamp, joints.q, joints.dq, max(0.0, joints.width), images={self._camera: pixels}
        )


def _options(settings: dict[str, Any]) -> BrainOptions:
    name = str(settings["brain"])
    if "://" not in name:
        name = str(model_path(name))
    if (found := BrainName().refuse(name)) is not None:
        raise BadParameterError(
            f"parameter 'brain' of brain_node is {name!r}: {found[0]}. Remedy: {found[1]}"
        )
    return BrainOptions(name, *(settings[f"brain_{own}"] for own in ("device", "dtype", "timeout")))


def _opened(options: BrainOptions, settings: dict[str, Any]) -> Any:
    from brain.backends import open_brain  # torch: only where a brain runs

    codec = None
    if options.address is not None:  # a folder says by itself which codec it speaks
        spoken = load_codec(model_path(settings["codec_model"]))
        codec = Codes(spoken.codec_id, tuple(spoken.vocabulary))
    return open_brain(
        options, robot(settings["robot"]), codec, transfer=settings["transfer"],
        threads=int(settings["threads"]),
    )  # fmt: skip


def main() -> None:
    """Entry point."""
    keep_apart()
    run(BrainNode, niceness=FIRST)
