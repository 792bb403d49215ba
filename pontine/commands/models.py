"""`pontine models`: what is shipped, whether it is whole, and the engines built from it."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import tyro

from body.setting import Folder, Name
from cerebellum.engines.build import load_engine
from episodes import model_folder
from episodes.places import MODELS


@dataclass(frozen=True)
class ModelsConfig:
    """List the models, verify their hashes, build their engines, or print their cards.

    Attributes:
        action: list: one line per model, its hashes verified; verify: the same, with exit status 1
            if a model is damaged; build: export every controller to ONNX now instead of at first
            use; card: print the model cards.
        names: names of models (none: all).
        folder: folder that holds the model folders.
    """

    action: Annotated[Literal["list", "verify", "build", "card"], tyro.conf.Positional] = "list"
    names: tuple[Name, ...] = ()
    folder: Folder = MODELS


def models(config: ModelsConfig) -> int:
    """Carry out the action; returns the exit status."""
    found = model_folder.list_models(config.folder)
    missing = sorted(set(config.names) - {model.name for model in found})
    if missing or not found:
        print(f"{config.folder}: no model {', '.join(missing) or 'at all'}", file=sys.stderr)
        return 2
    chosen = [model for model in found if not config.names or model.name in config.names]
    damaged = 0
    for model in chosen:
        damaged += model.problem is not None
        if config.action == "card":
            print((model.folder / model_folder.CARD).read_text(encoding="utf-8"))
        elif model.problem is not None:
            print(f"{model.name:<24} DAMAGED: {model.problem}")
        elif config.action == "build":
            _build(model)
        else:
            size = sum(path.stat().st_size for path in model.folder.rglob("*") if path.is_file())
            identity = model_folder.model_hash(model.folder)
            robot = model.config.get("robot", "?")
            line = f"{model.name:<24} {size / 1e6:6.2f} MB  {robot:<6} {identity}  verified"
            print(line + _validated(model.config))
    return 1 if damaged and config.action != "card" else 0


def _validated(config: Mapping[str, Any]) -> str:
    """The arms that the model has been validated on, and the share of episodes solved there."""
    arms = config.get(model_folder.VALIDATED, {}).items()
    shares = [f"{name} {found['solved'] / found['episodes']:.0%}" for name, found in arms]
    return f"; on {', '.join(shares)}" if shares else ""


def _build(model: model_folder.ModelSummary) -> None:
    if "network" not in model.config:
        return
    engine = load_engine(model.folder, model.config)
    print(f"{model.name:<24} engine ready: {engine.describe().get('key')}")
