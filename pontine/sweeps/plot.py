"""Curves with intervals (many of them in a frame each), bars, or a heat map of success."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pontine.sweeps.sweep import Point, Sweep

Results = dict[str, Any]
MANY = 6  # curves that share a frame
COLUMNS = 4


def draw(sweep: Sweep, points: Sequence[Point], results: Sequence[Results], path: Path) -> None:
    """Draw `results`, one of each of `points`, into `path`."""
    plt = _pyplot()
    curves = dict.fromkeys(point.curve for point in points if point.curve != "none")
    if len(curves) > MANY:
        figure = _frames(plt, sweep, points, results, list(curves))
    else:
        figure, axes = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
        if sweep.heat:
            _map(figure, axes, sweep, points, results)
        elif any(isinstance(point.x, str) for point in points):
            _bars(axes, points, results)
        else:
            _curves(axes, sweep, points, results)
        axes.set_xlabel(sweep.x)
    figure.savefig(path, dpi=120, metadata={"Software": None})
    plt.close(figure)


def draw_ages(
    sweep: Sweep, points: Sequence[Point], results: Sequence[Results], path: Path
) -> None:
    """Draw success over the median age of the tokens in force, a colour a curve."""
    plt = _pyplot()
    figure, axes = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
    for curve in dict.fromkeys(point.curve for point in points):
        chosen = [r for p, r in zip(points, results, strict=True) if p.curve == curve]
        chosen = [r for r in chosen if r["overall"]["token_age_ms"]]
        age = [r["overall"]["token_age_ms"]["p50"] for r in chosen]
        spread = np.array([_spread(r) for r in chosen]).reshape(-1, 2).T
        axes.errorbar(age, [_rate(r) for r in chosen], spread, fmt="o-", markersize=4, capsize=2,
                      linewidth=0.8, label=str(curve))  # fmt: skip
    axes.legend(frameon=False, fontsize=8, title=sweep.curve)
    axes.set(xlabel="age of the tokens in force, median (ms)", ylabel="success (%)", ylim=(0, 103))
    figure.savefig(path, dpi=120, metadata={"Software": None})
    plt.close(figure)


def _pyplot() -> Any:
    """Without a display, and imported only where something is drawn."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    return pyplot


def _curves(axes: Any, sweep: Sweep, points: Sequence[Point], results: Sequence[Results]) -> None:
    none = [_rate(r) for p, r in zip(points, results, strict=True) if p.curve == "none"]
    curves = dict.fromkeys(point.curve for point in points if point.curve != "none")
    for curve in curves:
        chosen = [i for i, point in enumerate(points) if point.curve == curve]
        x = [float(points[i].x) for i in chosen]
        rate = [_rate(results[i]) for i in chosen]
        spread = np.array([_spread(results[i]) for i in chosen]).T
        if none:
            x, rate = [0.0, *x], [none[0], *rate]
            spread = np.concatenate([np.zeros((2, 1)), spread], axis=1)
        axes.errorbar(x, rate, spread, marker="o", markersize=4, capsize=2, label=str(curve))
    if len(curves) > 1:
        axes.legend(frameon=False, fontsize=8, title=sweep.curve, ncols=2 if len(curves) > 4 else 1)
    if "Hz" in sweep.x:
        axes.set_xscale("log")
        ticks = sorted({float(point.x) for point in points})
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.set_xticks([], minor=True)
    axes.set(ylabel="success (%)", ylim=(0, 103))


def _frames(
    plt: Any, sweep: Sweep, points: Sequence[Point], results: Sequence[Results], curves: list[Any]
) -> Any:
    rows = -(-len(curves) // COLUMNS)
    figure, frames = plt.subplots(
        rows, COLUMNS, figsize=(2.2 * COLUMNS, 1.7 * rows + 0.3), sharex=True, sharey=True,
        layout="constrained", squeeze=False,
    )  # fmt: skip
    for axes, curve in zip(frames.flat, curves, strict=False):
        chosen = [k for k, point in enumerate(points) if point.curve in (curve, "none")]
        own = ([points[k] for k in chosen], [results[k] for k in chosen])
        _curves(axes, sweep, *own)
        axes.set_title(str(curve), fontsize=9)
        axes.set_ylabel("")
    for axes in list(frames.flat)[len(curves) :]:
        axes.axis("off")
    figure.supxlabel(sweep.x, fontsize=9)
    figure.supylabel("success (%)", fontsize=9)
    return figure


def _bars(axes: Any, points: Sequence[Point], results: Sequence[Results]) -> None:
    spread = np.array([_spread(r) for r in results]).T
    axes.bar([str(p.x) for p in points], [_rate(r) for r in results], yerr=spread, capsize=4)
    axes.set(ylabel="success (%)", ylim=(0, 103))


def _map(
    figure: Any, axes: Any, sweep: Sweep, points: Sequence[Point], results: Sequence[Results]
) -> None:
    xs = list(dict.fromkeys(point.x for point in points))
    rows = list(dict.fromkeys(point.curve for point in points))
    grid = np.full((len(rows), len(xs)), np.nan)
    for point, result in zip(points, results, strict=True):
        grid[rows.index(point.curve), xs.index(point.x)] = _rate(result)
    image = axes.imshow(grid, origin="lower", aspect="auto", vmin=0, vmax=100, cmap="viridis")
    for (row, column), value in np.ndenumerate(grid):
        colour = "white" if value < 60 else "black"
        axes.text(column, row, f"{value:.0f}", ha="center", va="center", color=colour)
    axes.set_xticks(range(len(xs)), [f"{x:g}" for x in xs])
    axes.set_yticks(range(len(rows)), [str(row) for row in rows])
    axes.set_ylabel(sweep.curve)
    figure.colorbar(image, label="success (%)")


def _rate(result: Results) -> float:
    return 100.0 * float(result["overall"]["success_rate"])


def _spread(result: Results) -> tuple[float, float]:
    low, high = result["overall"]["ci95"]
    rate = _rate(result)
    return max(0.0, rate - 100 * low), max(0.0, 100 * high - rate)
