"""A local model at work: one look, one thought where it is called for, one set of codes."""

from pathlib import Path

import torch
from torch import Tensor

from body import ActionTokens, ControllerReport, Observation, RobotSpec
from body.contract.arrays import Image
from body.robots.fr3 import FR3
from brain.atomic import THINK
from brain.decoding import CodeRule, Decoder
from brain.prompts import answer, prompt
from brain.standing_brain import CodesRead, StandingBrain, picture_of
from brain.vision_language_model import VisionLanguageModel, load

LONGEST_THOUGHT = 64  # tokens


class BrainPolicy(StandingBrain):
    """A :class:`brain.backend.Backend` over a local model."""

    def __init__(self, model: VisionLanguageModel, robot: RobotSpec = FR3, *,
                 rule: CodeRule | None = None) -> None:  # fmt: skip
        super().__init__(model.metadata, robot)
        model.network.eval().requires_grad_(False)
        self.model = model
        longest = int(model.metadata.get("longest_thought", LONGEST_THOUGHT))
        self.decoder = Decoder(model, rule, longest)

    @classmethod
    def load(cls, folder: Path | str, robot: RobotSpec = FR3, *, codec_id: str | None = None,
             transfer: bool = False, device: torch.device | str = "cpu",
             dtype: torch.dtype = torch.float32) -> "BrainPolicy":  # fmt: skip
        """From a model folder.

        Args:
            transfer: it may know other arms alone; a warning says so.

        Raises:
            episodes.model_folder.ModelFolderError: a file is missing or altered, or the model was
                made for another robot or codec, and not validated on this one.
        """
        return cls(load(Path(folder), spec=robot, codec_id=codec_id, transfer=transfer,
                        device=device, dtype=dtype), robot)  # fmt: skip

    @torch.inference_mode()
    def think(
        self,
        observation: Observation,
        instruction: str,
        report: ControllerReport = ControllerReport(),  # noqa: B008 (frozen)
    ) -> ActionTokens:
        return super().think(observation, instruction, report)

    @torch.inference_mode()
    def answer(self, observation: Observation, question: str) -> str:
        """The brain's answer in words to a question about what it sees; nothing else changes."""
        image = self.look(picture_of(observation))
        yaw = float(self.kinematics.tool_pose(observation.joint_position)[3])
        ids = self._ids(prompt(question, hand_yaw=yaw), THINK)
        thought, _ = self.decoder.thought(*self.decoder.prefill(image, ids))
        return self.model.vocabulary.decode(thought)

    def look(self, picture: Image) -> Tensor:
        pixels = self.model.conventions.pixels(picture, self.model.image_size)
        return self.decoder.image_features(pixels)

    def answered(self, seen: Tensor, text: str) -> tuple[str, CodesRead]:
        states, cache = self.decoder.prefill(seen, self._ids(text, THINK))
        ids, states = self.decoder.thought(states, cache)
        return self.model.vocabulary.decode(ids), lambda: self.decoder.codes(states, cache)

    def continued(self, seen: Tensor, text: str, thought: str) -> tuple[int, ...]:
        return self.decoder.codes_after(seen, self._ids(text, answer(thought)), self.codes)

    def _ids(self, text: str, begun: str) -> list[int]:
        """Token ids from the picture on: the prompt, and the answer as far as it is given."""
        encode = self.model.vocabulary.encode
        return [*encode(self.model.conventions.framed(text)), *encode(begun)]
