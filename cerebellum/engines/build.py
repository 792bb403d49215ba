"""Engines are built once per set of weights and kept in a cache folder.

The export needs torch, so it runs in a process of its own: the one that drives the robot never
loads it.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from cerebellum.engines.description import DESCRIPTION, OF_MODEL, require_fit
from cerebellum.engines.onnx_engine import OnnxEngine
from cerebellum.engines.protocol import EngineError
from episodes.hold import Hold, HoldError

GRAPH_VERSION = 2  # raise it when the exported graphs' interface changes
REPOSITORY = Path(__file__).resolve().parents[2]


def cache_root() -> Path:
    """$PONTINE_CACHE, or pontine/ in $XDG_CACHE_HOME, which is ~/.cache where nothing else is said.

    Raises:
        EngineError: there is no home folder.
    """
    if named := os.environ.get("PONTINE_CACHE"):
        return Path(named)
    caches = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    if caches.startswith("~"):
        raise EngineError("this user has no home folder. Remedy: set PONTINE_CACHE to a folder")
    return Path(caches) / "pontine"


def engine_key(config: dict[str, Any]) -> str:
    """Identity of the engine that belongs to a model folder's `config`."""
    facts = [GRAPH_VERSION, config["files"], config["network"], config["codec_id"],
             config["joint_names"], config["robot_fingerprint"]]  # fmt: skip
    text = json.dumps(facts, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def engine_folder(config: dict[str, Any]) -> Path:
    """Where the engine of a model folder's `config` is kept once it is built."""
    return cache_root() / "engines" / engine_key(config)


def load_engine(
    model: Path, config: dict[str, Any], provider: str = "cpu", fallback: bool = False
) -> OnnxEngine:
    """The engine of `model` (whose verified config is given), built now if need be.

    Args:
        provider, fallback: see :meth:`OnnxEngine.load`.

    Raises:
        EngineError: the export failed, the engine was built from something else, there is no place
            for it, or the provider is not to be had.
    """
    folder = engine_folder(config)
    if not (folder / DESCRIPTION).exists():
        _build(model, folder)
    engine = OnnxEngine.load(folder, provider, fallback)
    require_fit(engine.describe(), model_facts(config), model)
    return engine


def model_facts(config: dict[str, Any]) -> dict[str, Any]:
    """What an engine must name to fit the model folder whose verified `config` is given."""
    facts = {**config, "key": engine_key(config)}
    return {name: facts[name] for name in OF_MODEL}


def _build(model: Path, folder: Path) -> None:
    try:
        with Hold(folder, beside=True, wait=True):
            _export(model, folder)
    except HoldError as error:
        raise EngineError(
            f"{folder.parent}: an engine cannot be kept there ({error.problem}). Remedy: set "
            "PONTINE_CACHE to a folder where you may write"
        ) from error


def _export(model: Path, folder: Path) -> None:
    if (folder / DESCRIPTION).exists():  # another process was faster
        return
    partial = folder.with_suffix(".part")
    shutil.rmtree(partial, ignore_errors=True)
    environment = dict(os.environ, CUDA_VISIBLE_DEVICES="", OMP_NUM_THREADS="1")
    paths = [str(REPOSITORY), environment.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
    command = [sys.executable, "-m", "cerebellum.export", str(model), str(partial)]
    made = subprocess.run(
        command, env=environment, capture_output=True, encoding="utf-8", errors="replace"
    )
    if made.returncode:
        shutil.rmtree(partial, ignore_errors=True)
        raise EngineError(
            f"{model}: export to ONNX failed; run `{' '.join(command)}` to see it whole:\n"
            + made.stderr[-2000:]
        )
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)
