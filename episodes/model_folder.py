"""Model folders: weights, statistics and a config that names the robot and every file's hash.

config.json is shared with transformers' save_pretrained; ours are the keys `robot`,
`robot_fingerprint`, `joint_names`, `files` (name to sha256), `sizes` (name to bytes) and `sha256`
(of the config's canonical JSON without that key and `validated`). The card README.md may be edited
freely; so may `validated`, which names arms beside `robot` and what was measured on them after the
model was sealed: ROBOT to `robot_fingerprint`, `solved` and `episodes`.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from body import CodecMismatchError, RobotMismatchError, RobotSpec
from episodes import files
from episodes.errors import EpisodesError

CONFIG = "config.json"
CARD = "README.md"
VALIDATED = "validated"
CODEC = "codec.json"
_BUILT = (".onnx", ".engine", ".partial")  # made on each machine, not part of the model


class ModelFolderError(EpisodesError):
    """A model folder is missing, incomplete, altered or not made for this use."""


class ModelRobotError(ModelFolderError, RobotMismatchError):
    """The model was made for another robot."""


class ModelCodecError(ModelFolderError, CodecMismatchError):
    """The model was made for another action codec."""


@dataclass(frozen=True)
class ModelSummary:
    """One folder of a models directory; `problem` is None where everything verified."""

    name: str
    folder: Path
    config: dict[str, Any]
    problem: str | None


def write(
    folder: Path | str, config: Mapping[str, Any], *, spec: RobotSpec | None = None
) -> dict[str, Any]:
    """Seal a model folder: hash the files that lie in it and write config.json, atomically.

    Args:
        config: added to an existing config.json (of save_pretrained); must be valid JSON.
        spec: the robot the model is for.

    Returns:
        The whole config.

    Raises:
        ModelFolderError: the folder holds no file to seal, or a pickle.
    """
    folder = Path(folder)
    present = _files(folder)
    if not present:
        raise ModelFolderError(folder, "holds no file", "save weights or statistics there first")
    if pickles := [name for name in present if name.endswith((".bin", ".pt", ".pth", ".pkl"))]:
        raise ModelFolderError(folder / pickles[0], "is a pickle", "save weights as safetensors")
    before = _read(folder) if (folder / CONFIG).exists() else {}
    whole: dict[str, Any] = {**before, **config}
    whole.pop(VALIDATED, None)  # that was another model
    if spec is not None:
        whole["robot"] = spec.name
        whole["robot_fingerprint"] = spec.fingerprint
        whole["joint_names"] = list(spec.joint_names)
    whole["files"] = {name: files.file_hash(path) for name, path in present.items()}
    whole["sizes"] = {name: path.stat().st_size for name, path in present.items()}
    whole = json.loads(json.dumps(whole, allow_nan=False))
    whole["sha256"] = _config_hash(whole)
    files.write_json(folder / CONFIG, whole)
    return whole


def verify(folder: Path | str) -> dict[str, str]:
    """Compare every file of the folder with its hash.

    Returns:
        File name to sha256, config.json included.

    Raises:
        ModelFolderError: a file is missing, truncated or altered.
    """
    folder = Path(folder)
    config = _read(folder)
    remedy = _remedy(folder)
    if not isinstance(config.get("files"), dict) or "sha256" not in config:
        problem = "names no file hashes: the model was not sealed"
        raise ModelFolderError(folder / CONFIG, problem, remedy)
    if _config_hash(config) != config["sha256"]:
        problem = "was altered after the model was sealed (sha256 mismatch)"
        raise ModelFolderError(folder / CONFIG, problem, remedy)
    arms = config.get(VALIDATED, {})
    if not isinstance(arms, dict) or not all(map(_is_measured, arms.values())):
        problem = (
            f"{VALIDATED!r} must give, by an arm's name, its robot_fingerprint, and of how many "
            "episodes how many were solved"
        )
        raise ModelFolderError(folder / CONFIG, problem, remedy)
    for name, wanted in config["files"].items():
        path = folder / name
        if not path.is_file():
            raise ModelFolderError(path, "is missing", remedy)
        size, expected = path.stat().st_size, config["sizes"][name]
        if size < expected:
            problem = f"is truncated: {size} of {expected} bytes"
            raise ModelFolderError(path, problem, remedy)
        if files.file_hash(path) != wanted:
            problem = "has other contents than when the model was sealed (sha256 mismatch)"
            raise ModelFolderError(path, problem, remedy)
    return {**config["files"], CONFIG: config["sha256"]}


def load_config(
    folder: Path | str,
    *,
    spec: RobotSpec | None = None,
    codec_id: str | None = None,
    transfer: bool = False,
    kind: str | None = None,
    verify_files: bool = True,
) -> dict[str, Any]:
    """Read a model's config after verifying its files, robot and codec.

    Args:
        spec: refuse a model made for another robot, kinematics or joint names, unless it has been
            validated on this one. transfer: permit it all the same; see :func:`warning`.
        codec_id: refuse a model made for another codec.
        kind: refuse what is no "brain", "controller", "codec" or "flat".
        verify_files: hash every file (24 MB take about 20 ms).

    Raises:
        ModelFolderError: see :func:`verify`; ModelRobotError, ModelCodecError: a mismatch.
    """
    folder = Path(folder)
    config = _read(folder)
    path = folder / CONFIG
    if kind is not None and kind not in (found := kinds(config)):
        problem = f"holds a {' and a '.join(found) or 'model of no known kind'}, not a {kind}"
        raise ModelFolderError(folder, problem, f"name the folder of a {kind} (pontine models)")
    if verify_files:
        verify(folder)
    if spec is not None and not transfer:
        _check_robot(path, config, spec)
    if codec_id is not None and config.get("codec_id") != codec_id:
        problem = f"is for codec {config.get('codec_id')}, the codec loaded is {codec_id}"
        remedy = f"use the brain, controller and codec of one release ({_remedy(folder)})"
        raise ModelCodecError(path, problem, remedy)
    return config


def warning(config: Mapping[str, Any], spec: RobotSpec) -> str:
    """What is to be said of a model that moves another arm than it knows; "": it knows this one."""
    if config.get("robot_fingerprint") == spec.fingerprint or is_validated(config, spec):
        return ""
    known = sorted({*config.get(VALIDATED, {}), config.get("robot") or "of no name"})
    return (
        f"the model knows the arms {', '.join(known)}; "
        f"what it does with {spec.name} nobody has measured"
    )


def is_validated(config: Mapping[str, Any], spec: RobotSpec) -> bool:
    """Whether the model has been measured on this very arm, however well it did."""
    found = config.get(VALIDATED, {}).get(spec.name, {})
    return bool(found.get("robot_fingerprint") == spec.fingerprint)


def kinds(config: Mapping[str, Any]) -> list[str]:
    """What a model folder with this config can serve as; a brain or controller may bring a codec.

    Returns:
        Of "brain", "controller", "flat" and "codec", those that it is.
    """
    found = ["brain"] if config.get("model_type") == "llava" else []
    if (named := config.get("kind")) is not None:
        found.append(str(named))
    if "codec" not in found and CODEC in config.get("files", {}):
        found.append("codec")
    return found


def of_kind(root: Path | str, kind: str) -> list[Path]:
    """The folders below `root` that can serve as a `kind`, by name; they are not verified."""
    found = []
    for path in sorted(Path(root).glob(f"*/{CONFIG}")):
        try:
            config = _read(path.parent)
        except ModelFolderError:
            continue
        if kind in kinds(config):
            found.append(path.parent)
    return found


def model_hash(folder: Path | str) -> str:
    """Identifies a sealed model: 16 hex of its config's hash, which covers all files' hashes."""
    return str(_read(Path(folder)).get("sha256", ""))[:16]


def list_models(root: Path | str) -> list[ModelSummary]:
    """Every folder of `root` that holds a config.json or a card, by name, verified."""
    summaries = []
    for folder in sorted(Path(root).iterdir()) if Path(root).is_dir() else []:
        if not (folder / CONFIG).exists() and not (folder / CARD).exists():
            continue
        config: dict[str, Any] = {}
        problem = None
        try:
            config = _read(folder)
            verify(folder)
        except ModelFolderError as error:
            problem = str(error)
        summaries.append(ModelSummary(folder.name, folder, config, problem))
    return summaries


def _is_measured(arm: Any) -> bool:
    if not isinstance(arm, dict) or not isinstance(arm.get("robot_fingerprint"), str):
        return False
    solved, episodes = arm.get("solved"), arm.get("episodes")
    return isinstance(solved, int) and isinstance(episodes, int) and 0 <= solved <= episodes > 0


def _check_robot(path: Path, config: Mapping[str, Any], spec: RobotSpec) -> None:
    if is_validated(config, spec):
        return
    remedy = f"use a model made for {spec.name}, or train one (pontine train)"
    if VALIDATED in config:
        remedy += "; to try it all the same: --transfer, in ROS transfer:=true"
    for key, wanted in (
        ("robot", spec.name),
        ("joint_names", list(spec.joint_names)),
        ("robot_fingerprint", spec.fingerprint),
    ):
        if config.get(key) != wanted:
            problem = f"is for {key} {config.get(key)}, this robot has {wanted}"
            raise ModelRobotError(path, problem, remedy)


def _files(folder: Path) -> dict[str, Path]:
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.name not in (CONFIG, CARD)
        and path.suffix not in _BUILT
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }


def _read(folder: Path) -> dict[str, Any]:
    path, remedy = folder / CONFIG, _remedy(folder)
    if not folder.is_dir():
        raise ModelFolderError(folder, "is no folder", remedy)
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelFolderError(path, "is missing", remedy) from error
    except (ValueError, OSError) as error:
        problem = f"is truncated or no JSON ({error})"
        raise ModelFolderError(path, problem, remedy) from error
    if not isinstance(config, dict):
        raise ModelFolderError(path, "holds no JSON object", remedy)
    return config


def _config_hash(config: Mapping[str, Any]) -> str:
    rest = {key: value for key, value in config.items() if key not in ("sha256", VALIDATED)}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _remedy(folder: Path) -> str:
    return f"restore it with `git checkout -- models/{folder.name}`, then `pontine models verify`"
