"""What a user adds, by where it is: path/to/file.py:Name or package.module:Name."""

import importlib
import importlib.util
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from types import ModuleType

from body.errors import BodyError


class PluginError(BodyError):
    """Nothing is there, or it cannot be loaded."""


class PluginCodeError(PluginError):
    """What a user added ends in an error of its own: says file, line and function."""


_FILES: set[str] = set()  # of what was added, in this process
_OURS = Path(__file__).resolve().parents[1]


@contextmanager
def blamed() -> Iterator[None]:
    """Around what calls code that a user added: an error that arises there is said to be its.

    Raises:
        PluginCodeError: in place of whatever the added code raised, `SystemExit` included.
    """
    try:
        yield
    except (Exception, SystemExit) as error:
        if isinstance(error, PluginCodeError) or not (place := _place(error)):
            raise
        raise PluginCodeError(f"code of your own fails: {place}: {_said(error)}") from error


def _place(error: BaseException) -> str:
    """The innermost line of added code that `error` came through; "" where it came through none."""
    if isinstance(error, SyntaxError) and error.filename in _FILES:
        return f"{error.filename}, line {error.lineno}"
    own = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in _FILES]
    return f"{own[-1].filename}, line {own[-1].lineno}, in {own[-1].name}" if own else ""


def _said(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return f"it calls sys.exit({error.code!r}), which would end this program"
    return f"{type(error).__name__}: {error.msg if isinstance(error, SyntaxError) else error}"


def find(name: str) -> object:
    """What `name` stands for; a file is run anew each time.

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
            spec = importlib.util.find_spec(place)
        except (ImportError, ValueError) as error:
            raise PluginError(f"no module {place!r} ({error})") from error
        if spec is None:
            raise PluginError(f"no module {place!r}")
        if spec.origin and _OURS not in Path(spec.origin).parents:
            _FILES.add(spec.origin)
        return importlib.import_module(place)
    path = Path(os.path.realpath(os.path.expanduser(place)))
    if not os.path.isfile(path):  # unlike Path.is_file, of names too long to be one
        raise PluginError(f"no file {place}")
    _FILES.add(str(path))
    spec = importlib.util.spec_from_file_location(f"pontine_plugin_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
