"""What a published checkpoint's folder lacks is told without loading it."""

import json
import shutil
from pathlib import Path

import pytest

from brain.adapter import ADAPTER
from brain.errors import PublishedModelError
from brain.published_folder import check_published
from tests.brain.checkpoints import CODEC, SIZES, checkpoint


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoint(tmp_path_factory.mktemp("published"))


def test_a_whole_one_gives_its_adapter(published: Path) -> None:
    adapter = check_published(published)
    assert (adapter.codec_id, adapter.code_sizes) == (CODEC, SIZES)


def spoil(folder: Path, what: str) -> None:
    """Take something away from a checkpoint, or make it name something on a hub."""
    config = json.loads((folder / "config.json").read_text())
    if what == "no config":
        (folder / "config.json").unlink()
    elif what == "no adapter":
        (folder / ADAPTER).unlink()
    elif what == "no weights":
        (folder / "model.safetensors").unlink()
    elif what == "pickled":
        (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    elif what == "no tokenizer":
        (folder / "tokenizer.json").unlink()
    elif what == "peft":
        (folder / "config.json").unlink()
        (folder / "adapter_config.json").write_text('{"base_model_name_or_path": "some/base"}')
    else:
        config |= {
            "tower on a hub": {"mm_vision_tower": "openai/clip"},
            "code on a hub": {"auto_map": {"AutoModel": "some/where--model.Model"}},
            "no llava": {"model_type": "qwen2_vl"},
            "nameless text": {"text_config": {"_name_or_path": "some/vicuna"}},
        }[what]
        (folder / "config.json").write_text(json.dumps(config))


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("no config", "no config.json"), ("no adapter", "without pontine.json"),
        ("no weights", "are not in it"), ("pickled", "writes safetensors"),
        ("no tokenizer", "no tokenizer.json"), ("peft", "some/base, which is not here"),
        ("tower on a hub", "nothing is fetched from a hub"), ("code on a hub", "code of its own"),
        ("no llava", "'qwen2_vl', not LLaVA"), ("nameless text", "says no model_type"),
    ],
)  # fmt: skip
def test_what_cannot_be_loaded_from_the_folder_alone_is_refused(
    published: Path, tmp_path: Path, what: str, says: str
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(published, folder)
    spoil(folder, what)
    with pytest.raises(PublishedModelError, match=says) as caught:
        check_published(folder)
    assert str(caught.value).count(". Remedy: ") == 1
