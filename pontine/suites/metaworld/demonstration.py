"""One episode of a scripted expert as columns of a data set, 10 frames a second.

Between two frames there are eight steps. Deliberate errors (:mod:`sim.suites.metaworld.errors`)
change what is executed; the labels stay the expert's own answer to the state it finds itself in.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from body.contract.arrays import Array
from episodes.features import Feature, image
from episodes.splits import METAWORLD_ERRORS
from pontine.rollout import Watcher, rollout
from pontine.suites.metaworld.environment import MetaWorldEpisode
from pontine.suites.metaworld.policy import MetaWorldPolicy
from sim.suites.metaworld.catalogue import tasks
from sim.suites.metaworld.environment import CAMERA as DRAWN
from sim.suites.metaworld.environment import Look, MetaWorld
from sim.suites.metaworld.errors import Errors
from sim.suites.metaworld.expert import Aim, Expert
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


class ErringExpert(MetaWorldPolicy):
    """The expert of `task`, whose hand errs on purpose; it is shown everything.

    Attributes:
        look_aim: the expert's aim at the latest look, one every `STRIDE` steps.
        aim: its aim in the latest step.
    """

    looks = False  # type: ignore[assignment]
    look_aim: Aim
    aim: Aim

    def __init__(self, task: str, seed: int, manner: Manner) -> None:
        self._expert, self._seed, self._manner = Expert(task), seed, manner

    def reset(self, look: Look, instruction: str) -> None:
        self._errors = Errors(METAWORLD_ERRORS.rng(self._seed))
        self._step = 0

    def act(self, look: Look) -> Array:
        if self._step % STRIDE == 0:
            self.look_aim = self._expert.aim(look.full)
            if self._manner == "held":
                self._errors.look(self.look_aim)
        self._step += 1
        self.aim = self._expert.aim(look.full)
        if self._manner == "followed":
            self._errors.follow(self.aim)
        return self.aim.action if self._manner == "clean" else self._errors.action(look.state[:3])


class Frames(Watcher[Look, Array]):
    """Records a frame every `STRIDE` steps; ends the episode `AFTER` frames after success."""

    def __init__(self, environment: MetaWorldEpisode, policy: ErringExpert, pictures: bool) -> None:
        self._environment, self._policy, self._pictures = environment, policy, pictures
        self._label = tasks().index(environment.world.task)
        self._frames: list[dict[str, np.ndarray]] = []
        self._success, self._after = False, 0

    @property
    def demonstration(self) -> Demonstration:
        """All of it."""
        frames = self._frames
        columns = {name: np.stack([frame[name] for frame in frames]) for name in frames[0]}
        return Demonstration(columns, self._success)

    def cameras(self, now: int) -> tuple[str, ...]:
        return (DRAWN,) if self._pictures and self._environment.steps % STRIDE == 0 else ()

    def acted(self, observation: Look, action: Array) -> None:
        step = self._environment.steps % STRIDE
        if step == 0:
            aim = self._policy.look_aim
            told = np.append(aim.place, [aim.gain, aim.action[3]])
            self._frames.append(_frame(observation, told, self._label))
            if observation.picture is not None:
                self._frames[-1][CAMERA] = view(observation.picture)
            self._after += self._success
        self._frames[-1]["action"][step] = self._policy.aim.action
        self._frames[-1]["state.steps"][step] = observation.state

    def stepped(self) -> bool:
        self._success |= self._environment.success
        return self._environment.steps % STRIDE == 0 and self._after >= AFTER


def demonstrate(
    world: MetaWorld, seed: int, manner: Manner = "held", pictures: bool = True
) -> Demonstration:
    """Let the expert solve the scene of `seed`.

    Args:
        manner: "held": its aims are held between frames, with every deliberate error; "followed":
            without those of time (two of the fifty cannot be done otherwise); "clean": no errors.
        pictures: draw them; it happens just so without, and a hundred times as fast.
    """
    environment = MetaWorldEpisode(world, 0, seed, privileged=True, truthful=True, limit=LIMIT)
    policy = ErringExpert(world.task, seed, manner)
    frames = Frames(environment, policy, pictures)
    rollout(environment, policy, [frames])
    return frames.demonstration


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
