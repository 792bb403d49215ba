"""The brain on Meta-World: a picture, four numbers and a sentence become a thought and codes."""

from pathlib import Path

import torch

from body.contract.arrays import Array
from body.contract.arrays import Image as Picture
from brain.decoding import Decoder
from brain.device import placed
from brain.options import BrainOptions
from brain.vision_encoder import normalise
from brain.vision_language_model import VisionLanguageModel, load
from cerebellum.codec import Codec, load_codec
from cerebellum.inputs import shrink
from episodes.model_folder import ModelFolderError
from pontine.suites.metaworld.answers import rule
from pontine.suites.metaworld.speech import Speech
from sim.suites.metaworld.view import view


class MetaWorldBrain:
    """Thinks where it is asked to, and reads its standing thought otherwise.

    Attributes:
        thought: the standing one, in words. codec_id: of what its codes mean.
    """

    def __init__(self, model: VisionLanguageModel, codec: Codec) -> None:
        model.network.eval().requires_grad_(False)
        self._model, self._speech = model, Speech(model.vocabulary)
        self.codec_id = codec.codec_id
        self._size = int(model.network.model.vision_tower.config.image_size)
        self._decoder = Decoder(model, rule(codec), longest_thought=10)
        self.reset()

    @classmethod
    def load(cls, options: BrainOptions) -> "MetaWorldBrain":
        """From a model folder.

        Raises:
            BrainError: the device is not there.
            ModelFolderError: a file is missing or altered, or it is no model of this suite.
            CodecMismatchError: the codec in it is not the one the brain was trained with.
        """
        folder = Path(options.brain)
        device, dtype = placed(options.brain_device, options.brain_dtype)
        model = load(folder, device=device, dtype=dtype)
        if model.metadata.get("suite") != "metaworld":
            raise ModelFolderError(
                folder, "is no brain for Meta-World",
                "give one that `pontine train brain --suite metaworld` wrote: --brain FOLDER",
            )  # fmt: skip
        codec = load_codec(folder, str(model.metadata["codec_id"]))
        return cls(model, codec)

    def reset(self) -> None:
        """Forget thought and codes."""
        self.thought = ""
        self._codes: tuple[int, ...] = ()
        self._chance = torch.Generator().manual_seed(0)

    def tell(self, target: Array, goal: Array) -> None:
        """Let the standing thought be where object and goal are, `target` and `goal` (3,) m."""
        ids = self._speech.thought(target, goal)[1:-1]
        self.thought = self._model.vocabulary.decode(ids)

    @torch.inference_mode()
    def think(
        self, picture: Picture, state: Array, instruction: str, anew: bool, draw: bool = False
    ) -> tuple[int, ...]:
        """Codes for what is seen.

        Args:
            picture: (480, 480, 3) as protocol P1 shows it. state: (4,) m, opening.
            anew: form a new thought; there must be one to stand otherwise.
            draw: draw the codes from what it believes instead of reading the likeliest.
        """
        pixels = normalise(torch.from_numpy(shrink(view(picture), self._size))[None])
        image = self._decoder.image_features(pixels)
        head = self._speech.prompt(instruction, state)
        vocabulary = self._model.vocabulary
        chance = self._chance if draw else None
        if anew or not self.thought:
            states, cache = self._decoder.prefill(image, [*head, vocabulary.think])
            ids, states = self._decoder.thought(states, cache)
            self.thought = vocabulary.decode(ids)
            self._codes = self._decoder.codes(states, cache, draw=chance)
            return self._codes
        ids = [*head, *self._speech.given(self.thought)]
        if draw:
            self._codes = self._decoder.codes(*self._decoder.prefill(image, ids), draw=chance)
        else:
            self._codes = self._decoder.codes_after(image, ids, self._codes)
        return self._codes
