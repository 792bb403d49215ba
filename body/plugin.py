"""What a user adds, by where it is: path/to/file.py:Name or package.module:Name."""

import importlib
import importlib.util
import sys
from hashlib import sha256
from pathlib import Path
from types import ModuleType

from body.errors import BodyError


class PluginError(BodyError):
    """Nothing is there, or it cannot be loaded."""


def find(name: str) -> object:
    """What `name` stands for; a file is run anew each time.

    Raises:
        PluginError: says what is missing.
    """
    place, _, wanted = name.rpartition(":")
    if not place or not wanted:
        raise PluginError(f"{name!r} is no path/to/file.py:Name or package.module:Name")
    module = _module(place)
    if not hasattr(module, wanted):
        raise PluginError(f"{place} has no {wanted!r}")
    found: object = getattr(module, wanted)
    return found


def source_hash(name: str) -> str:
    """16 hex of the source that `name` stands in; "" where it cannot be told."""
    place = name.rpartition(":")[0]
    file = Path(place)
    if not place.endswith(".py"):
        try:
            spec = importlib.util.find_spec(place)
        except (ImportError, ValueError):
            return ""
        file = Path(spec.origin) if spec is not None and spec.origin else file
    return sha256(file.read_bytes()).hexdigest()[:16] if file.is_file() else ""


def _module(place: str) -> ModuleType:
    if not place.endswith(".py"):
        try:
            return importlib.import_module(place)
        except ModuleNotFoundError as error:
            raise PluginError(f"no module {place!r} ({error})") from error
    path = Path(place).expanduser().resolve()
    if not path.is_file():
        raise PluginError(f"no file {place}")
    spec = importlib.util.spec_from_file_location(f"pontine_plugin_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
