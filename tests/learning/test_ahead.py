import os
import signal
import time
from contextlib import closing
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch

from learning.ahead import ahead, naming_lost_drawers
from learning.errors import TrainingStoppedError


def batch(step: int) -> dict[str, np.ndarray]:
    return {"rows": np.random.default_rng(step).integers(0, 1000, 5)}


@pytest.mark.parametrize("first", [0, 7])
@pytest.mark.parametrize("workers", [0, 2])
def test_batches_are_those_of_their_steps_whoever_draws_them(first: int, workers: int) -> None:
    with closing(ahead(batch, first, workers)) as batches:
        for step, drawn in enumerate(islice(batches, 6), first):
            assert isinstance(drawn["rows"], np.ndarray)
            np.testing.assert_array_equal(drawn["rows"], batch(step)["rows"])


def test_an_error_of_what_draws_is_raised_where_its_batch_is_due() -> None:
    def third_fails(step: int) -> int:
        if step == 2:
            raise ValueError("no such row")
        return step

    batches = ahead(third_fails, 0)
    assert [next(batches), next(batches)] == [0, 1]
    with pytest.raises(ValueError, match="no such row"):
        next(batches)


def fatal(step: int) -> int:
    if torch.utils.data.get_worker_info().id == 1:  # type: ignore[union-attr]
        os.kill(os.getpid(), signal.SIGKILL)
    return step


def test_the_death_of_a_process_that_draws_is_named_with_a_remedy(tmp_path: Path) -> None:
    with (
        pytest.raises(
            TrainingStoppedError, match=r"draws batches ended: DataLoader worker .pid.*--workers"
        ),
        naming_lost_drawers(tmp_path),
    ):
        for _ in ahead(fatal, 0, workers=2):
            time.sleep(0.01)


def test_other_errors_stay_as_they_are(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="shapes"), naming_lost_drawers(tmp_path):
        raise RuntimeError("shapes differ")
