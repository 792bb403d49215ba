"""What a file imports from its own folder, directly or by way of others: read, not run."""

import ast
import importlib.util
import site
import sys
import sysconfig
from collections.abc import Iterator
from functools import cache
from pathlib import Path

OWN = {"body", "episodes", "learning", "brain", "cerebellum", "sim", "pontine", "pontine_ros"}
"""Packages that are never taken from a folder of the user's, should it be this repository's."""


def sibling(folder: Path, name: str) -> Path | None:
    """The file of the module `name` (of several parts or one) in `folder`; None: there is none.

    The folder's own come before what is installed, as for a script, but not before the standard
    library's or Pontine's.
    """
    top = name.partition(".")[0]
    if top in OWN or top in sys.stdlib_module_names:
        return None
    place = folder.joinpath(*name.split("."))
    for file in (place / "__init__.py", place.with_suffix(".py")):
        if file.is_file():
            return file
    # a folder without __init__.py stands behind everything that is installed
    is_folder = place.is_dir() and any(place.rglob("*.py"))
    return place if is_folder and not _installed(top) else None


def sources(file: Path, folder: Path, within: str = "") -> list[Path]:
    """`file`, then all files below `folder` that it imports, also within functions, in order.

    Args:
        within: of the packages in `folder` this one alone ("": all).
    """
    found: dict[Path, None] = {file: None}
    waiting = [file]
    while waiting:
        for other in sorted(_imported(waiting.pop(), folder, within)):
            if other not in found:
                found[other] = None
                waiting.append(other)
    return [file, *sorted(set(found) - {file})]


def is_library(folder: Path) -> bool:
    """Whether it is where packages are installed, whose neighbours are no siblings."""
    known = {*site.getsitepackages(), *(sysconfig.get_paths()[k] for k in ("purelib", "stdlib"))}
    return str(folder) in known or folder.name in ("site-packages", "dist-packages")


def _imported(file: Path, folder: Path, within: str) -> Iterator[Path]:
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return  # whoever runs it will say so
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and (base := _base(node, file, folder)) is not None:
            names = [f"{base}.{alias.name}".lstrip(".") for alias in node.names]
        for name in names:
            if not within or name.split(".")[0] == within:
                yield from _along(folder, name)


def _base(node: ast.ImportFrom, file: Path, folder: Path) -> str | None:
    """The module that names are imported from, as seen from `folder`; None: from outside."""
    if not node.level:
        return node.module or ""
    package = file.parent
    for _ in range(node.level - 1):
        package = package.parent
    if not package.is_relative_to(folder):
        return None
    return ".".join([*package.relative_to(folder).parts, *([node.module] if node.module else [])])


def _along(folder: Path, name: str) -> Iterator[Path]:
    """The files that importing `name` runs: those of its packages, too."""
    parts = name.split(".")
    for count in range(1, len(parts) + 1):
        file = sibling(folder, ".".join(parts[:count]))
        if file is None:
            return
        if file.is_file():
            yield file


@cache
def _installed(top: str) -> bool:
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return False
    return spec is not None and spec.origin is not None
