"""The brain: a sentence, the fixed camera's pictures and the cerebellum's report in; action tokens
and thoughts out."""

import threading
import time
from typing import Any

import numpy as np
from builtin_interfaces.msg import Time
from pontine_interfaces.msg import ActionTokens, Thought

from body import ControllerReport, Observation, Report
from body.instruction import InstructionError, checked_instruction
from body.robots import robot
from cerebellum.runtime.priority import keep_apart
from episodes import model_folder
from pontine.ros.joint_reader import JointReader
from pontine.shipped import model_path
from pontine_ros import topics
from pontine_ros.incoming import INTENTS, MessageRefusedError, nanoseconds, picture
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
        import torch  # only where a brain runs

        from brain.policy import BrainPolicy

        settings = self.settings
        torch.set_num_threads(int(settings["threads"]))
        self._spec = robot(settings["robot"])
        folder = model_path(settings["brain_model"])
        self._brain: Any = BrainPolicy.load(folder, self._spec, transfer=settings["transfer"])
        if said := model_folder.warning(self._brain.config, self._spec):
            self.get_logger().warning(f"{folder}: {said}")
        rate = float(settings["rate"]) or float(self._brain.config.get("rate_hz", 4.0))
        self._period = EARLY / rate
        self._camera = str(settings["camera"])
        if self._camera not in self._spec.cameras:
            raise BadParameterError(
                f"parameter 'camera' of brain_node is {self._camera!r}; "
                f"the robot has {', '.join(self._spec.cameras)}"
            )
        self._joints = JointReader(self._spec, ())
        self._joints_at = self._due = 0.0
        self._sentence, self._number, self._since = "", 0, 0
        self._report = ControllerReport()
        side = self._spec.cameras[self._camera].pixels
        black = np.zeros((side, side, 3), np.uint8)
        self._think(black, 0, "reach the red cube")  # the first one is slow
        self._brain.reset()
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
        if self._sentence and self.seconds > self._period / EARLY:
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
            self._brain.reset()
            self._report = ControllerReport()
            self._due = 0.0

    def _take_picture(self, message: Any) -> None:
        self._look_around()
        self.time.update()
        begun, stamp = time.monotonic(), nanoseconds(message.header.stamp)
        if not (self._sentence and self._joints_at) or begun < self._due or stamp < self._since:
            return  # a picture older than the sentence may show what has been cleared away
        pixels = picture(message, self._spec.cameras[self._camera].pixels, self.now)
        self._due = begun + self._period
        tokens = self._think(pixels, stamp, self._sentence)
        self.seconds = time.monotonic() - begun
        self.thoughts += 1
        out = ActionTokens(
            codes=list(tokens.codes), codec_id=tokens.codec_id, ttl=tokens.ttl,
            intent=INTENTS.index(tokens.intent), instruction=self._number,
        )  # fmt: skip
        out.header = message.header
        self._tokens.publish(out)
        words = Thought(text=tokens.thought or "", instruction=self._sentence, seconds=self.seconds)
        words.header.stamp = Time(sec=stamp // 10**9, nanosec=stamp % 10**9)
        words.header.frame_id = message.header.frame_id
        self._words.publish(words)

    def _think(self, pixels: np.ndarray, stamp: int, sentence: str) -> Any:
        joints = self._joints
        seen = Observation(
            stamp, joints.q, joints.dq, max(0.0, joints.width), images={self._camera: pixels}
        )
        return self._brain.think(seen, sentence, self._report)


def main() -> None:
    """Entry point."""
    keep_apart()
    run(BrainNode, niceness=FIRST)
