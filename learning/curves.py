"""Training figures kept as a table and drawn as curves."""

import csv
from pathlib import Path

from learning.checkpoint import Replacing

TABLE, PLOT = "training.csv", "training.png"
Row = dict[str, float]


class Curves:
    """Rows of figures in `folder`/training.csv; a row's empty cells are not drawn.

    Args:
        folder: of the table and of training.png.
        replacing: how a file is written that is never found half.
        step: rows after it (of a run that was cut off) are dropped: they come again.
    """

    def __init__(self, folder: Path, replacing: Replacing, step: int = 0) -> None:
        self.path, self._replacing = folder / TABLE, replacing
        self.rows: list[Row] = []
        if step and self.path.exists():
            with self.path.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    kept = {key: float(value) for key, value in row.items() if value}
                    if kept["step"] <= step:
                        self.rows.append(kept)

    def add(self, row: Row) -> None:
        """Append one row; "step" is required."""
        self.rows.append(row)

    def write(self) -> None:
        """Write the table."""
        with (
            self._replacing(self.path) as partial,
            partial.open("w", newline="", encoding="utf-8") as file,
        ):
            writer = csv.DictWriter(file, self._names())
            writer.writeheader()
            writer.writerows({name: f"{value:.9g}" for name, value in row.items()}
                             for row in self.rows)  # fmt: skip

    def draw(self) -> None:
        """Draw every column over the steps."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        names = [name for name in self._names() if name not in ("step", "seconds")]
        columns = 3
        lines = max(1, -(-len(names) // columns))
        figure = Figure(figsize=(4 * columns, 2.6 * lines), layout="constrained")
        FigureCanvasAgg(figure)
        for place, name in enumerate(names):
            axes = figure.add_subplot(lines, columns, place + 1)
            points = [(row["step"], row[name]) for row in self.rows if name in row]
            axes.plot(*zip(*points, strict=True))
            axes.set_title(name)
            axes.grid(alpha=0.3)
            if all(value > 0 for _, value in points):
                axes.set_yscale("log")
        figure.savefig(self.path.with_name(PLOT), dpi=80)

    def _names(self) -> list[str]:
        return list(dict.fromkeys(name for row in self.rows for name in row))
