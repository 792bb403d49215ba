"""A sweep's page: what was asked, its plot and table, how to run it again, and what it teaches.

The last part is written by people: what stands under its heading is kept when a page is rebuilt.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from episodes.replacing import write_text
from pontine.evaluation.statistics import told
from pontine.sweeps.plot import draw, draw_ages
from pontine.sweeps.sweep import Point, Sweep

TEACHES = "## What it teaches"
Results = dict[str, Any]


def write_page(
    sweep: Sweep, points: Sequence[Point], results: Sequence[Results], folder: Path
) -> Path:
    """Write `folder`/NAME.md and its pictures; returns the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{sweep.name}.md"
    draw(sweep, points, results, folder / f"{sweep.name}.png")
    pictures = [f"![{sweep.title}]({sweep.name}.png)", ""]
    if sweep.ages:
        draw_ages(sweep, points, results, folder / f"{sweep.name}-age.png")
        pictures += [f"![The same over the age of the tokens]({sweep.name}-age.png)", ""]
    first = results[0]
    versions = first["versions"]
    text = [
        f"# {sweep.title}", "", sweep.question, "", *pictures,
        *_table(sweep, points, results), "",
        f"`pontine sweep {sweep.name} --episodes {first['episodes']} --seed {first['seed']}`: "
        f"{first['overall']['episodes']} episodes a point, the same scenes at each, 95 % Wilson "
        f"intervals. Models {_models(results)}; {versions['cpu']}, MuJoCo {versions['mujoco']}, "
        f"commit {versions['commit'][:9]}.", "", TEACHES, "", _taught(path),
    ]  # fmt: skip
    write_text(path, "\n".join(text).rstrip() + "\n")
    return path


def write_index(folder: Path, sweeps: Sequence[Sweep]) -> Path:
    """List those pages of `sweeps` that `folder` holds in its README.md."""
    lines = [
        f"- [{sweep.title}]({sweep.name}.md): {sweep.question}"
        for sweep in sweeps
        if (folder / f"{sweep.name}.md").exists()
    ]
    path = folder / "README.md"
    head = "# Results\n\n`pontine results` runs all of these again and rebuilds the pages.\n\n"
    write_text(path, head + "\n".join(lines) + "\n")
    return path


def _table(sweep: Sweep, points: Sequence[Point], results: Sequence[Results]) -> list[str]:
    curve = f" {sweep.curve} |" if sweep.curve else ""
    if "tiers" in results[0]:
        return _tier_table(sweep, points, results, curve)
    lines = [
        f"|{curve} {sweep.x} | success | SPL | s to success (median) | token age ms (median) | "
        "jerk m/s3 (mean) | unsafe | old instruction done |",
        f"|{'---|' if curve else ''}" + "---|" * 8,
    ]
    for point, found in zip(points, results, strict=True):
        overall = found["overall"]
        low, high = overall["ci95"]
        old = overall["old_goal_rate"]
        cells = [
            *([str(point.curve)] if sweep.curve else []), str(point.x),
            f"{overall['success_rate']:.1%} [{low:.0%}, {high:.0%}]", told(overall["spl"], ".2f"),
            told(overall["time_to_success_s"].get("p50"), ".1f"),
            told(overall["token_age_ms"].get("p50"), ".0f"),
            told(overall["smoothness"].get("jerk_m_s3", {}).get("mean"), ".1f"),
            told(overall["unsafe_rate"], ".1%"), told(old, ".1%"),
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _tier_table(
    sweep: Sweep, points: Sequence[Point], results: Sequence[Results], curve: str
) -> list[str]:
    """As those who publish figures of tiers have it: their mean first."""
    names = list(results[0]["tiers"]["tiers"])
    lines = [
        f"|{curve} {sweep.x} | tier average | episode average | {' | '.join(names)} | "
        "s to success (median) |",
        f"|{'---|' if curve else ''}" + "---|" * (4 + len(names)),
    ]
    for point, found in zip(points, results, strict=True):
        overall, by_tier = found["overall"], found["tiers"]
        low, high = overall["ci95"]
        tiers = [by_tier["tiers"][name] for name in names]
        cells = [
            *([str(point.curve)] if sweep.curve else []), str(point.x),
            f"{by_tier['average']:.1%}", f"{overall['success_rate']:.1%} [{low:.0%}, {high:.0%}]",
            *(f"{t['success_rate']:.0%} [{t['ci95'][0]:.0%}, {t['ci95'][1]:.0%}]" for t in tiers),
            told(overall["time_to_success_s"].get("p50"), ".1f"),
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _models(results: Sequence[Results]) -> str:
    found: dict[str, str] = {}
    for result in results:
        found |= result["config"].get("model_hashes", {})
    return ", ".join(f"{name} {digest}" for name, digest in found.items())


def _taught(path: Path) -> str:
    if not path.exists():
        return ""
    return path.read_text(encoding="utf-8").partition(TEACHES)[2].strip()
