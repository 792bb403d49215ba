"""An encoder begins where another's training ended, whatever the words around it."""

import torch

from body.robots.fr3 import FR3
from brain.language_model import LanguageSizes
from brain.tokenizer import train_tokenizer
from brain.train.eyes import fresh_eyes, take_eyes
from brain.vision_encoder import ConvVisionConfig
from brain.vision_language_model import VisionLanguageModel, build, save

WORDS = LanguageSizes(hidden=32, layers=1, heads=2, key_value_heads=2, inner=64)
METADATA = {"codec_id": "0123456789abcdef", "code_sizes": [128] * 6}


def brain(text: str, size: int) -> VisionLanguageModel:
    vision = ConvVisionConfig(channels=16, num_hidden_layers=1, image_size=size)
    return build(train_tokenizer([text], size=300), METADATA, vision, WORDS)


def test_all_but_the_places_of_another_size_is_taken(tmp_path) -> None:
    torch.manual_seed(0)
    teacher = brain("look", 96)
    save(teacher, tmp_path, spec=FR3, dtype=torch.float32)
    wanted = teacher.network.model.vision_tower.state_dict()
    for size in (96, 192):
        model = brain("other words", size)
        before = model.network.model.vision_tower.state_dict()["position"].clone()
        take_eyes(model, tmp_path)
        for name, value in model.network.model.vision_tower.state_dict().items():
            if name == "position" and size != 96:
                assert torch.equal(value, before)
            else:
                assert torch.equal(value, wanted[name]), name


def test_fresh_eyes_leave_the_words_alone() -> None:
    torch.manual_seed(0)
    model = brain("look", 96)
    before = {name: value.clone() for name, value in model.network.state_dict().items()}
    fresh_eyes(model)
    changed = {
        name for name, value in model.network.state_dict().items()
        if not torch.equal(value, before[name])
    }  # fmt: skip
    assert changed and all("vision_tower" in name for name in changed)
    kernels = {n for n in before if "vision_tower" in n and before[n].ndim == 4 and "weight" in n}
    assert kernels <= changed
