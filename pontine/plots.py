"""Pictures of numbers: the curves of a training run."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

CURVES = "curves.csv"
ACROSS = ("minutes", "step", "epoch")  # what may stand on the horizontal axis, best first
VALIDATION = "val_"


class CurvesError(ValueError):
    """A training run's folder holds no curves that can be drawn; the message says why."""


def curves(folder: Path | str) -> Path:
    """Draw `folder`/curves.csv into `folder`/curves.png, one panel per quantity.

    A column `x` and its `val_x` share a panel. Empty cells are left out of the line.

    Returns:
        The picture's path.

    Raises:
        CurvesError: no such file, no rows yet, or a cell that is no number.
    """
    table = read_curves(Path(folder) / CURVES)
    axis = next((name for name in ACROSS if name in table), "")
    across = table[axis] if axis else np.arange(len(next(iter(table.values()))))
    panels: dict[str, dict[str, np.ndarray]] = {}
    for name, values in table.items():
        if name not in ACROSS:
            kind = "validation" if name.startswith(VALIDATION) else "training"
            panels.setdefault(name.removeprefix(VALIDATION), {})[kind] = values
    figure = _figure(panels, across, axis or "row")
    path = Path(folder) / "curves.png"
    FigureCanvasAgg(figure).print_png(path)
    return path


def read_curves(path: Path) -> dict[str, np.ndarray]:
    """Columns of a curves file by name, NaN where a cell is empty. Raises CurvesError."""
    try:
        with path.open(newline="") as file:
            rows = list(csv.DictReader(file))
    except FileNotFoundError:
        raise CurvesError(f"{path}: no such file; train first, or name another folder") from None
    if not rows:
        raise CurvesError(f"{path}: no rows yet; the first comes with the first validation")
    try:
        return {name: np.array([float(row[name] or "nan") for row in rows]) for name in rows[0]}
    except (TypeError, ValueError) as error:
        raise CurvesError(f"{path}: a cell is not a number ({error})") from None


def _figure(
    panels: Mapping[str, Mapping[str, np.ndarray]], across: Sequence[float] | np.ndarray, axis: str
) -> Figure:
    columns = 1 if len(panels) == 1 else 2 if len(panels) <= 4 else 3
    rows = -(-len(panels) // columns)
    figure = Figure(figsize=(4.2 * columns, 2.4 * rows), dpi=100, layout="constrained")
    for place, (name, lines) in enumerate(panels.items(), start=1):
        axes = figure.add_subplot(rows, columns, place)
        for kind, colour in (("training", "tab:blue"), ("validation", "tab:orange")):
            if kind in lines:
                known = np.isfinite(lines[kind])
                axes.plot(
                    np.asarray(across)[known], lines[kind][known], colour, label=kind, lw=1.3,
                    marker="." if known.sum() < 30 else "",
                )  # fmt: skip
        axes.set_title(name.replace("_", " "), fontsize=9)
        axes.set_xlabel(axis, fontsize=8)
        axes.tick_params(labelsize=7)
        axes.grid(alpha=0.3)
        if len(lines) > 1:
            axes.legend(fontsize=7, frameon=False)
    return figure
