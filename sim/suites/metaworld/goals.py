"""MT50's own fifty goals a task, which protocol P2 draws from.

Making them takes half a minute, for MT50 draws all of them from one generator; so they are kept.
`make metaworld` makes them.
"""

import os
import pickle
import sys
from pathlib import Path

import numpy as np

from body.contract.arrays import Array
from sim.suites.metaworld.catalogue import SuiteError, package, tasks
from sim.suites.metaworld.protocol import P2

FOLDER = Path(sys.prefix) / "share" / "pontine"


def make(seed: int) -> Path:
    """Draw them and keep them; returns the file."""
    benchmark = package().MT50(seed=seed)
    found: dict[str, list[Array]] = {name: [] for name in tasks()}
    for task in benchmark.train_tasks:
        found[task.env_name].append(pickle.loads(task.data)["rand_vec"])
    path = _path(seed)
    part = path.with_suffix(".part.npz")
    np.savez(part, **{name: np.stack(vectors) for name, vectors in found.items()})  # type: ignore[arg-type]
    os.replace(part, path)
    return path


def load(seed: int, task: str) -> Array:
    """(50, 3) or (50, 6) m: where goal and object of `task` may be.

    Raises:
        SuiteError: they have not been made.
    """
    try:
        with np.load(_path(seed)) as kept:
            vectors: Array = kept[task]
    except OSError as error:
        raise SuiteError(f"{_path(seed)}: {error.strerror}; run `make metaworld`") from error
    return vectors


def main() -> None:
    """Once an installation (`make metaworld`): the goals of protocol P2."""
    print(f"{make(P2.goals or 0)} written")


def _path(seed: int) -> Path:
    return FOLDER / f"metaworld-mt50-{seed}.npz"
