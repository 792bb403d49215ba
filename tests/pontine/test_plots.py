"""Curves are read as written, drawn, and a folder without any says so."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pontine.plots import CURVES, CurvesError, curves, read_curves

TABLE = """step,minutes,loss,accuracy,val_loss
10,0.1,2.5,0.1,2.6
20,0.2,1.5,0.4,
30,0.3,1.0,0.6,1.2
"""


def test_training_and_validation_share_a_panel(tmp_path: Path) -> None:
    (tmp_path / CURVES).write_text(TABLE)
    table = read_curves(tmp_path / CURVES)
    assert table["loss"].tolist() == [2.5, 1.5, 1.0]
    assert np.isnan(table["val_loss"][1])
    picture = np.asarray(Image.open(curves(tmp_path)).convert("RGB")).astype(int)
    assert picture.shape[1] > picture.shape[0], "two panels side by side"
    coloured = np.abs(picture - picture.mean(axis=2, keepdims=True)).max(axis=2) > 40
    assert coloured.any(), "lines were drawn"


@pytest.mark.parametrize(
    ("text", "message"),
    [(None, "no such file"), ("step,loss\n", "no rows"), ("step,loss\n1,much\n", "not a number")],
)
def test_what_cannot_be_drawn_says_why(tmp_path: Path, text: str | None, message: str) -> None:
    if text is not None:
        (tmp_path / CURVES).write_text(text)
    with pytest.raises(CurvesError, match=message):
        curves(tmp_path)
