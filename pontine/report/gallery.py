"""The films of a report: each with what was asked, what was thought, and how it ended."""

import base64
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from imageio_ffmpeg import get_ffmpeg_exe

from brain.prompts import show
from pontine.evaluation.log import EvaluationError
from pontine.report.load import Run


@dataclass(frozen=True)
class Card:
    """One film; `data` (mp4) and `poster` (its last picture) are data: URIs, so that the page needs
    no other file."""

    title: str
    instruction: str
    outcome: str
    success: bool
    thoughts: list[str]
    data: str
    poster: str


def gallery(run: Run) -> Iterator[Card]:
    """The films of `run`, failures first.

    Raises:
        EvaluationError: a film that results.json names is not there.
    """
    for film in sorted(run.results["videos"], key=lambda film: film["success"]):
        path = run.folder / film["file"]
        row = run.rows.get(f"{film['task']}/{film['seed']}", {})
        ended = "succeeded" if film["success"] else film["failure"] or row.get("reason", "failed")
        if steps := row.get("steps"):
            ended += f" after {steps * run.results['step_s']:.1f} s"
        yield Card(
            f"{film['task']}, seed {film['seed']}", row.get("instruction", ""), ended,
            film["success"], [_thought(told) for told in row.get("thoughts", [])],
            *_embedded(path),
        )  # fmt: skip


def _embedded(path: Path) -> tuple[str, str]:
    last = [get_ffmpeg_exe(), "-v", "error", "-sseof", "-0.5", "-i", str(path), "-frames:v", "1",
            "-vf", "scale=640:-2", "-f", "image2", "-c:v", "mjpeg", "-"]  # fmt: skip
    try:
        film = path.read_bytes()
        picture = subprocess.run(last, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is no film"
        raise EvaluationError(
            f"{path}: {reason}; run the same evaluation again: it makes its films anew"
        ) from error
    kinds = (("video/mp4", film), ("image/jpeg", picture))
    uris = [f"data:{kind};base64,{base64.b64encode(data).decode()}" for kind, data in kinds]
    return uris[0], uris[1]


def _thought(told: dict[str, object]) -> str:
    return f"{told['stamp']:.1f} s  {show(str(told['thought']))}"
