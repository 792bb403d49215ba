"""Training figures kept as a table and drawn as curves."""

import csv
from pathlib import Path

from episodes.replacing import replacing

Row = dict[str, float]


class Curves:
    """Rows of figures in `folder`/training.csv; a row's empty cells are not drawn.

    Rows after `step` (from a run that was cut off) are dropped on resuming.
    """

    def __init__(self, folder: Path, step: int = 0) -> None:
        self.path = folder / "training.csv"
        self.rows: list[Row] = []
        if step and self.path.exists():
            with self.path.open(encoding="utf-8") as file:
                for row in csv.DictReader(file):
                    kept = {key: float(value) for key, value in row.items() if value}
                    if kept["step"] <= step:
                        self.rows.append(kept)

    def add(self, row: Row) -> None:
        """Append one row; "step" is required."""
        self.rows.append(row)

    def write(self) -> None:
        """Write the table and training.png beside it."""
        names = list(dict.fromkeys(name for row in self.rows for name in row))
        with (
            replacing(self.path) as partial,
            partial.open("w", newline="", encoding="utf-8") as file,
        ):
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows(self.rows)
        self._draw([name for name in names if name not in ("step", "seconds")])

    def _draw(self, names: list[str]) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

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
        figure.savefig(self.path.with_suffix(".png"), dpi=80)
