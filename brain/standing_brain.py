"""A brain whose thought stands until something calls for another; local models and servers are."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from body import ActionTokens, ControllerReport, Intent, Observation, Report, RobotSpec
from body.contract.arrays import Image
from body.geometry.kinematics import Kinematics
from brain.prompts import intent, prompt
from brain.thinking import Standing, next_context

CAMERA = "fixed"
Thinking = Literal["kept", "anew", "off"]
CodesRead = Callable[[], tuple[int, ...]]


class StandingBrain(ABC):
    """A :class:`brain.backend.Backend`; subclasses say how thoughts and codes are had.

    Args:
        config: what the model says of itself: codec_id; perhaps ttl, renew_after, rate_hz,
            latency_ms.

    Attributes:
        swap_thought: rewrites every new thought before the codes are decoded; with it one sees
            whether the codes follow the thought. None in normal use.
        thinking: "kept": a thought stands until something calls for a new one; "anew": it is
            thought again at every look; "off": the codes follow no thought (ablations).
        renew_after: s after which a kept thought is thought again from the same words: what it
            tells of places grows old. A thought that follows something is renewed at every look;
            one that turns something is not.
        standing: what stands, or None before the first look.
        codes: the last ones; the next are likely the same, and may be read faster if they are.
    """

    def __init__(self, config: Mapping[str, Any], robot: RobotSpec) -> None:
        self.config = dict(config)
        self.ttl = float(self.config.get("ttl", 1.0))
        self.renew_after = float(self.config.get("renew_after", np.inf))
        self.kinematics = Kinematics(robot)
        self.swap_thought: Callable[[str], str] | None = None
        self.thinking: Thinking = "kept"
        self._renewed = 0
        self.standing: Standing | None = None
        self.codes: tuple[int, ...] = ()

    @property
    def codec_id(self) -> str:
        return str(self.config["codec_id"])

    @property
    def standing_thought(self) -> str | None:
        """The thought the latest codes were made under; None before the first."""
        return self.standing.thought if self.standing else None

    def reset(self) -> None:
        """Forget the standing thought: a new episode begins."""
        self.standing = None
        self.codes = ()

    @abstractmethod
    def look(self, picture: Image) -> Any:
        """A (H, W, 3) uint8 picture as :meth:`answered` and :meth:`continued` take it."""

    @abstractmethod
    def answered(self, seen: Any, text: str) -> tuple[str, CodesRead]:
        """A new thought upon the prompt `text`, and what reads the codes that follow it."""

    @abstractmethod
    def continued(self, seen: Any, text: str, thought: str) -> tuple[int, ...]:
        """Codes upon the prompt `text` under a given thought, which is read, not decoded."""

    def think(
        self,
        observation: Observation,
        instruction: str,
        report: ControllerReport = ControllerReport(),  # noqa: B008 (frozen)
    ) -> ActionTokens:
        """Action tokens for what `observation` shows.

        Raises:
            KeyError: the observation has no picture of the fixed camera.
            brain.errors.BrainError: there was no answer; the standing thought is unchanged.
        """
        seen = self.look(picture_of(observation))
        yaw = float(self.kinematics.tool_pose(observation.joint_position)[3])
        context = next_context(self.standing, instruction, report, observation.stamp)
        standing = self.standing
        if context is not None:
            before, status = context
            thought, codes = self._new(seen, instruction, before, status, yaw)
            self.standing = Standing(thought, instruction, before, status, observation.stamp)
            self._renewed = observation.stamp
        elif standing is not None and self._grows_old(standing, observation.stamp):
            thought, codes = self._new(seen, instruction, standing.before, standing.report, yaw)
            if intent(thought) is not Intent.ACT:  # what was begun is not refused half way
                thought, codes = standing.thought, self._codes_under(seen, standing, yaw)
            self.standing = replace(standing, thought=thought)
            self._renewed = observation.stamp
        else:
            assert standing is not None
            thought, codes = standing.thought, self._codes_under(seen, standing, yaw)
        self.codes = codes
        return ActionTokens(codes, self.codec_id, observation.stamp, self.ttl, thought,
                            intent(thought))  # fmt: skip

    def _grows_old(self, standing: Standing, now: int) -> bool:
        if standing.intent is not Intent.ACT or self.thinking == "off":
            return False
        age = (now - self._renewed) * 1e-9
        if self.thinking == "anew" or standing.follows:
            return True
        return not standing.turns and age >= self.renew_after - 1e-6

    def _new(self, seen: Any, instruction: str, before: str, report: Report, yaw: float
             ) -> tuple[str, tuple[int, ...]]:  # fmt: skip
        if self.thinking == "off":
            return "", self._codes_under(seen, Standing("", instruction, before, report, 0), yaw)
        thought, codes = self.answered(seen, prompt(instruction, before, report, yaw))
        if intent(thought) is Intent.REFUSE:
            return thought, ()
        if self.swap_thought is not None and (swapped := self.swap_thought(thought)) != thought:
            standing = Standing(swapped, instruction, before, report, 0)
            return swapped, self._codes_under(seen, standing, yaw)
        return thought, codes()

    def _codes_under(self, seen: Any, standing: Standing, yaw: float) -> tuple[int, ...]:
        if standing.intent is Intent.REFUSE:
            return ()
        text = prompt(standing.instruction, standing.before, standing.report, yaw)
        return self.continued(seen, text, standing.thought)


def picture_of(observation: Observation) -> Image:
    """The picture a brain looks at; raises KeyError where there is none."""
    if CAMERA not in observation.images:
        raise KeyError(
            f"the brain looks through camera '{CAMERA}', the observation has "
            f"{sorted(observation.images) or 'no picture'}; mount or rename the camera"
        )
    return observation.images[CAMERA]
