"""Other eyes for a brain: those that another's training opened, or fresh ones."""

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


def fresh_eyes(model: VisionLanguageModel) -> None:
    """Let `model`'s encoder begin again; projector and words stay, and its training draws the new
    eyes' tokens to the words that the old ones spoke."""
    own = model.network.model.vision_tower
    own.load_state_dict(type(own)(own.config).state_dict())
