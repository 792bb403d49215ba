"""engine.json: what an engine was made from, and what it has been found to compute.

    key, codec_id, statistics(_hash), robot(_fingerprint), joint_names, action_space: of the model
    engine, precision, files (name to sha256): what was asked for and written
    verified: execution provider to device, what it really computes in, parity, closed loop

An engine is verified where it ran and passed its gate: for that provider, and unless that is the
CPU, for that device alone. Anywhere else it may be loaded to be judged, but not to move an arm.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from body.contract.errors import BodyError
from cerebellum.engines.device import signed_bytes_overflow
from cerebellum.engines.protocol import EngineError
from cerebellum.statistics import Statistics

DESCRIPTION = "engine.json"
ENGINES = ("onnxruntime", "tensorrt")
CPU = "CPUExecutionProvider"
OF_MODEL = ("key", "statistics_hash", "codec_id", "joint_names", "action_space",
            "robot_fingerprint")  # fmt: skip
MAKE = "make it again with pontine export"


def read_description(folder: Path) -> dict[str, Any]:
    """The engine.json of `folder`, its files and statistics compared with their hashes.

    Raises:
        EngineError: missing, unreadable, or a file is not the one that was judged.
    """
    path = folder / DESCRIPTION
    try:
        description: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        files = dict(description["files"])
        statistics = Statistics.from_config(description["statistics"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        if isinstance(error, BodyError):
            raise EngineError(f"{path}: {error}; delete the folder, {MAKE}") from error
        raise EngineError(
            f"{folder}: no usable engine there ({type(error).__name__}: {error}); "
            f"delete the folder, {MAKE}"
        ) from error
    if statistics.hash != description.get("statistics_hash"):
        raise EngineError(f"{path}: its statistics do not have the hash it names; {MAKE}")
    for name, wanted in files.items():
        found = file_hash(folder / name) if (folder / name).is_file() else "missing"
        if found != wanted:
            raise EngineError(
                f"{folder / name}: is not the file that was judged (sha256 {found[:16]}, "
                f"engine.json names {wanted[:16]}); delete the folder, {MAKE}"
            )
    return description


def write_description(folder: Path, description: Mapping[str, Any]) -> None:
    """Write engine.json, without what describes one loaded engine (provider, device)."""
    kept = {k: v for k, v in description.items() if k not in ("provider", "device")}
    (folder / DESCRIPTION).write_text(
        json.dumps(kept, indent=1, allow_nan=False) + "\n", encoding="utf-8"
    )


def file_hash(path: Path) -> str:
    """Hex sha256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def require_fit(description: Mapping[str, Any], wanted: Mapping[str, Any], model: Path) -> None:
    """Refuse an engine that was not made from this model.

    Args:
        wanted: the facts of the model by the names in `OF_MODEL`.

    Raises:
        EngineError: names the first fact that differs.
    """
    for name in OF_MODEL:
        if description.get(name) != wanted[name]:
            raise EngineError(
                f"engine refused: its {name} is {description.get(name)}, the model {model} has "
                f"{wanted[name]}; {MAKE} --model {model} (a cached one: delete it, it is rebuilt)"
            )


def require_verified(description: Mapping[str, Any]) -> None:
    """Refuse to arm with an engine that has not passed its gate on what it runs on now.

    Raises:
        EngineError: with the command that judges it here.
    """
    provider, device = description["provider"], description["device"]
    passed = description.get("verified", {}).get(provider)
    remedy = "run pontine export --verify --out FOLDER on this machine"
    if passed is None:
        where = ", ".join(description.get("verified", {})) or "nowhere"
        raise EngineError(
            f"unverified engine refused: it runs on {provider} ({device}) here and has passed its "
            f"parity gate {where}; {remedy}"
        )
    if provider == CPU and "int8" in passed.get("computes_in", ()) and signed_bytes_overflow():
        raise EngineError(
            "engine refused: its signed bytes overflow on this processor, which has no VNNI; "
            "export it here, then its weights are unsigned"
        )
    if provider != CPU and passed["device"] != device:
        raise EngineError(
            f"unverified engine refused: it was judged on {passed['device']}, this is {device}; "
            f"{remedy}"
        )
