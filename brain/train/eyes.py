"""Eyes that another brain's training opened: the encoder's weights, in a model of any words."""

from pathlib import Path

from brain.vision_language_model import VisionLanguageModel, load


def take_eyes(model: VisionLanguageModel, folder: Path) -> None:
    """Begin `model`'s encoder with that of the brain in `folder`; another size of picture keeps
    its own embedding of places."""
    eyes = load(folder).network.model.vision_tower.state_dict()
    own = model.network.model.vision_tower
    if own.state_dict()["position"].shape != eyes["position"].shape:
        del eyes["position"]
    own.load_state_dict(eyes, strict=False)
