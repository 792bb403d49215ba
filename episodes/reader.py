"""Reading a LeRobot v3 data set in image mode, whoever wrote it."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from episodes import episode_table, files, layout, manifest, png
from episodes.damage import Finding
from episodes.episode_table import Episode
from episodes.errors import DamageError, LayoutError
from episodes.features import ColumnError, Feature, encoded, from_arrow
from episodes.files import RESTORE
from episodes.info import read_info
from episodes.stats import Stats


class Reader:
    """Random access to the episodes and frames of a data set.

    It trusts what it reads; :func:`episodes.check.check` tells whether that is right.

    Raises:
        DatasetError: a subclass names the file and a remedy.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self.info = read_info(self.folder)
        self.features: dict[str, Feature] = self.info.features
        self.fps = self.info.fps
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
        found = files.read_json_object(self.folder / layout.STATS)
        return {
            name: {kind: episode_table.as_array(value) for kind, value in entry.items()}
            for name, entry in found.items()
            if isinstance(entry, dict)
        }

    @cached_property
    def parsed(self) -> tuple[list[Episode], list[Finding]]:
        """The episodes by index, and what is wrong with their table."""
        return episode_table.parse(
            self.folder, self.info, episode_table.read(self.folder, stats=False)
        )

    @property
    def episodes(self) -> list[Episode]:
        """All episodes by index."""
        episodes, findings = self.parsed
        if findings:
            raise DamageError(self.folder, findings)
        return episodes

    @cached_property
    def hash(self) -> str:
        """Identifies the data set's contents: 16 hex, from the manifest where there is one."""
        return manifest.data_hash(self.folder)

    @cached_property
    def _stats_rows(self) -> tuple[pa.Table, dict[int, int]]:
        table = episode_table.read(self.folder, stats=True)
        numbers = table.column("episode_index").to_pylist()
        return table, {number: row for row, number in enumerate(numbers)}

    def episode_stats(self, index: int) -> Stats:
        """Stored statistics of one episode."""
        table, rows = self._stats_rows
        return episode_table.stats_of(table, rows[index])

    def table(self, index: int, columns: Sequence[str] | None = None) -> pa.Table:
        """The rows of one episode as stored; images as {bytes, path}."""
        episode = self.episodes[index]
        first = episode.start - episode.file_start
        return self.rows(episode.file, first, first + episode.length, columns)

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
        table = self.rows(episode.file, first, first + 1, columns)
        return {name: v[0] for name, v in self._arrays(episode.index, table).items()}

    def column(self, name: str) -> NDArray[Any]:
        """A numeric column over all frames (N, *shape), scalars (N,)."""
        parts = []
        for file in dict.fromkeys(episode.file for episode in self.episodes):
            rows = int(self._open(file)[1][-1])
            parts.append(self._numbers(file, name, self.rows(file, 0, rows, [name]).column(name)))
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
        try:
            return png.decode(data, self.features[name].shape)
        except OSError as error:
            raise layout.unreadable(self.folder / file, f"{name}: a picture {error}") from error

    def _encoded(self, file: str, column: pa.ChunkedArray) -> list[bytes]:
        try:
            return encoded(column)
        except ColumnError as error:
            raise layout.unreadable(self.folder / file, f"a picture {error}") from error

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

    def rows(
        self, file: str, first: int, last: int, columns: Sequence[str] | None = None
    ) -> pa.Table:
        """Rows `first` to `last` of a data file as stored, all columns or those named."""
        parquet, ends = self._open(file)
        path = self.folder / file
        if not len(ends) or last > ends[-1]:
            raise LayoutError(path, f"holds fewer than {last} frames", RESTORE)
        names = list(columns) if columns is not None else list(self.features)
        groups = range(
            int(np.searchsorted(ends, first, side="right")),
            int(np.searchsorted(ends, last, side="left")) + 1,
        )
        before = int(ends[groups[0] - 1]) if groups[0] else 0
        table = layout.read_columns(path, parquet, names, groups)
        return table.slice(first - before, last - first)
