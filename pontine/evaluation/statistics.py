"""Intervals and percentiles for the tables."""

from collections.abc import Sequence

import numpy as np

Z95 = 1.959964


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """95 % interval of a success rate (Wilson 1927); (0, 1) without trials."""
    if trials == 0:
        return 0.0, 1.0
    rate = successes / trials
    centre = rate + Z95**2 / (2 * trials)
    spread = Z95 * np.sqrt(rate * (1 - rate) / trials + Z95**2 / (4 * trials**2))
    scale = 1 + Z95**2 / trials
    return max(0.0, float((centre - spread) / scale)), min(1.0, float((centre + spread) / scale))


def told(value: float | None, form: str) -> str:
    """`value` in the format `form`, or a dash where there is none."""
    return "-" if value is None else format(value, form)


def spread(values: Sequence[float]) -> list[float]:
    """Median, p90, p99 and mean of `values`, to a tenth; [] without any."""
    if not len(values):
        return []
    return [round(float(x), 1) for x in (*np.percentile(values, (50, 90, 99)), np.mean(values))]


def percentiles(values: Sequence[float], names: Sequence[int] = (50, 99)) -> dict[str, float]:
    """{"p50": ..., "p99": ...}; NaN-free: {} without values."""
    if not len(values):
        return {}
    return {f"p{name}": round(float(np.percentile(values, name)), 4) for name in names}
