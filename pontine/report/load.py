"""Results of an evaluation as they lie in its folder."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pontine.evaluation.log import EvaluationError, Row, read_rows
from pontine.evaluation.schema import validate


@dataclass(frozen=True, eq=False)
class Run:
    """One evaluation: `results` as in results.json, `rows` by key as in episodes.jsonl."""

    folder: Path
    results: dict[str, Any]
    rows: dict[str, Row]

    @property
    def name(self) -> str:
        return self.folder.name


def load(folder: Path) -> Run:
    """Read `folder`.

    Raises:
        EvaluationError: a file is missing, damaged, or of another schema; names it and the remedy.
    """
    results = _json(folder / "results.json")
    validate(results, f"{folder}/results.json")
    log = folder / "episodes.jsonl"
    try:
        rows, end = read_rows(log)
        torn = end < log.stat().st_size
    except OSError as error:
        raise EvaluationError(f"{log}: {error.strerror}; run the evaluation again") from error
    if torn:
        raise EvaluationError(
            f"{log} is damaged at its end; run the same evaluation again: it repairs the last line"
        )
    return Run(folder, results, {row["key"]: row for row in rows[1:]})


def _json(path: Path) -> dict[str, Any]:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise EvaluationError(
            f"{path}: {error.strerror}; name a folder that `pontine eval --out` has finished"
        ) from error
    except json.JSONDecodeError as error:
        raise EvaluationError(f"{path} is damaged ({error}); run the evaluation again") from error
    if not isinstance(read, dict):
        raise EvaluationError(f"{path} is not the results of an evaluation; run it again")
    return read
