"""Is one run better than another, or was it luck?

On the same scenes success is paired: the exact McNemar test looks at the episodes in which just one
of both succeeded (McNemar 1947; its exact form is a binomial test). On other scenes it is Fisher's
exact test. Several comparisons at once are corrected by Holm (1979).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pontine.report.load import Run


@dataclass(frozen=True)
class Comparison:
    """How the second run fares against the first.

    Attributes:
        points: difference of success, percentage points. p: two-sided, before any correction.
        test: which one, and on how many episodes.
        gained, lost: paired episodes that only the second, or only the first, succeeded in.
        seconds: median difference of the time to success where both succeeded (None: no pairs).
        seconds_p: of that, by Wilcoxon's signed rank test (None: too few pairs, or all equal).
    """

    points: float
    p: float
    test: str
    gained: int = 0
    lost: int = 0
    seconds: float | None = None
    seconds_p: float | None = None


def compare(first: Run, second: Run) -> Comparison:
    """`second` against `first`, paired where they share scenes."""
    shared = sorted(first.rows.keys() & second.rows.keys())
    if not shared:
        return _unpaired(first, second)
    a = [bool(first.rows[key]["success"]) for key in shared]
    b = [bool(second.rows[key]["success"]) for key in shared]
    gained = sum(y and not x for x, y in zip(a, b, strict=True))
    lost = sum(x and not y for x, y in zip(a, b, strict=True))
    from scipy.stats import binomtest, wilcoxon  # here: it takes longer to load than a refusal may

    p = float(binomtest(gained, gained + lost).pvalue) if gained + lost else 1.0
    later = [
        0.05 * (second.rows[key]["steps"] - first.rows[key]["steps"])
        for key, x, y in zip(shared, a, b, strict=True)
        if x and y
    ]
    middle = sorted(later)[len(later) // 2] if later else None
    moved = [seconds for seconds in later if seconds]
    seconds_p = float(wilcoxon(moved).pvalue) if len(moved) >= 6 else None
    points = 100 * (sum(b) - sum(a)) / len(shared)
    test = f"McNemar, {len(shared)} pairs"
    return Comparison(points, p, test, gained, lost, middle, seconds_p)


def holm(values: Sequence[float]) -> list[float]:
    """p values corrected for being several, in the order given."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    corrected, largest = [0.0] * len(values), 0.0
    for rank, index in enumerate(order):
        largest = max(largest, min(1.0, (len(values) - rank) * values[index]))
        corrected[index] = largest
    return corrected


def _unpaired(first: Run, second: Run) -> Comparison:
    counts = []
    for run in (first, second):
        won = sum(bool(row["success"]) for row in run.rows.values())
        counts.append([won, len(run.rows) - won])
    from scipy.stats import fisher_exact

    p = float(fisher_exact(counts).pvalue)
    rates = [100 * won / max(1, won + missed) for won, missed in counts]
    total = sum(map(sum, counts))
    return Comparison(rates[1] - rates[0], p, f"Fisher, {total} episodes of different scenes")
