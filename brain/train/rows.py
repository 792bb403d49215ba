"""Dialogue rows: read once, tokenised once, grouped by the picture they speak of."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet
from numpy.typing import NDArray

from body import Report
from brain.prompts import encode_row
from brain.tokenizer import Vocabulary
from episodes import parallel
from learning.errors import TrainingError

COLUMNS = ("fixed_row", "instruction", "before", "report", "hand_yaw", "thought", "codes",
           "loss_thought")  # fmt: skip
SPAN = 50_000  # lessons that a process is given at a time


@dataclass
class Rows:
    """N tokenised rows.

    Attributes:
        tokens: all rows' ids, one after another (int32).
        start: (N + 1,) where each row begins in `tokens`.
        head, thought: (N,) lengths of the prompt and of `<think>` ... `</think>`.
        loss_thought: (N,) False where the thought is given and only the codes are learnt.
        picture: (N,) index into the cache's `fixed`.
    """

    tokens: NDArray[np.int32]
    start: NDArray[np.int64]
    head: NDArray[np.int32]
    thought: NDArray[np.int32]
    loss_thought: NDArray[np.bool_]
    picture: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.head)

    def of(self, row: int) -> NDArray[np.int32]:
        """The ids of one row."""
        return self.tokens[self.start[row] : self.start[row + 1]]

    def by_picture(self) -> dict[int, NDArray[np.int64]]:
        """Picture -> its rows."""
        order = np.argsort(self.picture, kind="stable")
        pictures, first = np.unique(self.picture[order], return_index=True)
        return dict(zip(pictures.tolist(), np.split(order, first[1:]), strict=True))


def join(*parts: Rows) -> Rows:
    """The rows of all, each part's numbered on from those before."""
    ends = np.cumsum([part.start[-1] for part in parts])
    starts = [part.start[1:] + end - part.start[-1] for part, end in zip(parts, ends, strict=True)]
    return Rows(
        np.concatenate([part.tokens for part in parts]),
        np.concatenate([np.zeros(1, np.int64), *starts]),
        *(np.concatenate([getattr(part, name) for part in parts])
          for name in ("head", "thought", "loss_thought", "picture")),
    )  # fmt: skip


def texts(dialogues: Path) -> list[str]:
    """The distinct instructions, thoughts before and thoughts: the corpus of the tokenizer."""
    table = parquet.read_table(dialogues, columns=["instruction", "before", "thought"])
    seen: dict[str, None] = {}
    for name in table.column_names:
        seen.update(dict.fromkeys(table[name].unique().to_pylist()))
    return [text for text in seen if text]


def read_rows(dialogues: Path, vocabulary: Vocabulary, workers: int = 1) -> Rows:
    """Tokenise `dialogues.parquet` in `workers` processes.

    Raises:
        TrainingError: a column is missing, or there are no dialogues.
    """
    schema = parquet.read_schema(dialogues)
    if absent := [name for name in COLUMNS if name not in schema.names]:
        raise TrainingError(f"{dialogues}: columns {absent} are missing; write it again")
    spans = range(0, parquet.read_metadata(dialogues).num_rows, SPAN)
    if not spans:
        raise TrainingError(f"{dialogues} holds no dialogues; collect episodes, and write it again")
    work = partial(_tokenised, dialogues, vocabulary)
    label = f"tokenise, {SPAN} lessons each"
    parts = dict(parallel.run(work, spans, workers, label, progress=len(spans) > 1))
    return join(*(parts.pop(first) for first in spans))


def _tokenised(dialogues: Path, vocabulary: Vocabulary, first: int) -> tuple[int, Rows]:
    table = parquet.read_table(dialogues, columns=list(COLUMNS)).slice(first, SPAN)
    return first, tokenise(table.to_pydict(), vocabulary)


def tokenise(table: dict[str, Sequence], vocabulary: Vocabulary) -> Rows:
    """Tokenise a table of columns :data:`COLUMNS` held in memory."""
    known: dict[tuple[str, str, int, str], tuple[list[int], list[int]]] = {}
    yaws = [vocabulary.id(f"<yaw_{i}>") for i in range(48)]
    count = len(table["fixed_row"])
    flat: list[int] = []
    start = np.zeros(count + 1, np.int64)
    head, thought = np.zeros(count, np.int32), np.zeros(count, np.int32)
    for i in range(count):
        key = (table["instruction"][i], table["before"][i], int(table["report"][i]),
               table["thought"][i])  # fmt: skip
        yaw = float(table["hand_yaw"][i])
        if key not in known:  # the yaw token ends the prompt, so the rest can be shared
            first, middle, _ = encode_row(vocabulary, key[0], key[1], Report(key[2]), 0.0, key[3],
                                          ())  # fmt: skip
            known[key] = (first[:-1], middle)
        first, middle = known[key]
        yaw_index = int(((yaw + np.pi / 2) % np.pi) / np.pi * 48) % 48
        codes = [vocabulary.acts[int(code)] for code in table["codes"][i]]
        flat += [*first, yaws[yaw_index], *middle, *codes, vocabulary.end]
        head[i], thought[i] = len(first) + 1, len(middle)
        start[i + 1] = len(flat)
    return Rows(
        np.array(flat, np.int32), start, head, thought,
        np.asarray(table["loss_thought"], bool), np.asarray(table["fixed_row"], np.int64),
    )  # fmt: skip
