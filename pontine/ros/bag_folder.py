"""Which files of a folder are a bag's: as metadata.yaml lists them, else by their names."""

import re
from dataclasses import dataclass
from pathlib import Path

from pontine.ros.errors import BagError

METADATA = "metadata.yaml"
LONGEST = 2**24  # bytes of it
KINDS = (".mcap", ".db3")


@dataclass(frozen=True)
class Metadata:
    """files: those that are listed and there. count: of messages; None: it does not say.
    distribution: of ROS; "": it does not say. notes: what is odd about it, for people."""

    files: tuple[Path, ...] = ()
    count: int | None = None
    distribution: str = ""
    notes: tuple[str, ...] = ()


def metadata(folder: Path) -> Metadata:
    """What metadata.yaml says; where it says nothing that can be used, a note says so."""
    from ruamel.yaml import YAML

    file = folder / METADATA
    if not file.is_file():
        note = f"has no {METADATA} (its recorder was killed, or it was left behind)"
        return Metadata(notes=(note,))
    try:
        if file.stat().st_size > LONGEST:
            raise ValueError("too long")
        found = YAML(typ="safe").load(file.read_text(encoding="utf-8"))[
            "rosbag2_bagfile_information"
        ]
        listed = [Path(str(name)).name for name in found["relative_file_paths"]]
        distribution, count = str(found.get("ros_distro") or ""), found["message_count"]
    except Exception as error:  # a person's or a disk's text: YAML has many ways to fail
        why = " ".join(str(error).split())[:120]
        return Metadata(notes=(f"{METADATA} cannot be understood ({why}); read without it",))
    there = [name for name in listed if (folder / name).is_file()]
    notes = [
        f"{name}, which {METADATA} lists, is not there" for name in listed if name not in there
    ]
    if there:
        more = [file.name for file in _bags(folder) if file.name not in there]
        notes += [f"{name} is left out: {METADATA} does not list it" for name in sorted(more)]
    return Metadata(
        tuple(folder / name for name in there), count if isinstance(count, int) else None,
        distribution, tuple(notes),
    )  # fmt: skip


def recorded(folder: Path) -> list[Path]:
    """The bag's files in the order of their numbers.

    Raises:
        BagError: there are none, or those of several bags.
    """
    files = _bags(folder)
    if not files:
        raise BagError(
            folder, "holds neither .mcap nor .db3 files",
            "name the folder that ros2 bag record or pontine ros record wrote",
        )  # fmt: skip
    stems = {re.sub(r"(_\d+)?\.(mcap|db3)(\.zstd)?$", "", file.name) for file in files}
    if len(stems) > 1:
        raise BagError(
            folder, f"holds several recordings ({', '.join(sorted(stems)[:8])})",
            "name their files one by one",
        )  # fmt: skip
    return sorted(files, key=lambda file: [*map(int, re.findall(r"_(\d+)\.", file.name)), 0])


def _bags(folder: Path) -> list[Path]:
    return [
        file
        for file in folder.iterdir()
        if file.is_file() and Path(file.name.removesuffix(".zstd")).suffix in KINDS
    ]
