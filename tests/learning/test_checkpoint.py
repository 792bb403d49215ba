from pathlib import Path
from typing import Any

import pytest
import torch

from episodes.replacing import replacing
from learning.checkpoint import finite, load, save
from learning.errors import CheckpointError, TrainingStoppedError


def state(step: int, value: float = 1.0) -> dict[str, Any]:
    weights = [{"a": torch.full((3,), value)}]
    return {"step": step, "weights": weights, "figures": {"loss": float("nan")}}


def test_the_newest_good_checkpoint_is_gone_on_from(tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "checkpoint.pt"
    assert load(file) is None
    for step in (1, 2, 3):
        save(file, state(step), replacing)
    assert load(file, ["step"])["step"] == 3  # type: ignore[index]
    with pytest.raises(TrainingStoppedError, match="no checkpoint was written"):
        save(file, state(4, float("nan")), replacing)
    assert load(file)["step"] == 3  # type: ignore[index]
    for damaged in (None, state(4, float("inf")), {"step": 4}):
        torch.save(damaged, file) if damaged else file.write_bytes(b"")
        assert load(file, ["weights"])["step"] == 2  # type: ignore[index]
        assert "going on from the one before" in capsys.readouterr().out
    file.unlink()  # killed between two renames
    assert load(file)["step"] == 2  # type: ignore[index]
    (tmp_path / "checkpoint.pt.before").write_bytes(b"PK")
    with pytest.raises(CheckpointError, match="delete these files"):
        load(file)


def test_one_number_that_is_none_is_found_wherever_it_is() -> None:
    assert finite({"a": [1.0, torch.ones(2), "text", None], "b": (3,)})
    for nested in ({"a": [float("inf")]}, [{"b": torch.tensor([0.0, float("nan")])}]):
        assert not finite(nested)
