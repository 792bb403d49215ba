"""The tables of docs/ros2.md, from `topics`, `parameters` and the robots' cameras.

`python -m pontine_ros.tables docs/ros2.md` rewrites what stands between their markers.
"""

import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from body import BodyError
from body.robots.registry import ROBOTS
from pontine_ros.parameter_file import allowed, value
from pontine_ros.parameters import NODES
from pontine_ros.topics import CALLS, TOPICS, Quality


class MarkerError(BodyError):
    """A document lacks a table's markers."""


def topics() -> str:
    """Name, type, quality of service, purpose."""
    rows = [(f"`{t.name}`", f"`{t.kind}`", quality(t.quality), t.about) for t in TOPICS]
    return _table(("topic", "type", "quality of service", "what it is"), rows)


def calls() -> str:
    """Services and actions: name, type, who answers, purpose."""
    rows = [(f"`{c.name}`", f"`{c.kind}`", f"`{c.server}`", c.about) for c in CALLS]
    return _table(("service or action", "type", "answered by", "what it does"), rows)


def parameters() -> str:
    """A table a node: name, default, what it may be, meaning."""
    parts = []
    for node, found in NODES.items():
        rows = [(f"`{p.name}`", f"`{value(p.default)}`", allowed(p), p.about) for p in found]
        parts.append(
            f"`{node}`\n\n" + _table(("parameter", "default", "may be", "what it is"), rows)
        )
    return "\n".join(parts)


def cameras() -> str:
    """What each robot's pictures must be like."""
    rows = [
        (
            f"`{spec.name}`", f"`{name}`", camera.mount,
            f"{camera.pixels} x {camera.pixels}", f"{camera.fovy:g}",
            f"{camera.pixels / 2 / np.tan(np.radians(camera.fovy) / 2):.1f}",
            ", ".join(f"{x:g}" for x in camera.position),
            ", ".join(f"{x:g}" for x in camera.rotation[:, 0]),
            ", ".join(f"{x:.4g}" for x in camera.rotation[:, 1]),
        )
        for spec in ROBOTS.values()
        for name, camera in spec.cameras.items()
    ]  # fmt: skip
    head = ("robot", "camera", "mount", "pixels", "angle of view, degrees", "focal length, pixels",
            "position, m", "image right", "image up")  # fmt: skip
    return _table(head, rows)


TABLES = {"topics": topics, "calls": calls, "parameters": parameters, "cameras": cameras}


def quality(quality: Quality) -> str:
    """A quality of service in words."""
    words = ["reliable" if quality.reliable else "best effort", f"depth {quality.depth}"]
    if quality.latched:
        words.append("transient local")
    if quality.deadline:
        words.append(f"deadline {quality.deadline:g} s")
    if quality.lease:
        words.append(f"liveliness lease {quality.lease:g} s")
    return ", ".join(words)


def rewritten(document: str) -> str:
    """`document` with every table made anew.

    Raises:
        MarkerError: a table's markers do not stand there exactly once.
    """
    for name, make in TABLES.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        table = make()
        document, found = pattern.subn(lambda m, t=table: f"{m[1]}\n{t}\n{m[2]}", document)  # type: ignore[misc]
        if found != 1:
            raise MarkerError(f"<!-- {name} --> ... <!-- /{name} --> must stand there once")
    return document


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    cells = ((cell.replace("|", r"\|") for cell in line) for line in lines)
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


def main() -> None:
    """Rewrite the document named on the command line."""
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m pontine_ros.tables DOCUMENT")
    path = Path(sys.argv[1])
    try:
        path.write_text(rewritten(path.read_text(encoding="utf-8")), encoding="utf-8")
    except BodyError as error:
        raise SystemExit(f"tables: {path}: {error}") from error


if __name__ == "__main__":
    main()
