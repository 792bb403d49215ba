"""meta/pontine.json: the hash of every file of a data set that Pontine wrote."""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from episodes import files, layout
from episodes.errors import DamagedFileError

REMEDY = (
    f"copy it again, or delete {layout.MANIFEST}: then contents are judged, without their hashes"
)


@dataclass(frozen=True)
class Manifest:
    """Attributes: hashes (sha256, hex) and sizes (bytes) by file, relative to the data set."""

    hashes: dict[str, str]
    sizes: dict[str, int]


def write(folder: Path) -> None:
    """Hash every file that lies in `folder`."""
    hashes = {
        file.relative_to(folder).as_posix(): files.file_hash(file)
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
    sizes = {name: (folder / name).stat().st_size for name in hashes}
    files.write_json(folder / layout.MANIFEST, {"files": hashes, "sizes": sizes})


def read(folder: Path) -> Manifest | None:
    """The manifest of a data set, None where another tool wrote it.

    Raises:
        DamagedFileError: it is there, and no manifest.
    """
    path = folder / layout.MANIFEST
    if not path.exists() and not path.is_symlink():
        return None
    entry = files.read_json_object(path, REMEDY)
    hashes, sizes = entry.get("files"), entry.get("sizes")
    if (
        not isinstance(hashes, dict)
        or not isinstance(sizes, dict)
        or not all(isinstance(value, str) for value in hashes.values())
        or not all(type(value) is int for value in sizes.values())
        or set(hashes) != set(sizes)
        or any(PurePosixPath(n).is_absolute() or ".." in PurePosixPath(n).parts for n in hashes)
    ):
        raise DamagedFileError(path, "does not tell files with their hashes and sizes", REMEDY)
    return Manifest(hashes, sizes)


def present(folder: Path) -> dict[str, Path]:
    """Every file of a data set's meta and data folders but the manifest."""
    paths = [path for part in ("meta", "data") for path in (folder / part).rglob("*")]
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(paths)
        if path.is_file() and path != folder / layout.MANIFEST
    }


def data_hash(folder: Path) -> str:
    """Identifies a data set's contents: 16 hex, from the manifest where it fits the files."""
    there, known = present(folder), read(folder)
    if known and known.sizes == {name: path.stat().st_size for name, path in there.items()}:
        return files.manifest_hash(known.hashes)
    # without a manifest, or appended to by LeRobot since
    return files.manifest_hash({name: files.file_hash(path) for name, path in there.items()})
