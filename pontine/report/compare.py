"""`pontine compare A B ...`: runs side by side, and whether they differ."""

from collections.abc import Sequence
from dataclasses import dataclass

import tyro

from body.setting import Folder
from pontine.evaluation.log import EvaluationError
from pontine.evaluation.statistics import told
from pontine.report.load import Run, load
from pontine.report.significance import Comparison, compare, holm

LEVEL = 0.05


@dataclass(frozen=True)
class CompareConfig:
    """Put evaluations side by side: success, SPL, time, safety, and significance to the first.

    Attributes:
        folders: output folders of `pontine eval`; the others are compared with the first.
    """

    folders: tyro.conf.Positional[tuple[Folder, ...]] = ()

    def check(self) -> None:
        """Raises EvaluationError: fewer than two folders."""
        if len(self.folders) < 2:
            raise EvaluationError("name two folders or more: pontine compare out/a out/b")


def main(config: CompareConfig) -> int:
    """Print the table.

    Raises:
        EvaluationError: fewer than two folders, one cannot be read, or they do not fit together.
    """
    config.check()
    runs = [load(folder) for folder in config.folders]
    require_same_tasks(runs)
    found = [compare(runs[0], run) for run in runs[1:]]
    print("\n".join(table(runs, found)))
    for warning in warnings(runs):
        print(f"note: {warning}")
    return 0


def table(runs: Sequence[Run], found: Sequence[Comparison]) -> list[str]:
    """Lines for a console; p values are corrected by Holm where there are several."""
    lines = [f"{'run':<28} {'success':>8}  {'95 % interval':<17}  SPL  seconds  unsafe"]
    for run in runs:
        overall = run.results["overall"]
        low, high = overall["ci95"]
        seconds = overall["time_to_success_s"].get("p50")
        lines.append(
            f"{run.name:<28} {overall['success_rate']:>8.1%}  {f'[{low:.1%}, {high:.1%}]':<17} "
            f"{told(overall['spl'], '.2f'):>4} {told(seconds, '.1f'):>8} "
            f"{told(overall['unsafe_rate'], '.1%'):>7}"
        )
    lines += ["", f"against {runs[0].name}:"]
    corrected = holm([comparison.p for comparison in found])
    for run, comparison, p in zip(runs[1:], found, corrected, strict=True):
        verdict = "significant" if p < LEVEL else "not significant"
        lines.append(
            f"{run.name:<28} {comparison.points:>+7.1f} points, p = {p:.3g} ({verdict}; "
            f"{comparison.test}: {comparison.gained} gained, {comparison.lost} lost)"
        )
        if comparison.seconds is not None:
            rank = comparison.seconds_p
            lines.append(
                f"{'':<28} {comparison.seconds:>+7.2f} s to success where both succeed"
                + ("" if rank is None else f", p = {rank:.3g} (Wilcoxon)")
            )
    if all(p >= LEVEL for p in corrected):
        lines.append("No difference of success is significant at 5 %.")
    return lines


def warnings(runs: Sequence[Run]) -> list[str]:
    """What else differs between runs, so that it is not taken for their difference."""
    found = []
    for what in ("cpu", "commit", "mujoco", "torch"):
        values = dict.fromkeys(str(run.results["versions"].get(what)) for run in runs)
        if len(values) > 1:
            found.append(f"{what} differs: {', '.join(values)}")
    models = dict.fromkeys(str(run.results["config"].get("model_hashes")) for run in runs)
    if len(models) > 1:
        found.append("the models differ")
    return found


def require_same_tasks(runs: Sequence[Run]) -> None:
    """Refuse runs of different suites or tasks (EvaluationError)."""
    for run in runs[1:]:
        a, b = runs[0].results["suite"], run.results["suite"]
        if a != b:
            raise EvaluationError(f"{run.folder} is of suite {b}, {runs[0].folder} of {a}")
        tasks, others = (sorted(r.results["per_task"]) for r in (runs[0], run))
        if tasks != others:
            raise EvaluationError(
                f"{run.folder} has the tasks {', '.join(others)}, {runs[0].folder} "
                f"{', '.join(tasks)}; run both with the same --task"
            )
