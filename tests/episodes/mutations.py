"""A data set damaged in one way drawn from a seed: bytes, JSON values, table cells, rows, pictures.

Each mutation returns words for what it did, and whether values were changed that only hashes or
statistics can tell from a recording.
"""

import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

Rng = np.random.Generator
Done = tuple[str, bool]
DATA, TASKS = "data/chunk-000/file-000.parquet", "meta/tasks.parquet"
EPISODES = "meta/episodes/chunk-000/file-000.parquet"
ODD: tuple[Any, ...] = (None, 0, -1, 1, 7, True, "", "x", "\x00", [], {}, [1], {"a": 1}, 1e30,
       float("nan"), float("inf"), -0.5, 10**30, 2**63, "v3.0", "../../x", "{a}")  # fmt: skip


def mutate(folder: Path, seed: int) -> Done:
    """Damage the data set in `folder`; without its manifest for every other seed."""
    rng = np.random.default_rng(seed)
    bare = seed % 2 == 1
    if bare:
        (folder / "meta/pontine.json").unlink()
    words, values = MUTATIONS[int(rng.integers(len(MUTATIONS)))](folder, rng)
    return words + ", no manifest" * bare, values


def _file(folder: Path, rng: Rng, suffix: str = "") -> Path:
    return _pick(rng, sorted(p for p in folder.rglob(f"*{suffix}") if p.is_file()))


def _pick(rng: Rng, of: Any) -> Any:
    return of[int(rng.integers(len(of)))]


def _told(folder: Path, path: Path, what: str, values: bool = False) -> Done:
    return f"{path.relative_to(folder)}: {what}", values


def flip(folder: Path, rng: Rng) -> Done:
    path = _file(folder, rng)
    data = bytearray(path.read_bytes())
    places = rng.integers(len(data), size=int(rng.integers(1, 9)))
    for at in places:
        data[at] ^= 1 << int(rng.integers(8))
    path.write_bytes(data)
    return _told(folder, path, f"bits flipped at {sorted(places.tolist())}")


def blank(folder: Path, rng: Rng) -> Done:
    path = _file(folder, rng)
    data = bytearray(path.read_bytes())
    at, size = int(rng.integers(len(data))), int(rng.integers(1, 5000))
    data[at : at + size] = bytes(len(data[at : at + size]))
    path.write_bytes(data)
    return _told(folder, path, f"{size} zero bytes at {at}")


def cut(folder: Path, rng: Rng) -> Done:
    path = _file(folder, rng)
    size = int(rng.integers(path.stat().st_size))
    os.truncate(path, size)
    return _told(folder, path, f"cut to {size} bytes")


def lengthen(folder: Path, rng: Rng) -> Done:
    path = _file(folder, rng)
    with path.open("ab") as file:
        file.write(rng.bytes(int(rng.integers(1, 100))))
    return _told(folder, path, "bytes appended")


def replace(folder: Path, rng: Rng) -> Done:
    path = _file(folder, rng)
    what = _pick(rng, ["nothing", "a folder", "a pipe", "a link to nothing", "another file"])
    other = _file(folder, rng).read_bytes()
    path.unlink()
    if what == "a folder":
        path.mkdir()
    elif what == "a pipe":
        os.mkfifo(path)
    elif what == "a link to nothing":
        path.symlink_to("nowhere")
    elif what == "another file":
        path.write_bytes(other)
    return _told(folder, path, f"replaced by {what}")


def json_value(folder: Path, rng: Rng) -> Done:
    path = _file(folder, rng, ".json")
    whole = json.loads(path.read_text())
    at, name = whole, _pick(rng, sorted(whole))
    trail = [name]
    while isinstance(at[name], dict | list) and at[name] and rng.random() < 0.7:
        at = at[name]
        name = _pick(rng, sorted(at)) if isinstance(at, dict) else int(rng.integers(len(at)))
        trail.append(name)
    if rng.random() < 0.25:
        del at[name]
        what = "deleted"
    else:
        at[name] = _pick(rng, ODD)
        what = f"= {at[name]!r}"
    path.write_text(json.dumps(whole))
    return _told(folder, path, f"{trail} {what}")


def json_text(folder: Path, rng: Rng) -> Done:
    path = _file(folder, rng, ".json")
    data = _pick(rng, [b"", b"[]", b"null", b"\xff\xfe{}", b"{", b'"', b"[" * 50_000, b"1e999"])
    path.write_bytes(data)
    return _told(folder, path, f"is {data[:10]!r}")


def _table(folder: Path, rng: Rng) -> tuple[Path, pa.Table]:
    path = folder / _pick(rng, [DATA, DATA, DATA, EPISODES, EPISODES, TASKS])
    return path, pq.read_table(path)


def cell(folder: Path, rng: Rng) -> Done:
    path, table = _table(folder, rng)
    name = _pick(rng, [n for n in table.column_names if not n.startswith("observation.images")])
    field = table.schema.field(name)
    values, row = table.column(name).to_pylist(), int(rng.integers(len(table)))
    values[row] = _other(values[row], rng)
    at = table.column_names.index(name)
    try:
        column = pa.array(values, field.type)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        column = pa.array([None] * len(values), field.type)
    pq.write_table(table.set_column(at, field, column), path)
    return _told(folder, path, f"{name}[{row}] = {values[row]!r}", values=path.name in DATA)


def _other(value: Any, rng: Rng) -> Any:
    """Noticeably another value of the same kind, or none."""
    if rng.random() < 0.15:
        return None
    if isinstance(value, list):
        changed = list(value)
        if not changed or rng.random() < 0.2:
            return changed[:-1]
        at = int(rng.integers(len(changed)))
        changed[at] = _other(changed[at], rng)
        return changed
    if isinstance(value, str):
        return _pick(rng, ["", "another", value + "x"])
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return _pick(rng, [-1, value + 1, value + 1000, 2**62])
    return _pick(rng, [float("nan"), float("inf"), 1e30, -1e30, (value or 0.0) + 10.0])


def rows(folder: Path, rng: Rng) -> Done:
    path, table = _table(folder, rng)
    row, count = int(rng.integers(len(table))), int(rng.integers(1, 4))
    what = _pick(rng, ["dropped", "doubled", "moved to the end", "all dropped", "turned round"])
    before, these = table.slice(0, row), table.slice(row, count)
    after = table.slice(row + count)
    parts = {
        "dropped": [before, after], "doubled": [before, these, these, after],
        "moved to the end": [before, after, these], "all dropped": [table.slice(0, 0)],
        "turned round": [table.slice(n, 1) for n in reversed(range(len(table)))],
    }[what]  # fmt: skip
    pq.write_table(pa.concat_tables(parts), path)
    return _told(folder, path, f"{count} rows at {row} {what}")


def column(folder: Path, rng: Rng) -> Done:
    path, table = _table(folder, rng)
    name = _pick(rng, table.column_names)
    at, field = table.column_names.index(name), table.schema.field(name)
    what = _pick(rng, ["dropped", "renamed", "rolled", "texts", "doubled", "floats", "nulls"])
    values = table.column(name).to_pylist()
    if what == "dropped":
        table = table.remove_column(at)
    elif what == "renamed":
        table = table.rename_columns([n + "x" * (n == name) for n in table.column_names])
    elif what == "rolled":
        table = table.set_column(at, field, pa.array(values[1:] + values[:1], field.type))
    elif what == "texts":
        table = table.set_column(at, name, pa.array([str(v)[:50] for v in values]))
    elif what == "doubled":
        table = table.append_column(field, table.column(name))
    elif what == "floats" and pa.types.is_integer(field.type):
        table = table.set_column(at, name, pa.array(values, pa.float64()))
    else:
        table = table.set_column(at, field, pa.nulls(len(table), field.type))
    pq.write_table(table, path)
    rolled = what == "rolled" and path.name in DATA
    return _told(folder, path, f"column {name} {what}", values=rolled)


def picture(folder: Path, rng: Rng) -> Done:
    path = folder / DATA
    table = pq.read_table(path)
    name = _pick(rng, [n for n in table.column_names if n.startswith("observation.images")])
    values, row = table.column(name).to_pylist(), int(rng.integers(len(table)))
    data = values[row]["bytes"]
    what = _pick(rng, list(_PICTURES))
    values[row] = _PICTURES[what](data, rng)
    field = table.schema.field(name)
    at = table.column_names.index(name)
    pq.write_table(table.set_column(at, field, pa.array(values, field.type)), path)
    return _told(
        folder, path, f"{name}[{row}] {what}", values=what in ("JPEG", "grey", "palette", "white")
    )


def _drawn(mode: str, size: int = 16, kind: str = "PNG") -> Callable[[bytes, Rng], Any]:
    def make(data: bytes, rng: Rng) -> Any:
        file = io.BytesIO()
        image = Image.open(io.BytesIO(data)).resize((size, size))
        image = Image.new(mode, (size, size), 60_000) if "I" in mode else image.convert(mode)
        image.save(file, kind)
        return {"bytes": file.getvalue(), "path": None}

    return make


_PICTURES: dict[str, Callable[[bytes, Rng], Any]] = {
    "of 16 bits": _drawn("I;16"), "grey": _drawn("L"), "palette": _drawn("P"),
    "transparent": _drawn("RGBA"), "small": _drawn("RGB", 8), "JPEG": _drawn("RGB", 16, "JPEG"),
    "white": lambda d, r: _drawn("RGB")(Image_white, r),
    "no picture": lambda d, r: {"bytes": r.bytes(50), "path": None},
    "cut": lambda d, r: {"bytes": d[: int(r.integers(len(d)))], "path": None},
    "flipped": lambda d, r: {"bytes": _flipped(d, r), "path": None},
    "a path": lambda d, r: {"bytes": None, "path": "there.png"},
    "none": lambda d, r: None,
}  # fmt: skip


def _flipped(data: bytes, rng: Rng) -> bytes:
    changed = bytearray(data)
    changed[int(rng.integers(8, len(data) - 12))] ^= 1 << int(rng.integers(8))
    return bytes(changed)


def _white() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (16, 16), (255, 255, 255)).save(file, "PNG")
    return file.getvalue()


Image_white = _white()
MUTATIONS = (flip, flip, blank, cut, lengthen, replace, json_value, json_value, json_text, cell,
             cell, cell, rows, rows, column, picture, picture)  # fmt: skip
