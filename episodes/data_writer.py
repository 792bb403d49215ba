"""The files of a LeRobot v3 data set, written one episode after the other."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from episodes import files, layout, manifest
from episodes.errors import LayoutError
from episodes.features import RESERVED, Features, arrow_schema, to_info
from episodes.stats import Stats, aggregate, numeric_stats, to_lists


@dataclass(frozen=True)
class EpisodeSource:
    """One episode to be written.

    Attributes:
        key: its number among recordings.
        tasks: its instructions, mostly one.
        notes: facts about it.
        stats: of every feature but LeRobot's own.
        table: its T rows.
        said: (T,) which of `tasks` each frame names; None: the first.
    """

    key: int
    tasks: tuple[str, ...]
    notes: dict[str, Any]
    stats: Stats
    table: pa.Table
    said: NDArray[np.int64] | None = None


class DataWriter:
    """Appends episodes to size-limited data files and collects the meta folder's contents."""

    def __init__(self, folder: Path, features: Features, file_mb: float) -> None:
        self.folder, self.file_mb = folder, file_mb
        self.features = {**features, **RESERVED}
        self.schema = arrow_schema(self.features)
        self.tasks: dict[str, int] = {}
        self.rows: list[dict[str, Any]] = []
        self.stats: dict[str, list[Any]] = {name: [] for name in self.features}
        self.frames = 0
        self.files: list[Path] = []
        self.writer: pq.ParquetWriter | None = None
        self.written = 0
        images = [name for name, feature in self.features.items() if feature.is_image]
        self.plain = [n for n, f in self.features.items() if not f.is_image]
        # PNG does not shrink further: store it as it is
        self.compression = {f"{name}.bytes": "none" for name in images}

    def add(self, source: EpisodeSource) -> None:
        length, index = source.table.num_rows, len(self.rows)
        tasks = np.array([self.tasks.setdefault(t, len(self.tasks)) for t in source.tasks])
        filled = {
            "episode_index": np.full(length, index),
            "index": np.arange(self.frames, self.frames + length),
            "task_index": np.full(length, tasks[0]) if source.said is None else tasks[source.said],
        }
        columns = [
            pa.array(filled[name]) if name in filled else source.table.column(name)
            for name in self.features
        ]
        stats = source.stats | {name: numeric_stats(v) for name, v in filled.items()}
        stats = {name: stats[name] for name in self.features}
        table = pa.table(columns, schema=self.schema)
        self._write(table)
        file = len(self.files) - 1
        row: dict[str, Any] = {
            "episode_index": index,
            "tasks": list(source.tasks),
            "length": length,
            "data/chunk_index": file // layout.CHUNKS_SIZE,
            "data/file_index": file % layout.CHUNKS_SIZE,
            "dataset_from_index": self.frames,
            "dataset_to_index": self.frames + length,
        }
        for name, entry in to_lists(stats).items():
            row |= {f"stats/{name}/{kind}": value for kind, value in entry.items()}
            self.stats[name].append(stats[name])
        row |= {"meta/episodes/chunk_index": 0, "meta/episodes/file_index": 0}
        row |= {layout.KEY: source.key}
        row |= {f"{layout.NOTE}{name}": value for name, value in source.notes.items()}
        if self.rows and row.keys() != self.rows[0].keys():
            raise LayoutError(
                self.folder, f"episode {source.key} carries the notes {sorted(source.notes)}, "
                "others do not", "give every episode the same notes",
            )  # fmt: skip
        self.rows.append(row)
        self.frames += length

    def _write(self, table: pa.Table) -> None:
        size = table.nbytes
        if self.writer is None or self.written + size > self.file_mb * 2**20:
            self._close_file()
            path = self.folder / layout.data_path(len(self.files))
            path.parent.mkdir(parents=True, exist_ok=True)
            self.writer = pq.ParquetWriter(
                path, self.schema, use_dictionary=self.plain, write_statistics=self.plain,
                compression={name: "snappy" for name in self._leaves()} | self.compression,
                write_page_checksum=True,
            )  # fmt: skip
            self.files.append(path)
            self.written = 0
        self.writer.write_table(table, row_group_size=len(table))
        self.written += size

    def _leaves(self) -> list[str]:
        """Parquet's names of the numeric columns' leaves."""
        leaves = []
        for name, feature in self.features.items():
            if not feature.is_image:
                depth = 0 if feature.shape == (1,) else len(feature.shape)
                leaves.append(name + ".list.element" * depth)
        return leaves

    def _close_file(self) -> None:
        if self.writer is not None:
            self.writer.close()
            self.writer = None

    def close(self, fps: float, robot_type: str) -> None:
        """Write the meta folder."""
        self._close_file()
        info = {
            "codebase_version": layout.VERSION,
            "robot_type": robot_type,
            "total_episodes": len(self.rows),
            "total_frames": self.frames,
            "total_tasks": len(self.tasks),
            "chunks_size": layout.CHUNKS_SIZE,
            "data_files_size_in_mb": max(1, round(self.file_mb)),
            "video_files_size_in_mb": 200,
            "fps": fps,
            "splits": {"train": f"0:{len(self.rows)}"},
            "data_path": layout.DATA_PATH,
            "video_path": None,
            "features": to_info(self.features),
        }
        files.write_json(self.folder / layout.INFO, info)
        stats = {name: aggregate(entries) for name, entries in self.stats.items()}
        files.write_json(self.folder / layout.STATS, to_lists(stats))
        layout.write_tasks(self.folder / layout.TASKS, list(self.tasks))
        path = self.folder / layout.EPISODES
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(self.rows), path, compression="snappy",
                       write_page_checksum=True)  # fmt: skip
        manifest.write(self.folder)
