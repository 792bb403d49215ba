from pathlib import Path

import numpy as np
import pytest

from learning.errors import TrainingStoppedError
from learning.guard import guard


def test_finite_figures_pass_and_others_stop_with_what_is_at_fault(tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.pt"
    guard(file, 1, {"the loss": 0.5})
    with pytest.raises(TrainingStoppedError, match="the gradient is inf at step 7") as caught:
        guard(file, 7, {"the loss": 0.5, "the gradient": float("inf")})
    assert "learning rate" in caught.value.remedy
    batch = {"state": np.ones((4, 2)), "force": np.ones((4, 3)), "known": np.ones(4, bool)}
    with pytest.raises(TrainingStoppedError, match="its batch is finite"):
        guard(file, 7, {"the loss": float("nan")}, batch)
    batch["force"][2, 1] = np.nan
    with pytest.raises(TrainingStoppedError, match="force of sample 2") as caught:
        guard(file, 7, {"the loss": float("nan")}, batch)
    assert "pontine data check" in caught.value.remedy
