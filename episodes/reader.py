"""Reading a LeRobot v3 data set in image mode, whoever wrote it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from episodes import files, layout, png
from episodes.errors import DamagedFileError, LayoutError, MissingFileError
from episodes.features import Feature, from_arrow, from_info
from episodes.files import RESTORE
from episodes.stats import Stats, from_lists


@dataclass(frozen=True)
class Episode:
    """One episode of a data set.

    Attributes:
        index: its number in the data set.
        key: the number under which it was recorded (the index, if LeRobot wrote it).
        task: the instruction.
        length: frames.
        start: global index of its first frame.
        file: data file, relative to the data set.
        file_start: global index of that file's first frame.
        notes: facts given when it was recorded.
    """

    index: int
    key: int
    task: str
    length: int
    start: int
    file: str
    file_start: int
    notes: dict[str, Any]


def _given(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value


class Reader:
    """Random access to the episodes and frames of a data set.

    Raises:
        MissingFileError, DamagedFileError, LayoutError: naming the file and a remedy.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        info = files.read_json(self.folder / layout.INFO)
        try:
            if not str(info["codebase_version"]).startswith("v3."):
                raise LayoutError(
                    self.folder / layout.INFO, f"is of version {info['codebase_version']}",
                    "convert it with LeRobot's convert_dataset_v21_to_v30",
                )  # fmt: skip
            self.info: dict[str, Any] = info
            self.features: dict[str, Feature] = from_info(info["features"])
            self.fps: int = info["fps"]
        except KeyError as error:
            raise LayoutError(self.folder / layout.INFO, f"lacks {error}", RESTORE) from error
        for name, feature in self.features.items():
            if feature.dtype in ("video", "string"):
                raise LayoutError(
                    self.folder / layout.INFO, f"{name} is stored as {feature.dtype}",
                    "record images (use_videos=False) and numbers only",
                )  # fmt: skip
        self._files: dict[str, tuple[pq.ParquetFile, NDArray[np.int64]]] = {}

    def __len__(self) -> int:
        return self.episodes[-1].start + self.episodes[-1].length if self.episodes else 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for episode in self.episodes:
            yield self.episode(episode.index) | {"task": episode.task}

    @cached_property
    def tasks(self) -> list[str]:
        """Instructions by task_index."""
        return layout.read_tasks(self.folder / layout.TASKS)

    @cached_property
    def stats(self) -> Stats:
        """The data set's statistics; see :mod:`episodes.stats`."""
        return from_lists(files.read_json(self.folder / layout.STATS))

    @cached_property
    def episodes(self) -> list[Episode]:
        """All episodes by index."""
        path = self.folder / layout.EPISODES
        rows = self._meta(stats=False).to_pylist()
        episodes: list[Episode] = []
        starts: dict[str, int] = {}
        try:
            for row in sorted(rows, key=lambda row: row["episode_index"]):
                file = self.info["data_path"].format(
                    chunk_index=row["data/chunk_index"], file_index=row["data/file_index"]
                )
                start = row["dataset_from_index"]
                notes = {
                    name.removeprefix(layout.NOTE): value
                    for name, value in row.items()
                    if name.startswith(layout.NOTE)
                }
                episodes.append(
                    Episode(
                        index=row["episode_index"],
                        key=_given(row.get(layout.KEY), row["episode_index"]),
                        task=row["tasks"][0],
                        length=row["length"],
                        start=start,
                        file=file,
                        file_start=starts.setdefault(file, start),
                        notes=notes,
                    )
                )
        except (KeyError, IndexError, TypeError) as error:
            raise LayoutError(path, f"lacks {error}", RESTORE) from error
        return episodes

    @cached_property
    def hash(self) -> str:
        """Identifies the data set's contents: 16 hex, from the manifest where there is one."""
        manifest = self.folder / layout.MANIFEST
        paths = [p for part in ("meta", "data") for p in (self.folder / part).rglob("*")]
        present = {
            path.relative_to(self.folder).as_posix(): path
            for path in paths
            if path.is_file() and path != manifest
        }
        if manifest.exists():
            stored = files.read_json(manifest)
            if stored["sizes"] == {name: p.stat().st_size for name, p in present.items()}:
                return files.manifest_hash(stored["files"])
        # without a manifest, or appended to by LeRobot since
        return files.manifest_hash({n: files.file_hash(p) for n, p in present.items()})

    @cached_property
    def _stats_rows(self) -> pa.Table:
        return self._meta(stats=True)

    def _meta(self, stats: bool) -> pa.Table:
        """The episodes' table: its statistics and episode_index, or all other columns."""
        paths = sorted((self.folder / "meta/episodes").glob("*/*.parquet"))
        if not paths:
            path = self.folder / layout.EPISODES
            raise MissingFileError(path, "is missing", RESTORE)
        tables = []
        for path in paths:
            parquet = layout.open_parquet(path)
            names = parquet.schema_arrow.names
            kept = [n for n in names if n.startswith("stats/") == stats or n == "episode_index"]
            try:
                tables.append(parquet.read(columns=kept).select(kept))
            except (pa.ArrowException, OSError) as error:
                raise DamagedFileError(path, f"cannot be read ({error})", RESTORE) from error
        return pa.concat_tables(tables, promote_options="permissive")

    def episode_stats(self, index: int) -> Stats:
        """Stored statistics of one episode."""
        rows = self._stats_rows.column("episode_index").to_numpy()
        row = self._stats_rows.slice(int(np.flatnonzero(rows == index)[0]), 1)
        stats: Stats = {}
        for column in row.column_names:
            if column.startswith("stats/"):
                _, name, kind = column.split("/")
                stats.setdefault(name, {})[kind] = np.array(row.column(column)[0].as_py())
        return stats

    def table(self, index: int, columns: Sequence[str] | None = None) -> pa.Table:
        """The rows of one episode as stored; images as {bytes, path}."""
        episode = self.episodes[index]
        first = episode.start - episode.file_start
        return self._rows(episode.file, first, first + episode.length, columns)

    def episode(self, index: int, columns: Sequence[str] | None = None) -> dict[str, NDArray[Any]]:
        """One episode's columns (all, or those named): (T, *shape), scalars (T,), images uint8."""
        return self._arrays(index, self.table(index, columns))

    def frame(self, index: int, columns: Sequence[str] | None = None) -> dict[str, NDArray[Any]]:
        """The frame of a global index: (*shape) each."""
        starts = [episode.start for episode in self.episodes]
        if not 0 <= index < len(self):
            raise IndexError(f"frame {index} of {len(self)}")
        episode = self.episodes[int(np.searchsorted(starts, index, side="right")) - 1]
        first = index - episode.file_start
        table = self._rows(episode.file, first, first + 1, columns)
        return {name: v[0] for name, v in self._arrays(episode.index, table).items()}

    def column(self, name: str) -> NDArray[Any]:
        """A numeric column over all frames (N, *shape), scalars (N,)."""
        parts = []
        for file in dict.fromkeys(episode.file for episode in self.episodes):
            rows = int(self._open(file)[1][-1])
            parts.append(self._numbers(file, name, self._rows(file, 0, rows, [name]).column(name)))
        return np.concatenate(parts)

    def encoded(self, index: int, name: str) -> list[bytes]:
        """The image files' bytes of one episode, T of them."""
        return self._encoded(self.episodes[index].file, self.table(index, [name]).column(name))

    def _arrays(self, index: int, table: pa.Table) -> dict[str, NDArray[Any]]:
        file = self.episodes[index].file
        arrays = {}
        for name in table.column_names:
            if self.features[name].is_image:
                encoded = self._encoded(file, table.column(name))
                arrays[name] = np.stack([self.decode(file, name, data) for data in encoded])
            else:
                arrays[name] = self._numbers(file, name, table.column(name))
        return arrays

    def decode(self, file: str, name: str, data: bytes) -> png.Pixels:
        """Decode one image of a data file, checking its shape."""
        path = self.folder / file
        try:
            image = png.decode(data)
        except OSError as error:
            raise DamagedFileError(path, f"{name}: {error}", RESTORE) from error
        if image.shape != self.features[name].shape:
            problem = f"{name}: an image is {image.shape}, not {self.features[name].shape}"
            raise LayoutError(path, problem, RESTORE)
        return image

    def _encoded(self, file: str, column: pa.ChunkedArray) -> list[bytes]:
        data = [item and item["bytes"] for item in column.to_pylist()]
        if any(not item for item in data):
            raise DamagedFileError(self.folder / file, "an image has no bytes", RESTORE)
        return data

    def _numbers(self, file: str, name: str, column: pa.ChunkedArray) -> NDArray[Any]:
        try:
            return from_arrow(self.features[name], column)
        except ValueError as error:
            path = self.folder / file
            raise LayoutError(path, f"{name}: {error}", RESTORE) from error

    def _open(self, file: str) -> tuple[pq.ParquetFile, NDArray[np.int64]]:
        """The open file and the row at which each of its row groups ends."""
        if file not in self._files:
            parquet = layout.open_parquet(self.folder / file)
            groups = range(parquet.num_row_groups)
            sizes = [parquet.metadata.row_group(group).num_rows for group in groups]
            self._files[file] = parquet, np.cumsum(sizes)
        return self._files[file]

    def _rows(self, file: str, first: int, last: int, columns: Sequence[str] | None) -> pa.Table:
        parquet, ends = self._open(file)
        path = self.folder / file
        if not len(ends) or last > ends[-1]:
            raise LayoutError(path, f"holds fewer than {last} frames", RESTORE)
        names = list(columns) if columns is not None else list(self.features)
        groups = range(
            int(np.searchsorted(ends, first, side="right")),
            int(np.searchsorted(ends, last, side="left")) + 1,
        )
        try:
            table = parquet.read_row_groups(list(groups), columns=names)
            before = int(ends[groups[0] - 1]) if groups[0] else 0
            return table.select(names).slice(first - before, last - first)
        except KeyError as error:
            raise LayoutError(path, f"lacks the column {error}", RESTORE) from error
        except (pa.ArrowException, OSError) as error:
            raise DamagedFileError(path, f"cannot be read ({error})", RESTORE) from error
