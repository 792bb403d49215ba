"""A training run on disk: where it is kept, and what its weights depend on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from learning import checkpoint
from learning.checkpoint import Replacing, State
from learning.errors import CheckpointError

NEEDS = ("settings", "step", "seconds", "figures", "done", "module", "average", "optimiser")


@dataclass(frozen=True)
class Run:
    """Where a training keeps what it needs to go on.

    Attributes:
        folder: of the checkpoint and the curves.
        replacing: how a file is written that is never found half.
        settings: what the weights depend on, by the name that a refusal gives it.
        resume: go on from the checkpoint that is there; otherwise it is begun anew.
    """

    folder: Path
    replacing: Replacing
    settings: Mapping[str, Any] = field(default_factory=dict)
    resume: bool = True

    @property
    def checkpoint(self) -> Path:
        """File from which it goes on."""
        return self.folder / "checkpoint.pt"

    def depends_on(self, **settings: Any) -> "Run":
        """The same, with more settings."""
        return replace(self, settings={**self.settings, **settings})

    def load(self) -> State | None:
        """The checkpoint, if it shall go on from one.

        Raises:
            CheckpointError: it is of a run with other settings, or none that is there is whole.
        """
        state = checkpoint.load(self.checkpoint, NEEDS) if self.resume else None
        if state is None:
            return None
        theirs, ours = json.loads(state["settings"]), json.loads(self._settings)
        other = [name for name in {**ours, **theirs} if theirs.get(name) != ours.get(name)]
        if other:
            raise CheckpointError(
                f"{self.checkpoint} is of a run with other {_listed(other)}: repeat that "
                "run's command to resume it, name another folder with --runs (or --run), or delete "
                f"{self.folder} to begin anew"
            )
        return state

    def save(self, state: State) -> None:
        """Keep everything that :meth:`load` needs.

        Raises:
            TrainingStoppedError: `state` holds NaN or infinity, so that nothing was written.
        """
        checkpoint.save(self.checkpoint, {"settings": self._settings, **state}, self.replacing)

    @property
    def _settings(self) -> str:
        return json.dumps(self.settings, sort_keys=True, default=str)


def _listed(names: list[str]) -> str:
    return ", ".join(sorted(name.replace("_", " ") for name in names))
