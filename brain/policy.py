"""The shipped brain at work: one look, one thought where it is called for, one set of codes."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from body import ActionTokens, ControllerReport, Intent, Observation, Report, RobotSpec
from body.fr3 import FR3
from body.kinematics import Kinematics
from brain.atomic import THINK
from brain.decoding import CodeRule, Decoder
from brain.prompts import answer, intent, prompt
from brain.thinking import Standing, next_context
from brain.vision_encoder import normalise
from brain.vision_language_model import VisionLanguageModel, load

CAMERA = "fixed"
Thinking = Literal["kept", "anew", "off"]


class BrainPolicy:
    """A :class:`brain.backend.Backend` over a local model.

    Attributes:
        swap_thought: rewrites every new thought before the codes are decoded; with it one sees
            whether the codes follow the thought. None in normal use.
        thinking: "kept": a thought stands until something calls for a new one; "anew": it is
            thought again at every look; "off": the codes follow no thought (ablations).
        renew_after: s after which a kept thought is thought again from the same words: what it
            tells of places grows old. A thought that follows something is renewed at every look;
            one that turns something is not.
        standing: what stands, or None before the first look.
        codes: the last ones; the next are likely the same, and are read faster if they are.
    """

    def __init__(self, model: VisionLanguageModel, robot: RobotSpec = FR3, *, ttl: float = 1.0,
                 rule: CodeRule | None = None, renew_after: float = np.inf) -> None:  # fmt: skip
        model.network.eval().requires_grad_(False)
        self.model = model
        self.ttl = ttl
        self.decoder = Decoder(model, rule)
        self.kinematics = Kinematics(robot)
        self.swap_thought: Callable[[str], str] | None = None
        self.thinking: Thinking = "kept"
        self.renew_after = renew_after
        self._renewed = 0
        self.standing: Standing | None = None
        self.codes: tuple[int, ...] = ()

    @classmethod
    def load(cls, folder: Path | str, robot: RobotSpec = FR3, *,
             codec_id: str | None = None, transfer: bool = False) -> "BrainPolicy":  # fmt: skip
        """From a model folder.

        Args:
            transfer: it may know other arms alone; a warning says so.

        Raises:
            episodes.model_folder.ModelFolderError: a file is missing or altered, or the model was
                made for another robot or codec, and not validated on this one.
        """
        model = load(Path(folder), spec=robot, codec_id=codec_id, transfer=transfer)
        known = model.metadata
        return cls(model, robot, ttl=float(known.get("ttl", 1.0)),
                   renew_after=float(known.get("renew_after", np.inf)))  # fmt: skip

    @property
    def config(self) -> dict[str, Any]:
        """What config.json says besides the network's shape: rate_hz, latency_ms, codec_id ..."""
        return self.model.metadata

    @property
    def codec_id(self) -> str:
        return str(self.model.metadata["codec_id"])

    @property
    def standing_thought(self) -> str | None:
        return self.standing.thought if self.standing else None

    def reset(self) -> None:
        self.standing = None
        self.codes = ()

    @torch.inference_mode()
    def think(
        self,
        observation: Observation,
        instruction: str,
        report: ControllerReport = ControllerReport(),  # noqa: B008 (frozen)
    ) -> ActionTokens:
        """Action tokens for what `observation` shows.

        Raises:
            KeyError: the observation has no picture of the fixed camera.
        """
        image = self.decoder.image_features(self._pixels(observation))
        yaw = float(self.kinematics.tool_pose(observation.joint_position)[3])
        context = next_context(self.standing, instruction, report, observation.stamp)
        standing = self.standing
        if context is not None:
            before, status = context
            thought, codes = self._new(image, instruction, before, status, yaw)
            self.standing = Standing(thought, instruction, before, status, observation.stamp)
            self._renewed = observation.stamp
        elif standing is not None and self._grows_old(standing, observation.stamp):
            thought, codes = self._new(image, instruction, standing.before, standing.report, yaw)
            if intent(thought) is not Intent.ACT:  # what was begun is not refused half way
                thought, codes = standing.thought, self._codes_under(image, standing, yaw)
            self.standing = replace(standing, thought=thought)
            self._renewed = observation.stamp
        else:
            assert standing is not None
            thought, codes = standing.thought, self._codes_under(image, standing, yaw)
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

    def answer(self, observation: Observation, question: str) -> str:
        """The brain's answer in words to a question about what it sees; nothing else changes."""
        with torch.inference_mode():
            image = self.decoder.image_features(self._pixels(observation))
            yaw = float(self.kinematics.tool_pose(observation.joint_position)[3])
            ids = self.model.vocabulary.encode(f"{prompt(question, hand_yaw=yaw)} {THINK}")
            thought, _ = self.decoder.thought(*self.decoder.prefill(image, ids))
        return self.model.vocabulary.decode(thought)

    def _new(self, image: Tensor, instruction: str, before: str, report: Report, yaw: float
             ) -> tuple[str, tuple[int, ...]]:  # fmt: skip
        if self.thinking == "off":
            standing = Standing("", instruction, before, report, 0)
            return "", self._codes_under(image, standing, yaw)
        text = f"{prompt(instruction, before, report, yaw)} {THINK}"
        states, cache = self.decoder.prefill(image, self.model.vocabulary.encode(text))
        ids, states = self.decoder.thought(states, cache)
        thought = self.model.vocabulary.decode(ids)
        if self.swap_thought is not None and intent(thought) is not Intent.REFUSE:
            swapped = self.swap_thought(thought)
            if swapped != thought:
                standing = Standing(swapped, instruction, before, report, 0)
                return swapped, self._codes_under(image, standing, yaw)
        if intent(thought) is Intent.REFUSE:
            return thought, ()
        return thought, self.decoder.codes(states, cache)

    def _codes_under(self, image: Tensor, standing: Standing, yaw: float) -> tuple[int, ...]:
        """Codes under a given thought, which is read, not decoded."""
        if standing.intent is Intent.REFUSE:
            return ()
        text = prompt(standing.instruction, standing.before, standing.report, yaw)
        ids = self.model.vocabulary.encode(f"{text} {answer(standing.thought)}")
        return self.decoder.codes_after(image, ids, self.codes)

    def _pixels(self, observation: Observation) -> Tensor:
        if CAMERA not in observation.images:
            raise KeyError(
                f"the brain looks through camera '{CAMERA}', the observation has "
                f"{sorted(observation.images) or 'no picture'}; mount or rename the camera"
            )
        picture, size = observation.images[CAMERA], self.model.image_size
        if picture.shape[:2] != (size, size):
            picture = np.asarray(
                Image.fromarray(picture).resize((size, size), Image.Resampling.BOX)
            )
        return normalise(torch.from_numpy(np.array(picture))[None])
