"""How a published checkpoint was shown pictures and spoken to, read from the files beside it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from brain.adapter import PROMPT_PARTS
from brain.conventions import Conventions
from brain.errors import PublishedModelError

MARK = "PROMPT-STANDS-HERE"
BICUBIC = 3  # PIL's number; what image processors do where they do not say


def ways(path: Path, tokenizer: Any, image: str, prompt: str | Mapping[str, str]) -> Conventions:
    """The conventions of the checkpoint in `path`.

    Args:
        image: its image token. prompt: as in :class:`brain.adapter.Adapter`.

    Raises:
        PublishedModelError: it does not say how pictures are normalised; or its chat template is
            missing, cannot be filled in, or does not show picture and words.
    """
    found = _preprocessor(path)
    mean, deviation = found.get("image_mean"), found.get("image_std")
    if not _is_rgb(mean) or not _is_rgb(deviation):
        raise PublishedModelError(
            f"{path}: no preprocessor_config.json or processor_config.json that gives image_mean "
            "and image_std. Remedy: copy that file of the checkpoint, too"
        )
    bos = _bos(tokenizer)
    if isinstance(prompt, Mapping):
        parts = [prompt.get(name, "") for name in PROMPT_PARTS]
    elif prompt == "plain":
        parts = [bos, "", " "]
    else:
        parts = _chat(path, tokenizer, image, bos)
    assert mean is not None and deviation is not None
    return Conventions(
        (mean[0], mean[1], mean[2]), (deviation[0], deviation[1], deviation[2]),
        int(found.get("resample", BICUBIC)), *parts,
    )  # fmt: skip


def _bos(tokenizer: Any) -> str:
    """What the tokenizer itself puts before any text."""
    bare = tokenizer("", add_special_tokens=False)["input_ids"]
    ids = list(tokenizer("")["input_ids"])
    begins = bool(ids) and not bare and ids[0] == tokenizer.bos_token_id
    return str(tokenizer.bos_token) if begins else ""


def _chat(path: Path, tokenizer: Any, image: str, bos: str) -> list[str]:
    """Texts before the picture, between picture and words, and between words and answer."""
    message = {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": MARK}]}
    try:
        whole = tokenizer.apply_chat_template([message], tokenize=False, add_generation_prompt=True)
    except Exception as error:  # whatever a template's code raises
        raise PublishedModelError(
            f"{path}: its chat template cannot be filled in ({error}). Remedy: in pontine.json, "
            '"prompt": "plain", or its texts before, lead and tail'
        ) from error
    before, picture, rest = str(whole).partition(image)
    lead, words, tail = rest.partition(MARK)
    if not picture or not words or image in rest:
        raise PublishedModelError(
            f"{path}: its chat template does not show one {image} and then the words, but {whole!r}"
            '. Remedy: in pontine.json, "prompt": its texts before, lead and tail'
        )
    return [before if not bos or before.startswith(bos) else bos + before, lead, tail]


def _preprocessor(path: Path) -> dict[str, Any]:
    for name in ("preprocessor_config.json", "processor_config.json"):
        try:
            found = json.loads((path / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(found, dict):
            found = found.get("image_processor", found)
            if "image_mean" in found:
                return found
    return {}


def _is_rgb(values: Any) -> bool:
    return (
        isinstance(values, list)
        and len(values) == 3
        and all(isinstance(value, int | float) for value in values)
    )  # fmt: skip
