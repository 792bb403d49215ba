"""One episode of a scripted expert as columns of a data set, 10 frames a second.

Between two frames there are eight steps. Deliberate errors (:mod:`sim.suites.metaworld.errors`)
change what is executed; the labels stay the expert's own answer to the state it finds itself in.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from body.arrays import Array
from episodes.features import Feature, image
from episodes.splits import METAWORLD_ERRORS
from sim.suites.metaworld.catalogue import tasks
from sim.suites.metaworld.environment import Look, MetaWorld
from sim.suites.metaworld.errors import Errors
from sim.suites.metaworld.expert import Expert
from sim.suites.metaworld.view import POINTS, SIZE, pixels, points, view

STRIDE = 8  # steps of 12.5 ms between two frames
FPS = 10
AFTER = 2  # frames recorded after success: the goal as it looks when it is done
LIMIT = 496  # steps: whole frames, for Meta-World itself stops at 500

Manner = Literal["held", "followed", "clean"]
MANNERS: tuple[Manner, ...] = ("held", "followed", "clean")  # from most to least error

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


def demonstrate(
    world: MetaWorld, seed: int, manner: Manner = "held", pictures: bool = True
) -> Demonstration:
    """Let the expert solve the scene of `seed`.

    Args:
        manner: "held": its aims are held between frames, with every deliberate error; "followed":
            without those of time (two of the fifty cannot be done otherwise); "clean": no errors.
        pictures: draw them; it happens just so without, and a hundred times as fast.
    """
    rng = METAWORLD_ERRORS.rng(seed)
    expert, label = Expert(world.task), tasks().index(world.task)
    frames: list[dict[str, np.ndarray]] = []
    look, errors = world.reset(0, seed), Errors(rng)
    truth = world.truth()
    look = replace(look, full=truth, state=truth[:4].copy())
    success, count, after = False, 0, 0
    while count < LIMIT and after < AFTER:
        aim = expert.aim(look.full)
        frames.append(_frame(look, np.append(aim.place, [aim.gain, aim.action[3]]), label))
        if pictures:
            frames[-1][CAMERA] = view(world.picture())
        after += success
        if manner == "held":
            errors.look(aim)
        for k in range(STRIDE):
            now, state = expert.aim(look.full), look.state
            if manner == "followed":
                errors.follow(now)
            look = world.step(now.action if manner == "clean" else errors.action(state[:3]))
            frames[-1]["action"][k], frames[-1]["state.steps"][k] = now.action, state
            success |= look.success
            count += 1
    columns = {name: np.stack([frame[name] for frame in frames]) for name in frames[0]}
    return Demonstration(columns, success)


def _frame(look: Look, aim: Array, label: int) -> dict[str, np.ndarray]:
    places = points(look.full)
    return {
        "observation.state": look.state.astype(np.float32),
        "action": np.zeros((STRIDE, 4), np.float32),
        "state.steps": np.zeros((STRIDE, 4), np.float32),
        "plan.aim": aim.astype(np.float32),
        "scene.state": look.full.astype(np.float32),
        "scene.points": np.hstack([places, pixels(places)]).astype(np.float32),
        "task_number": np.array([label]),
    }
