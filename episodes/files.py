"""Files written atomically, read with typed errors, and hashed."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from episodes.errors import DamagedFileError, MissingFileError
from episodes.replacing import write_text

RESTORE = "copy the data set again, or collect into a new folder (pontine collect)"


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


def read_json(path: Path, remedy: str = RESTORE) -> Any:
    """Read JSON, or raise :class:`MissingFileError` or :class:`DamagedFileError`."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise MissingFileError(path, "is missing", remedy) from error
    except (ValueError, OSError) as error:
        raise DamagedFileError(path, f"is no readable JSON ({error})", remedy) from error
