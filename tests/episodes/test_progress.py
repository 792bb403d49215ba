import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from episodes import progress
from episodes.progress import CheckpointError, TrainingStoppedError


def write(state: dict[str, Any], path: Path) -> None:
    path.write_bytes(pickle.dumps(state))


def read(path: Path) -> dict[str, Any]:
    return dict(pickle.loads(path.read_bytes()))


def state(step: int, value: float = 1.0) -> dict[str, Any]:
    return {"step": step, "weights": [{"a": np.full(3, value)}], "figures": {"loss": float("nan")}}


def test_finite_figures_pass_and_others_stop_with_what_is_at_fault(tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.pt"
    progress.guard(file, 1, {"the loss": 0.5})
    with pytest.raises(TrainingStoppedError, match="the gradient is inf at step 7") as caught:
        progress.guard(file, 7, {"the loss": 0.5, "the gradient": float("inf")})
    assert "learning rate" in caught.value.remedy
    batch = {"state": np.ones((4, 2)), "force": np.ones((4, 3)), "known": np.ones(4, bool)}
    with pytest.raises(TrainingStoppedError, match="its batch is finite"):
        progress.guard(file, 7, {"the loss": float("nan")}, batch)
    batch["force"][2, 1] = np.nan
    with pytest.raises(TrainingStoppedError, match="force of sample 2") as caught:
        progress.guard(file, 7, {"the loss": float("nan")}, batch)
    assert "pontine data check" in caught.value.remedy


def test_the_newest_good_checkpoint_is_gone_on_from(tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "checkpoint.pt"
    assert progress.load(file, read) is None
    for step in (1, 2, 3):
        progress.save(file, state(step), write)
    assert progress.load(file, read, ["step"])["step"] == 3  # type: ignore[index]
    with pytest.raises(TrainingStoppedError, match="no checkpoint was written"):
        progress.save(file, state(4, float("nan")), write)
    assert progress.load(file, read)["step"] == 3  # type: ignore[index]
    for damage in (b"", pickle.dumps(state(4, float("inf"))), pickle.dumps({"step": 4})):
        file.write_bytes(damage)
        assert progress.load(file, read, ["weights"])["step"] == 2  # type: ignore[index]
        assert "going on from the one before" in capsys.readouterr().out
    file.unlink()  # killed between two renames
    assert progress.load(file, read)["step"] == 2  # type: ignore[index]
    (tmp_path / "checkpoint.pt.before").write_bytes(b"PK")
    with pytest.raises(CheckpointError, match="delete these files"):
        progress.load(file, read)
