"""The figures inputs and outputs are scaled by; they travel with the weights for good.

A fine-tuned model keeps the statistics of the model it started from: its first layers were
taught on numbers of that scale.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from body.contract.arrays import Array, finite_array
from body.contract.errors import RangeError

NAME = "statistics.json"
FORCE_SCALE = np.array([10.0, 10.0, 10.0, 1.0, 1.0, 1.0])  # N, Nm


@dataclass(frozen=True, eq=False)
class Statistics:
    """Attributes (J joints):

    joint_mean, joint_std: (J,) rad. velocity_std: (J,) rad/s.
    force: (6,) N, Nm: where tanh bends.
    move, turn: m and rad of one step that count as 1. gripper_open: m.
    """

    joint_mean: Array
    joint_std: Array
    velocity_std: Array
    force: Array
    move: float = 0.02
    turn: float = 0.08
    gripper_open: float = 0.08

    def __post_init__(self) -> None:
        joints = len(self.joint_mean)
        sizes = {"joint_mean": joints, "joint_std": joints, "velocity_std": joints, "force": 6}
        for name, size in sizes.items():
            object.__setattr__(self, name, finite_array(name, getattr(self, name), (size,)))
        scales = (self.joint_std, self.velocity_std, self.force, self.move, self.turn,
                  self.gripper_open)  # fmt: skip
        if any(np.any(np.asarray(scale) <= 0) for scale in scales):
            raise RangeError("statistics: every scale must be positive")

    @classmethod
    def fit(cls, states: Array, gripper_open: float) -> "Statistics":
        """From `states` (N, 2 J + 7): q, dq, gripper width, wrench, as recorded."""
        states = np.asarray(states, dtype=np.float64)
        joints = (states.shape[1] - 7) // 2
        q, dq = states[:, :joints], states[:, joints : 2 * joints]
        return cls(
            joint_mean=q.mean(axis=0).round(6),
            joint_std=np.maximum(q.std(axis=0), 0.05).round(6),
            velocity_std=np.maximum(dq.std(axis=0), 0.05).round(6),
            force=FORCE_SCALE,
            gripper_open=gripper_open,
        )

    def config(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            key: value.tolist() if isinstance(value, np.ndarray) else value
            for key, value in vars(self).items()
        }

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "Statistics":
        return cls(**config)

    @property
    def hash(self) -> str:
        """16 hex digits; must agree between a model folder and an engine built from it."""
        text = json.dumps(self.config(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def save(self, folder: Path) -> None:
        (folder / NAME).write_text(
            json.dumps(self.config(), indent=1, sort_keys=True) + "\n", encoding="utf-8"
        )

    @classmethod
    def load(cls, folder: Path) -> "Statistics":
        return cls.from_config(json.loads((folder / NAME).read_text(encoding="utf-8")))
