from pathlib import Path

from episodes.replacing import replacing
from learning.curves import PLOT, TABLE, Curves


def test_rows_behind_the_checkpoint_are_dropped_and_cells_may_be_empty(tmp_path: Path) -> None:
    curves = Curves(tmp_path, replacing)
    curves.add({"step": 10, "seconds": 1.0, "loss": 0.123456})
    curves.add({"step": 20, "seconds": 2.0, "loss": 0.1, "val_mm": 3.0})
    curves.add({"step": 30, "seconds": 3.0, "loss": float("nan")})
    curves.write()
    head, *rows = (tmp_path / TABLE).read_text().splitlines()
    assert head == "step,seconds,loss,val_mm"
    assert rows == ["10,1,0.123456,", "20,2,0.1,3", "30,3,nan,"]
    resumed = Curves(tmp_path, replacing, 20)
    assert resumed.rows == curves.rows[:2]
    assert Curves(tmp_path, replacing).rows == []


def test_they_are_drawn(tmp_path: Path) -> None:
    curves = Curves(tmp_path, replacing)
    for step in range(5):
        curves.add({"step": step, "seconds": step, "loss": 1.0 / (1 + step), "gate": step - 2.0})
    curves.draw()
    assert (tmp_path / PLOT).stat().st_size > 1000
