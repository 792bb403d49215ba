"""What a user adds, by where it is: path/to/file.py:Name or package.module:Name."""

import importlib
import importlib.util
from hashlib import sha256
from pathlib import Path
from types import ModuleType

from body import plugin_package
from body.errors import BodyError
from body.plugin_sources import OWN, is_library, sources


class PluginError(BodyError):
    """Nothing is there, or it cannot be loaded."""


def find(name: str) -> object:
    """What `name` stands for; a file is run anew each time, and finds what lies beside it.

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
    """16 hex of the source that `name` stands in and of what that imports from its own folder (of a
    module: from its package), by whatever way; "" where it cannot be told."""
    place = name.rpartition(":")[0]
    file, within = Path(place).expanduser(), ""
    folder = file.parent
    if not place.endswith(".py"):
        try:
            spec = importlib.util.find_spec(place)
        except (ImportError, ValueError):
            return ""
        file = Path(spec.origin) if spec is not None and spec.origin else file
        within = place.partition(".")[0]
        folder = file.parents[place.count(".") + (file.name == "__init__.py")]
    if not file.is_file():
        return ""
    alone = within in OWN or (not within and is_library(folder))
    digest = sha256(file.read_bytes())
    for other in [] if alone else sources(file, folder, within if is_library(folder) else "")[1:]:
        digest.update(f"\0{other.relative_to(folder).as_posix()}\0".encode() + other.read_bytes())
    return digest.hexdigest()[:16]


def _module(place: str) -> ModuleType:
    try:
        if not place.endswith(".py"):
            return importlib.import_module(place)
        path = Path(place).expanduser().resolve()
        if not path.is_file():
            raise PluginError(f"no file {place}")
        return plugin_package.run(path)
    except ModuleNotFoundError as error:
        if place.endswith(".py"):
            raise
        raise PluginError(f"no module {place!r} ({error})") from error
    except SystemExit as left:
        raise PluginError(f"{place} calls sys.exit({left.code!r}) as it is loaded") from left
