"""Films of an evaluation's successes and failures.

Episodes are deterministic, so those to be filmed are run again. A film that is there is kept: the
first episode of other settings removes those of before.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tqdm import tqdm

from pontine.evaluation.cases import Case
from pontine.evaluation.config import EvalConfig
from pontine.evaluation.log import EvaluationError
from pontine.executor import Executor

FOLDER = "videos"


@contextmanager
def unfinished(path: Path) -> Iterator[Path]:
    """Where to film what becomes `path` if the block ends well: what is broken off is no film."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".part{path.suffix}")
    yield part
    os.replace(part, path)


def forget_films(out: Path) -> None:
    """Remove the films in an evaluation's folder."""
    for film in (out / FOLDER).glob("*.mp4"):
        film.unlink()


def films(
    config: EvalConfig,
    rows: Sequence[dict[str, Any]],
    executor: Executor[EvalConfig, Case, dict[str, Any]],
) -> list[dict[str, Any]]:
    """Film the first `config.videos` successes and failures of each task; what to say of each."""
    wanted: dict[Case, dict[str, Any]] = {}
    for task in config.tasks:
        for success in (True, False):
            match = [r for r in rows if r["task"] == task and r["success"] is success]
            for row in match[: config.videos]:
                name = f"{task}-{row['seed']}-{'success' if success else 'failure'}.mp4"
                case = Case(task, row["seed"], str(config.out / FOLDER / name))
                about = {"task": task, "seed": row["seed"], "success": success}
                wanted[case] = about | {"file": f"{FOLDER}/{name}", "failure": row["failure"]}
    missing = [case for case in wanted if not Path(case.video).exists()]
    done = executor.run(config, missing)
    try:
        for _ in tqdm(done, desc="videos", unit="video", total=len(missing), disable=not missing):
            pass
    except OSError as error:
        raise EvaluationError(
            f"{config.out / FOLDER}: {error}; the episodes are kept: free some space and run the "
            "same command again, or with --videos 0"
        ) from error
    return list(wanted.values())
