"""The plots of a report, as SVG."""

from collections.abc import Sequence
from io import StringIO
from typing import Any

import numpy as np

from pontine.evaluation.summary import WARM_UP
from pontine.report.load import Run

COLOURS = ("#2563a8", "#d9822b", "#2e8b57", "#8e44ad", "#b03a2e", "#5d6d7e", "#c2a000", "#0f7f8c")
CELL = 0.05  # m, of the map of places
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none", "svg.hashsalt": "pontine", "font.family": "sans-serif",
    "font.size": 9, "axes.spines.top": False, "axes.spines.right": False,
}  # fmt: skip


def success(runs: Sequence[Run]) -> str:
    """Success of each task and overall with 95 % Wilson intervals, a colour a run."""
    tasks = [*runs[0].results["per_task"], "overall"]
    with _Figure(6.4, 0.9 + 0.22 * len(tasks) * (1 + len(runs))) as figure:
        axes = figure.axes()
        for k, run in enumerate(runs):
            every = {**run.results["per_task"], "overall": run.results["overall"]}
            rates = np.array([every[task]["success_rate"] for task in tasks])
            ends = np.array([every[task]["ci95"] for task in tasks])
            at = np.arange(len(tasks)) + (k + 0.5) / len(runs) * 0.8 - 0.4
            spread = np.abs(ends - rates[:, None]).T
            axes.barh(at, 100 * rates, 0.7 / len(runs), color=COLOURS[k % 8], alpha=0.35)
            axes.errorbar(
                100 * rates, at, xerr=100 * spread, fmt="o", color=COLOURS[k % 8],
                markersize=4, capsize=3, label=run.name,
            )  # fmt: skip
        axes.set_yticks(range(len(tasks)), tasks)
        axes.invert_yaxis()
        axes.set(xlim=(0, 102), xlabel="success (%), 95 % Wilson interval")
        if len(runs) > 1:
            axes.legend(frameon=False, loc="lower left")
        return figure.svg()


def times(runs: Sequence[Run]) -> str:
    """Share of all episodes that had succeeded by a time."""
    with _Figure(6.4, 3.0) as figure:
        axes = figure.axes()
        for k, run in enumerate(runs):
            step = run.results["step_s"]
            seconds = sorted(step * row["steps"] for row in run.rows.values() if row["success"])
            share = 100 * np.arange(len(seconds) + 1) / max(1, len(run.rows))
            axes.step([0, *seconds], share, where="post", color=COLOURS[k % 8], label=run.name)
        axes.set(xlim=(0, None), ylim=(0, 102), xlabel="time (s)", ylabel="has succeeded (%)")
        if len(runs) > 1:
            axes.legend(frameon=False, loc="lower right")
        return figure.svg()


def places(run: Run) -> str | None:
    """Success by where the object asked for stood, in cells of 5 cm; None: no places known."""
    rows = [row for row in run.rows.values() if row.get("target")]
    if not rows:
        return None
    spots = np.array([row["target"] for row in rows])
    won = np.array([bool(row["success"]) for row in rows], float)
    x, y = (np.arange(np.floor(v.min() / CELL), np.ceil(v.max() / CELL) + 1) * CELL
            for v in spots.T)  # fmt: skip
    x, y = (edges if len(edges) > 1 else np.array([edges[0], edges[0] + CELL]) for edges in (x, y))
    count = np.histogram2d(spots[:, 0], spots[:, 1], bins=(x, y))[0]
    good = np.histogram2d(spots[:, 0], spots[:, 1], bins=(x, y), weights=won)[0]
    share = np.divide(100 * good, count, out=np.full_like(count, np.nan), where=count > 0)
    with _Figure(5.2, 4.0) as figure:
        axes = figure.axes()
        mesh = axes.pcolormesh(y, x, share, vmin=0, vmax=100, cmap="RdYlGn", alpha=0.7,
                               edgecolors="white")  # fmt: skip
        for (i, j), n in np.ndenumerate(count):
            if n:
                centre = (y[j] + CELL / 2, x[i] + CELL / 2)
                axes.text(*centre, f"{good[i, j]:.0f}/{n:.0f}", ha="center", va="center", size=7)
        axes.set(xlabel="y (m), left of the robot", ylabel="x (m), ahead of it", aspect="equal")
        axes.invert_xaxis()  # as the robot sees it
        figure.figure.colorbar(mesh, label="success (%)")
        return figure.svg()


def latency(runs: Sequence[Run], name: str, label: str) -> str | None:
    """Histogram of the wall times `name` (ms) of every tick; None: there were none."""
    found = {run.name: _ticks(run, name) for run in runs}
    known = np.concatenate(list(found.values()))
    if not len(known):
        return None
    low, high = max(known.min(), 0.05), known.max()
    edges = np.geomspace(0.9 * low, 1.1 * max(high, 1.2 * low), 60)
    with _Figure(6.4, 2.6) as figure:
        from matplotlib.ticker import LogLocator

        axes = figure.axes()
        for k, (run, values) in enumerate(found.items()):
            if len(values):
                middle = f"{run}: " * (len(runs) > 1) + f"median {np.median(values):.1f} ms"
                weights = np.full(len(values), 100 / len(values))
                axes.hist(values, edges, weights=weights, color=COLOURS[k % 8], alpha=0.6,
                          label=middle)  # fmt: skip
                axes.axvline(np.median(values), color=COLOURS[k % 8], linewidth=1)
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_formatter("")
        axes.set(xlabel=f"{label} (ms)", ylabel="of ticks (%)")
        axes.legend(frameon=False)
        return figure.svg()


def _ticks(run: Run, name: str) -> Any:
    ticks = [t for row in run.rows.values() for t in row.get(name, [])[WARM_UP:]]
    return np.array(ticks, float)


class _Figure:
    """A figure in the report's style, without a display; closed when its context ends."""

    def __init__(self, width: float, height: float) -> None:
        import matplotlib

        matplotlib.use("Agg")
        from matplotlib import pyplot

        self._pyplot = pyplot
        self._style = pyplot.rc_context(STYLE)
        self._size = (width, height)

    def __enter__(self) -> "_Figure":
        self._style.__enter__()
        self.figure = self._pyplot.figure(figsize=self._size, layout="constrained")
        return self

    def __exit__(self, *error: Any) -> None:
        self._pyplot.close(self.figure)
        self._style.__exit__(*error)

    def axes(self) -> Any:
        return self.figure.subplots()

    def svg(self) -> str:
        text = StringIO()
        self.figure.savefig(text, format="svg", metadata={"Date": None})
        return text.getvalue()
