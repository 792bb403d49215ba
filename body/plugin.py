"""What a user adds, by where it is: path/to/file.py:Name or package.module:Name."""

import importlib
import importlib.util
import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from types import ModuleType

from body import plugin_package
from body.contract.errors import BodyError, RobotFileError
from body.plugin_package import FILES
from body.plugin_sources import OWN, is_library, sources


class PluginError(BodyError):
    """Nothing is there, or it cannot be loaded."""


class PluginCodeError(PluginError):
    """What a user added ends in an error of its own: says file, line and function."""


_OURS = Path(__file__).resolve().parents[1]


@contextmanager
def blamed(exits: bool = True) -> Iterator[None]:
    """Around what calls code that a user added: an error that arises there is said to be its.

    Args:
        exits: `SystemExit` is such an error; False: somebody further out deals with it.

    Raises:
        PluginCodeError: in place of whatever the added code raised.
    """
    try:
        yield
    except (Exception, SystemExit) as error:
        if isinstance(error, SystemExit) and not exits:
            raise
        said = isinstance(error, (PluginCodeError, RobotFileError))  # names its file already
        if said or not (place := _place(error)):
            raise
        raise PluginCodeError(f"code of your own fails: {place}: {_said(error)}") from error


def _place(error: BaseException) -> str:
    """The innermost line of added code that `error` came through; "" where it came through none."""
    if isinstance(error, SyntaxError) and error.filename in FILES:
        return f"{error.filename}, line {error.lineno}"
    own = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in FILES]
    return f"{own[-1].filename}, line {own[-1].lineno}, in {own[-1].name}" if own else ""


def _said(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return f"it calls sys.exit({error.code!r}), which would end this program"
    return f"{type(error).__name__}: {error.msg if isinstance(error, SyntaxError) else error}"


def find(name: str) -> object:
    """What `name` stands for; a file is run anew each time, and finds what lies beside it.

    Raises:
        PluginError: says what is missing. PluginCodeError: what the code there raises.
    """
    place, _, wanted = name.rpartition(":")
    if not place or not wanted:
        raise PluginError(f"{name!r} is no path/to/file.py:Name or package.module:Name")
    with blamed():
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
    if not place.endswith(".py"):
        try:
            spec = importlib.util.find_spec(place)
        except (ImportError, ValueError) as error:
            raise PluginError(f"no module {place!r} ({error})") from error
        if spec is None:
            raise PluginError(f"no module {place!r}")
        if spec.origin and _OURS not in Path(spec.origin).parents:
            FILES.add(spec.origin)
        return importlib.import_module(place)
    path = Path(os.path.realpath(os.path.expanduser(place)))
    if not os.path.isfile(path):  # unlike Path.is_file, of names too long to be one
        raise PluginError(f"no file {place}")
    return plugin_package.run(path)
