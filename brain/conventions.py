"""How pictures and prompts are put to a network: our own way, or a published checkpoint's."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from body.contract.arrays import Image as Picture
from brain.vision_encoder import normalise

OURS = (0.5, 0.5, 0.5)


@dataclass(frozen=True)
class Conventions:
    """The defaults are our own models'.

    Attributes:
        mean, deviation: of RGB in 0..1, which the vision tower was trained with.
        resample: PIL's filter for pictures of another size.
        before: text before the picture: BOS, a system message, the opening of the user's turn.
        lead: between picture and prompt. tail: between prompt and answer.
    """

    mean: tuple[float, float, float] = OURS
    deviation: tuple[float, float, float] = OURS
    resample: int = int(Image.Resampling.BOX)
    before: str = ""
    lead: str = ""
    tail: str = ""

    def framed(self, text: str) -> str:
        """A prompt with what stands around it, from the picture to the answer."""
        return f"{self.lead}{text}{self.tail}"

    def pixels(self, picture: Picture, size: int) -> Tensor:
        """(1, 3, size, size) normalised float32 of a uint8 (H, W, 3) picture."""
        if picture.shape[:2] != (size, size):
            way = Image.Resampling(self.resample)
            picture = np.asarray(Image.fromarray(picture).resize((size, size), way))
        images = torch.from_numpy(np.array(picture))[None]
        if (self.mean, self.deviation) == (OURS, OURS):
            return normalise(images)
        mean, deviation = torch.tensor(self.mean), torch.tensor(self.deviation)
        return ((images.float() / 255 - mean) / deviation).permute(0, 3, 1, 2)

    def config(self) -> dict[str, Any]:
        """As JSON; {} where they are our own."""
        return {} if self == Conventions() else asdict(self)

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "Conventions":
        """What :meth:`config` gave."""
        known = {field.name for field in fields(cls)} & set(config)
        found: dict[str, Any] = {name: config[name] for name in known}
        for name in ("mean", "deviation"):
            if name in found:
                found[name] = tuple(found[name])
        return cls(**found)
