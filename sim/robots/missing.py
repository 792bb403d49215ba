"""What a model file does not say and nobody gave: collected, and asked for in one message."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from body import RobotFileError, RobotSpec
from body.contract.arrays import Array
from body.robots.advice import advice

GUESSES = {
    "velocity": (2.0, "rad/s: the maker's limits"),
    "acceleration": (10.0, "rad/s2: the maker's, or yours"),
    "jerk": (1000.0, "rad/s3: the maker's, or yours"),
    "position_lower": (-2 * np.pi, "rad: where the joints stop"),
    "position_upper": (2 * np.pi, "rad: where the joints stop"),
    "effort": (10.0, "Nm: the maker's limits"),
    "stiffness": (30.0, "Nm/rad of the simulated servos"),
}
PER_NM = 30.0  # 1/rad: a servo that is 2 degrees off turns with all its torque


class Missing:
    """Collects for the file at `path`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._said: list[str] = []
        self._lines: list[str] = []

    def add(self, what: str, line: str) -> None:
        """Note that `what` is not said, and the line that would say it."""
        self._said.append(what)
        self._lines.append(line)

    def values(
        self,
        key: str,
        names: Sequence[str],
        given: float | Sequence[float] | None,
        told: Sequence[float | None] | None = None,
        efforts: Array | None = None,
    ) -> Array:
        """(J,) of the joints `names`: `given`; else what the file told of each; else a guess, which
        is to be asked for.

        Args:
            efforts: (J,) Nm, from which stiffness is guessed.
        """
        count = len(names)
        if given is not None:
            values = np.asarray(given, dtype=np.float64)
            return np.full(count, float(values)) if values.ndim == 0 else values
        known = list(told) if told is not None else [None] * count
        guess, why = GUESSES[key]
        guesses = np.full(count, guess) if efforts is None else np.maximum(PER_NM * efforts, guess)
        values = np.array([g if k is None else k for k, g in zip(known, guesses, strict=True)])
        lacking = [name for name, k in zip(names, known, strict=True) if k is None]
        if lacking:
            some = f" of {', '.join(lacking)}" if len(lacking) < count else ""
            self.add(key + some, f"{key}={_listed(values)},  # {why}")
        return values

    def check(self, spec: RobotSpec, needs_home: bool) -> None:
        """Refuse if anything was missing.

        Raises:
            RobotFileError: names all of it, with lines to paste.
        """
        if needs_home:
            self._said.append("home")
            self._lines += advice(spec)
        if not self._said:
            return
        lines = "".join(f"\n    {line}" for line in self._lines)
        raise RobotFileError(
            self._path,
            f"does not say: {'; '.join(self._said)}",
            "give them to from_model_file, for instance (what the file says stands as it says it, "
            f"the rest are guesses: write the maker's figures){lines}",
        )


def _listed(values: Array) -> str:
    if np.ptp(values) == 0:
        return f"[{values[0]:.5g}] * {len(values)}"
    return "[" + ", ".join(f"{value:.5g}" for value in values) + "]"
