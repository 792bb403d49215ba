"""`pontine report`: report.html, one page that needs no other file and no network."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import tyro

from body.setting import Folder, NewFile
from episodes.replacing import write_text
from pontine.evaluation.log import EvaluationError
from pontine.report import plots
from pontine.report.compare import require_same_tasks, table, warnings
from pontine.report.gallery import gallery
from pontine.report.load import Run, load
from pontine.report.significance import compare

TEMPLATE = "report.html.jinja"


@dataclass(frozen=True)
class ReportConfig:
    """Write the page of an evaluation, or of several side by side (the first is the baseline).

    Attributes:
        folders: output folders of `pontine eval`, or of `pontine ros sim --task`.
        out: the page (None: report.html in the folder, if only one is given).
    """

    folders: tyro.conf.Positional[tuple[Folder, ...]] = ()
    out: NewFile | None = None


def main(config: ReportConfig) -> int:
    """Write the page and say where it is.

    Raises:
        EvaluationError: no folder, one cannot be read, they do not fit together, or no `out`.
    """
    if not config.folders:
        raise EvaluationError("name a folder of `pontine eval`: pontine report out/eval")
    out = config.out
    if out is None:
        if len(config.folders) > 1:
            raise EvaluationError("several folders make one page: say where with --out PAGE.html")
        out = config.folders[0] / "report.html"
    write([load(folder) for folder in config.folders], out)
    print(f"{out} written")
    return 0


def write(runs: Sequence[Run], out: Path) -> None:
    """Write the page of `runs` to `out`.

    Raises:
        EvaluationError: the runs have no tasks in common, a film is missing, or `out` cannot be
            written.
    """
    require_same_tasks(runs)
    engine = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True,
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    text = engine.get_template(TEMPLATE).render(
        runs=[_told(run) for run in runs],
        plots=list(_plots(runs)),
        compared="\n".join(table(runs, [compare(runs[0], run) for run in runs[1:]]))
        if len(runs) > 1 else "",
        warnings=warnings(runs),
    )  # fmt: skip
    try:
        write_text(out, text)
    except OSError as error:
        raise EvaluationError(
            f"{out}: {error.strerror}; make room or name another place with --out, then run "
            "`pontine report` again: the results are untouched"
        ) from error


def _told(run: Run) -> dict[str, Any]:
    results = run.results
    figures = [*results["per_task"].items(), ("overall", results["overall"])]
    seeds = f"{results['seed']} to {results['seed'] + results['episodes'] - 1}"
    return {"name": run.name, "results": results, "figures": figures, "seeds": seeds,
            "films": list(gallery(run))}  # fmt: skip


def _plots(runs: Sequence[Run]) -> Iterator[tuple[str, str]]:
    """(title, data: URI) of each plot for which there is something to show."""
    drawn = [
        ("Success", plots.success(runs)),
        ("Time to success", plots.times(runs)),
        *((f"Success by place{_of(run, runs)}", plots.places(run)) for run in runs),
        ("Brain, wall time of a tick", plots.latency(runs, "brain_ms", "a look and its tokens")),
        ("Controller, wall time of a plan", plots.latency(runs, "controller_ms", "a plan")),
    ]
    for title, svg in drawn:
        if svg is not None:
            data = base64.b64encode(svg.encode()).decode()
            yield title, f"data:image/svg+xml;base64,{data}"


def _of(run: Run, runs: Sequence[Run]) -> str:
    return f", {run.name}" if len(runs) > 1 else ""
