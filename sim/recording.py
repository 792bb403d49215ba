"""The frames of one episode as columns, and the labels that follow from them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from body.contract.arrays import Array
from body.geometry import motion
from sim.tasks import Episode

INTEGER = ("plan.step", "plan.previous_step", "plan.report", "scene.goal", "task_label")


@dataclass(frozen=True)
class Recording:
    """One episode at 10 Hz; T frames.

    Attributes:
        columns: name to (T, ...) array: float32, int64 (plan.step, plan.previous_step,
            plan.report, scene.goal, task_label) or uint8 images. As in the project's data sets:
            observation.images.{fixed,wrist} (if recorded), observation.state (21),
            observation.command (9), action (8), plan.waypoint (6), plan.chunk (16, 5),
            plan.step, plan.previous_step, plan.report (1), scene.objects (6, 10), scene.goal (3),
            task_label (1).
        instruction: the sentence. success: the task was solved. seconds: simulated time.
        violations: limit violations counted behind the limiter (0 if not counted).
    """

    columns: dict[str, np.ndarray]
    instruction: str
    task: str
    seed: int
    success: bool
    seconds: float
    violations: int = 0

    def __len__(self) -> int:
        return len(self.columns["action"])

    def frames(self) -> Iterator[dict[str, np.ndarray]]:
        """One dictionary a frame, the columns' rows."""
        for index in range(len(self)):
            yield {name: column[index] for name, column in self.columns.items()}


def label(
    episode: Episode,
    frames: list[dict[str, np.ndarray]],
    success: bool,
    time: int,
    violations: int = 0,
) -> Recording:
    """Stack raw frames and compute waypoint and chunk labels for all of them at once."""
    raw = {name: np.stack([frame[name] for frame in frames]) for name in frames[0]}
    keyframe = raw.pop("keyframe")
    raw.pop("stamp")
    command = raw["observation.command"]
    pose, increment, told = command[:, :4], command[:, 4:8], command[:, 8]
    raw["plan.chunk"] = motion.unroll(pose, increment, told, keyframe[:, :4], keyframe[:, 4])
    held = motion.keeps(told, keyframe[:, 4])
    seconds = times_to_go(pose, increment, keyframe[:, :4], held)
    raw["plan.waypoint"] = np.column_stack([keyframe, seconds])
    count = len(frames)
    raw["task_label"] = np.full((count, 1), episode.task.label)
    return Recording(
        {name: _typed(name, column) for name, column in raw.items()},
        episode.instruction, episode.task.name, episode.seed, bool(success), time * 1e-9,
        violations,
    )  # fmt: skip


def times_to_go(
    command: Array, increment: Array, target: Array, held: motion.Flags, most: float = 4.0
) -> Array:
    """(N,) seconds the law needs from each `command` (N, 4) to `target` (N, 4), at most `most`.

    Args:
        held: (N,) bool, see :func:`body.geometry.motion.step`.
    """
    command, increment = command.copy(), increment.copy()
    seconds = np.full(len(command), most)
    for k in range(int(most / motion.DT)):
        fresh = motion.arrived(command, target) & (seconds == most)
        seconds[fresh] = k * motion.DT
        if (seconds < most).all():
            break
        increment = motion.step(command, increment, target, held)
        command = command + increment
    return seconds


def _typed(name: str, column: np.ndarray) -> np.ndarray:
    if name in INTEGER:
        return column.astype(np.int64)
    return column if column.dtype == np.uint8 else column.astype(np.float32)
