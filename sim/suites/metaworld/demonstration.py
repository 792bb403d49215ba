"""One episode of a scripted expert as columns of a data set, 10 frames a second.

Between two frames there are eight steps. Deliberate errors push the hand off its way for some
steps; the labels stay the expert's own answer to the state it finds itself in.
"""

from dataclasses import dataclass, replace

import numpy as np

from body.arrays import Array
from episodes.features import Feature, image
from sim.suites.metaworld.catalogue import tasks
from sim.suites.metaworld.environment import Look, MetaWorld
from sim.suites.metaworld.expert import Expert
from sim.suites.metaworld.view import POINTS, SIZE, pixels, points, view

STRIDE = 8  # steps of 12.5 ms between two frames
FPS = 10
AFTER = 2  # frames recorded after success: the goal as it looks when it is done
LIMIT = 496  # steps: whole frames, for Meta-World itself stops at 500
PUSH_RATE, PUSH_STEPS, PUSH = 0.03, (4, 16), 0.8  # a step; how long; of the largest action

CAMERA = "observation.images.corner2"
COLUMNS: dict[str, Feature] = {
    CAMERA: image(SIZE, SIZE),
    "observation.state": Feature("float32", (4,), ("x", "y", "z", "opening")),
    # the expert's answer in each of the steps up to the next frame, and the state it answers to
    "action": Feature("float32", (STRIDE, 4)),
    "state.steps": Feature("float32", (STRIDE, 4)),
    # where the expert is heading (m), how eagerly (1/m), and what the gripper is to do
    "plan.aim": Feature("float32", (5,), ("x", "y", "z", "gain", "effort")),
    "scene.state": Feature("float32", (39,)),  # everything, for labels
    # hand, object, second object, goal: x, y, z (m), and where they appear (pixels)
    "scene.points": Feature("float32", (len(POINTS), 5)),
    "task_number": Feature("int64", (1,)),
}


@dataclass(frozen=True, eq=False)
class Demonstration:
    """Columns of T frames, and whether the expert succeeded."""

    columns: dict[str, np.ndarray]
    success: bool


def demonstrate(world: MetaWorld, seed: int, clean: bool = False) -> Demonstration:
    """Let the expert solve the scene of `seed`.

    Args:
        clean: without deliberate errors.
    """
    rng = np.random.default_rng([17, seed])
    expert, label = Expert(world.task), tasks().index(world.task)
    frames: list[dict[str, np.ndarray]] = []
    look, push = world.reset(0, seed), np.zeros(3)
    truth = world.truth()
    look = replace(look, full=truth, state=truth[:4].copy())
    success, left, count, after = False, 0, 0, 0
    while count < LIMIT and after < AFTER:
        aim = expert.aim(look.full)
        frames.append(_frame(world, look, np.append(aim.place, [aim.gain, aim.action[3]]), label))
        after += success
        for k in range(STRIDE):
            if not (clean or success) and left == 0 and rng.random() < PUSH_RATE:
                left, push = int(rng.integers(*PUSH_STEPS)), rng.uniform(-PUSH, PUSH, 3)
            wanted, state = expert.aim(look.full).action, look.state
            done = np.clip(wanted + np.append(push * (left > 0), 0.0), -1.0, 1.0)
            left = max(0, left - 1)
            look = world.step(done)
            frames[-1]["action"][k], frames[-1]["state.steps"][k] = wanted, state
            success |= look.success
            count += 1
    columns = {name: np.stack([frame[name] for frame in frames]) for name in COLUMNS}
    return Demonstration(columns, success)


def _frame(world: MetaWorld, look: Look, aim: Array, label: int) -> dict[str, np.ndarray]:
    places = points(look.full)
    return {
        CAMERA: view(world.picture()),
        "observation.state": look.state.astype(np.float32),
        "action": np.zeros((STRIDE, 4), np.float32),
        "state.steps": np.zeros((STRIDE, 4), np.float32),
        "plan.aim": aim.astype(np.float32),
        "scene.state": look.full.astype(np.float32),
        "scene.points": np.hstack([places, pixels(places)]).astype(np.float32),
        "task_number": np.array([label]),
    }
