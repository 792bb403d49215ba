"""A policy of someone else's, by a path: a class in a file or a module, or a model folder."""

import importlib
import importlib.util
import sys
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

from body import RobotSpec
from episodes import model_folder
from pontine.policies.policy import Policy

REMEDY = (
    "give path/to/file.py:Class or package.module:Class, a subclass of pontine.policies.Policy "
    "that is made as Class(robot) (docs/policies.md), or a model folder of `pontine train flat`"
)


class PolicyError(ValueError):
    """A policy cannot be loaded; the message names the cause and the remedy."""


def load_policy(name: str, robot: RobotSpec, delay: int = 1) -> Policy:
    """The policy called `name`.

    Args:
        name: as in `pontine eval --policy`, but neither "agent" nor "expert".
        delay: policy steps its inference takes, for policies that plan in chunks.

    Raises:
        PolicyError: there is no such policy, or it is not one.
    """
    if _is_model(name):
        from pontine.baselines.flat.policy import FlatPolicy  # torch: only where it runs

        return FlatPolicy.load(Path(name), robot, delay=delay)
    return load_class(name, Policy)(robot)


def load_class(name: str, base: type) -> Any:
    """The class `name` (path/to/file.py:Class or package.module:Class), a subclass of `base`.

    Raises:
        PolicyError: there is no such class, or it is none of `base`.
    """
    place, _, wanted = name.rpartition(":")
    if not place or not wanted:
        raise PolicyError(f"no policy {name!r}: {REMEDY}")
    found = getattr(_module(place), wanted, None)
    if found is None:
        raise PolicyError(f"{place} has no {wanted!r}; {REMEDY}")
    if not (isinstance(found, type) and issubclass(found, base)):
        of = f"{base.__module__}.{base.__name__}".replace("policies.policy.", "policies.")
        raise PolicyError(f"{name} is not a subclass of {of}; {REMEDY}")
    return found


def policy_hash(name: str) -> str:
    """Hash of what `name` stands for: weights or source; "" where it cannot be told."""
    if _is_model(name):
        return model_folder.model_hash(Path(name))
    place = name.rpartition(":")[0]
    file = Path(place)
    if not place.endswith(".py"):
        try:
            spec = importlib.util.find_spec(place)
        except (ImportError, ValueError):
            return ""
        file = Path(spec.origin) if spec is not None and spec.origin else file
    return sha256(file.read_bytes()).hexdigest()[:16] if file.is_file() else ""


def _is_model(name: str) -> bool:
    return (Path(name) / model_folder.CONFIG).is_file()


def _module(place: str) -> ModuleType:
    if not place.endswith(".py"):
        try:
            return importlib.import_module(place)
        except ModuleNotFoundError as error:
            raise PolicyError(f"no module {place!r} ({error}); {REMEDY}") from error
    path = Path(place).resolve()
    if not path.is_file():
        raise PolicyError(f"no file {place}; {REMEDY}")
    spec = importlib.util.spec_from_file_location(f"pontine_policy_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
