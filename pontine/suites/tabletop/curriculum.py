"""Perturbations that grow as the agent copes: too hard teaches nothing, too easy little.

Every episode has one kind, at the strength that its rung allows. A kind climbs a rung when the
agent solves four in five of its episodes there, and steps down when it solves fewer than half. The
rungs stand in a table beside the recording, so that a later round of recording, by an agent trained
since, begins where the last one came to. Each range grows alone and by success, as in automatic
domain randomisation (OpenAI et al. 2019, "Solving Rubik's Cube with a Robot Hand").
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from episodes.replacing import replacing
from episodes.vocabulary import TASK_LABELS
from sim.perturbations import PERTURBATIONS, compose

RUNGS = 4  # equal steps up to the strength that is asked for; the first is where a kind begins
FEWEST = 8  # episodes on a rung before it is judged
CLIMB, DESCEND = 0.8, 0.5  # shares of success
TABLE = "curriculum.csv"
CROWDING = "distractors"
"""Adds more things than a recording has room for (`scene.objects`)."""


@dataclass(frozen=True)
class Row:
    """What one round showed of one kind: `first` is the key of the round's first episode."""

    first: int
    kind: str
    rung: int
    strength: float
    episodes: int
    successes: int


class Curriculum:
    """The rungs of every kind, as far as the table in `folder` tells.

    Args:
        folder: of the recording.
        most: strength at the top rung of each kind (empty: 1 of every kind but
            :data:`CROWDING`).

    Raises:
        PerturbationError: an unknown kind, or a strength out of range.
    """

    def __init__(self, folder: Path, most: Mapping[str, float]) -> None:
        self.most = dict(most) or dict.fromkeys((k for k in PERTURBATIONS if k != CROWDING), 1.0)
        compose(self.most)
        self._path = folder / TABLE
        self.rows: list[Row] = []
        if self._path.exists():
            with self._path.open(encoding="utf-8") as file:
                self.rows = [_row(line) for line in csv.DictReader(file)]

    def rung(self, kind: str) -> int:
        """1 to RUNGS."""
        own = [row for row in self.rows if row.kind == kind]
        if not own:
            return 1
        here = own[-1].rung
        episodes, successes = 0, 0
        for row in reversed(own):
            if row.rung != here:
                break
            episodes, successes = episodes + row.episodes, successes + row.successes
        if episodes < FEWEST:
            return here
        share = successes / episodes
        step = 1 if share >= CLIMB else -1 if share < DESCEND else 0
        return min(max(here + step, 1), RUNGS)

    def strength(self, kind: str) -> float:
        """Of the rung that `kind` is on."""
        return self.most[kind] * self.rung(kind) / RUNGS

    def kind(self, task: str, seed: int) -> str:
        """The kind of an episode; tasks and seeds take turns."""
        return list(self.most)[(TASK_LABELS[task] + seed) % len(self.most)]

    def perturb(self, task: str, seed: int) -> tuple[str]:
        """What goes wrong in an episode, as "name=strength"."""
        kind = self.kind(task, seed)
        return (f"{kind}={self.strength(kind)}",)

    def knows(self, first: int) -> bool:
        """Whether the round that begins with this key is in the table."""
        return any(row.first == first for row in self.rows)

    def note(self, first: int, outcomes: Sequence[tuple[str, int, bool]]) -> None:
        """Enter a round: (task, seed, success) of its episodes."""
        found: dict[str, list[bool]] = {}
        for task, seed, success in outcomes:
            found.setdefault(self.kind(task, seed), []).append(success)
        self.rows += [
            Row(first, kind, self.rung(kind), self.strength(kind), len(done), sum(done))
            for kind, done in found.items()
        ]
        with (
            replacing(self._path) as partial,
            partial.open("w", newline="", encoding="utf-8") as file,
        ):
            writer = csv.writer(file)
            writer.writerow([field.name for field in fields(Row)])
            writer.writerows(astuple(row) for row in self.rows)

    def summary(self) -> str:
        """Every kind's rung and strength, a line each."""
        lines = (f"  {k:<14}rung {self.rung(k)}/{RUNGS}, {self.strength(k):g}" for k in self.most)
        return "\n".join(lines)


def _row(line: Mapping[str, str]) -> Row:
    return Row(
        int(line["first"]), line["kind"], int(line["rung"]), float(line["strength"]),
        int(line["episodes"]), int(line["successes"]),
    )  # fmt: skip
