"""Files written atomically, read with typed errors, and hashed."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from episodes.errors import DamagedFileError, MissingFileError
from episodes.replacing import write_text

RESTORE = (
    "copy it again from where the data set came from; without another copy, "
    "`pontine data repair FOLDER --out NEW` keeps the episodes that are whole"
)


def file_hash(path: Path) -> str:
    """sha256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def manifest_hash(files: Mapping[str, str]) -> str:
    """One hash (16 hex) over the paths and hashes of files."""
    text = "\n".join(f"{name} {files[name]}" for name in sorted(files))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def write_json(path: Path, value: Any) -> None:
    """Write JSON atomically: the file is old or new, never half."""
    write_text(path, json.dumps(value, indent=4, ensure_ascii=False) + "\n")


def regular(path: Path, remedy: str = RESTORE) -> Path:
    """`path`, if a file lies there (or a link to one): a pipe or device would be waited for.

    Raises:
        MissingFileError: nothing is there. DamagedFileError: something else than a file is.
    """
    try:
        if path.is_file():
            return path
        if not path.exists():
            dangling = ": it is a link to nothing" if path.is_symlink() else ""
            raise MissingFileError(path, f"is missing{dangling}", remedy)
    except OSError as error:  # a loop of links, a name too long
        raise DamagedFileError(path, f"cannot be opened ({error})", remedy) from error
    found = "a folder" if path.is_dir() else "a pipe, socket or device"
    raise DamagedFileError(path, f"is {found}, not a file", remedy)


def read_json(path: Path, remedy: str = RESTORE) -> Any:
    """Read JSON, or raise :class:`MissingFileError` or :class:`DamagedFileError`."""
    try:
        return json.loads(regular(path, remedy).read_text(encoding="utf-8"))
    except (MissingFileError, DamagedFileError):
        raise
    except UnicodeDecodeError as error:
        raise DamagedFileError(path, f"is not UTF-8 text ({error})", remedy) from error
    except (ValueError, OSError, RecursionError) as error:
        raise DamagedFileError(path, f"is no readable JSON ({error})", remedy) from error


def read_json_object(path: Path, remedy: str = RESTORE) -> dict[str, Any]:
    """As :func:`read_json`; anything but an object is a :class:`DamagedFileError`."""
    value = read_json(path, remedy)
    if not isinstance(value, dict):
        problem = f"holds a {type(value).__name__}, not a JSON object"
        raise DamagedFileError(path, problem, remedy)
    return value
