"""Whether a folder holds a published checkpoint that can be a brain, told without loading it."""

import json
from pathlib import Path
from typing import Any

from brain.adapter import Adapter, read_adapter
from brain.errors import PublishedModelError
from episodes import files

WEIGHTS, INDEX = "model.safetensors", "model.safetensors.index.json"
SERVE = "serve it behind an OpenAI-compatible server and give --brain http://HOST:PORT#MODEL"


def check_published(folder: Path) -> Adapter:
    """Refuse what cannot be loaded from this folder alone.

    Returns:
        Its adapter.

    Raises:
        PublishedModelError: it is no LLaVA-shaped checkpoint, lacks a file, or needs something
            that only a hub has; names the remedy.
    """
    if (base := _json(folder / "adapter_config.json", {}).get("base_model_name_or_path")) and not (
        folder / "config.json"
    ).exists():
        raise PublishedModelError(
            f"{folder}: weights to be added to {base}, which is not here. Remedy: merge them "
            "(peft: merge_and_unload, save_pretrained) and give the merged folder"
        )
    config = _json(folder / "config.json", None)
    if config is None:
        raise PublishedModelError(
            f"{folder}: no model, for it has no config.json. Remedy: name a model folder, a "
            "published checkpoint's, or http://HOST:PORT#MODEL"
        )
    if remote := config.get("mm_vision_tower"):
        raise PublishedModelError(
            f"{folder}: its vision tower {remote!r} is not in it, and nothing is fetched from a "
            "hub. Remedy: convert it with transformers' convert_llava_weights_to_hf.py, or " + SERVE
        )
    if "auto_map" in config:
        raise PublishedModelError(
            f"{folder}: it needs code of its own from a hub, which is not run here. Remedy: {SERVE}"
        )
    kind = config.get("model_type")
    if kind != "llava":
        what = f"holds a {kind!r}" if kind else "says no model_type, so it holds no network"
        raise PublishedModelError(f"{folder}: {what}, not LLaVA. Remedy: {SERVE}")
    for part in ("vision_config", "text_config"):
        if not isinstance(config.get(part), dict) or not config[part].get("model_type"):
            raise PublishedModelError(
                f"{folder / 'config.json'}: its {part} says no model_type. Remedy: save the "
                "checkpoint anew with save_pretrained of transformers 5"
            )
    _check_weights(folder)
    if not (folder / "tokenizer.json").is_file():
        raise PublishedModelError(
            f"{folder}: it has no tokenizer.json. Remedy: save its fast tokenizer there "
            "(AutoTokenizer.from_pretrained(...).save_pretrained)"
        )
    return read_adapter(folder)


def published_hash(folder: Path) -> str:
    """16 hex of the names and contents of every file in the folder."""
    return files.manifest_hash({
        path.relative_to(folder).as_posix(): files.file_hash(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(p.startswith(".") for p in path.relative_to(folder).parts)
    })  # fmt: skip


def _check_weights(folder: Path) -> None:
    index = _json(folder / INDEX, None)
    shards = {WEIGHTS}
    if index is not None:
        places = index.get("weight_map")
        shards = {str(name) for name in places.values()} if isinstance(places, dict) else set()
    absent = sorted(name for name in shards if not (folder / name).is_file())
    if absent or not shards:
        pickled = any(folder.glob("*.bin")) or any(folder.glob("*.pth"))
        remedy = "save it anew with save_pretrained, which writes safetensors" if pickled else (
            "copy all of the checkpoint's files into the folder"
        )  # fmt: skip
        raise PublishedModelError(
            f"{folder}: its weights {', '.join(absent[:3]) or WEIGHTS} are not in it. "
            f"Remedy: {remedy}"
        )


def _json(path: Path, otherwise: Any) -> Any:
    """What the file holds; `otherwise` where it is not there.

    Raises:
        PublishedModelError: it is no JSON object.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return otherwise
    except (OSError, ValueError) as error:
        raise PublishedModelError(
            f"{path}: it is truncated or no JSON ({error}). Remedy: copy it anew"
        ) from error
    if not isinstance(found, dict):
        raise PublishedModelError(f"{path}: it holds no JSON object. Remedy: copy it anew")
    return found
