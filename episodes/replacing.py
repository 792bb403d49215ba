"""Files and folders that are old or new, never half: whenever the writer is killed."""

import glob
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PARTIAL = ".partial"  # how the names of unfinished files end
_OLD = ".old"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Where to write what becomes `path` if the block ends well, on the disk before it does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob(f"{glob.escape(path.name)}.*{PARTIAL}"):
        if _is_of_the_dead(left):
            left.unlink(missing_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}{PARTIAL}")
    try:
        yield part
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _is_of_the_dead(part: Path) -> bool:
    try:
        os.kill(int(part.suffixes[-2][1:]), 0)
    except ProcessLookupError:
        return True
    except (ValueError, PermissionError):
        return False
    return False


def write_text(path: Path, text: str) -> None:
    """`text` as the whole of `path`, in UTF-8."""
    with replacing(path) as part:
        part.write_text(text, encoding="utf-8")


def remove_folder(folder: Path) -> None:
    """Remove it at one stroke: half of it is never found under its name."""
    old = folder.with_name(f".{folder.name}{_OLD}")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.replace(old)
        shutil.rmtree(old, ignore_errors=True)
