"""One task of Meta-World as a policy meets it: a picture, four numbers and a sentence."""

import hashlib
import pickle
from dataclasses import dataclass
from typing import Any

import mujoco
import numpy as np

from body.contract.arrays import Array
from body.contract.arrays import Image as Picture
from sim.suites.metaworld import goals
from sim.suites.metaworld.catalogue import SuiteError, instruction, package, tasks
from sim.suites.metaworld.protocol import P1, STEPS_A_SECOND, Protocol

CAMERA = "corner2"
OWN_GOALS = 42  # seed of MT1 by which P1 makes its environments


@dataclass(frozen=True, eq=False)
class Look:
    """What is seen after a step.

    Attributes:
        picture: (size, size, 3) uint8; None where pictures are switched off.
        state: (4,) hand x, y, z in m, and the opening of the gripper, 0 to 1.
        full: (39,) everything, for the expert alone: a policy that looks at it cheats.
        success: the task has been done in this step. over: there are no more steps.
        stamp: ns of simulated time since the episode began.
    """

    picture: Picture | None
    state: Array
    full: Array
    reward: float = 0.0
    success: bool = False
    over: bool = False
    stamp: int = 0


class MetaWorld:
    """An environment of `task` under `protocol`; a context, or call :meth:`close`.

    Args:
        pictures: False: none are drawn (the expert needs none).
        fast: without shadows, reflections and antialiasing: some eight times faster on a CPU, and
            other pictures than the published figures were taken with.

    Raises:
        SuiteError: Meta-World is not installed, or has no such task.
    """

    def __init__(
        self, task: str, protocol: Protocol = P1, pictures: bool = True, fast: bool = False
    ) -> None:
        if task not in tasks():
            raise SuiteError(f"Meta-World has no task {task!r}; known: {', '.join(tasks())}")
        self.task, self.protocol = task, protocol
        self.instruction = instruction(task)
        self._pictures, self.fast = pictures, fast
        self._steps = 0
        self._env = self._own_goals() if protocol.goals is None else self._shared_goals()
        if fast:
            model = self._env.model
            model.vis.quality.shadowsize = model.vis.quality.offsamples = 0
            model.mat_reflectance[:] = 0

    def reset(self, episode: int, seed: int = 0) -> Look:
        """Begin episode number `episode`; P1 places things by `seed` + `episode`, P2 by the number
        alone, as the published loops do."""
        env = self._env
        if self.protocol.goals is None:
            env.seed(seed + episode)
        else:
            self._nth_goal(episode)
        full = env.reset()[0]
        # Meta-World moves goals, windows and doors after the last kinematics: the first picture
        # would show the episode before
        mujoco.mj_kinematics(env.model, env.data)
        self._steps = 0
        self._digest = hashlib.sha256()
        for _ in range(self.protocol.still):
            full = env.step(np.zeros(4, np.float32))[0]
        return self._look(full)

    def step(self, action: Array) -> Look:
        """Move: x, y, z in 10 mm and the effort of the gripper (1 closes), each within -1 to 1."""
        action = np.clip(np.asarray(action, np.float32), -1.0, 1.0)
        full, reward, _, _, info = self._env.step(action)
        self._digest.update(full.tobytes())
        self._steps += 1
        success = bool(info["success"])
        over = success or self._steps >= self.protocol.steps
        return self._look(full, float(reward), success, over)

    def truth(self) -> Array:
        """(39,) the full state as it is now. What :meth:`reset` returns is Meta-World's own, which
        in seven tasks tells of a thing where it was before it was moved, up to 0.2 m away."""
        full: Array = self._env._get_obs()
        return full

    @property
    def trajectory_hash(self) -> str:
        """Hash of the full state after every step so far."""
        return self._digest.hexdigest()[:16]

    def picture(self) -> Picture:
        """(size, size, 3) uint8, as the protocol shows it."""
        return self.protocol.shown(self._env.render())

    def close(self) -> None:
        """Free the renderer."""
        self._env.close()

    def __enter__(self) -> "MetaWorld":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _look(
        self, full: Array, reward: float = 0.0, success: bool = False, over: bool = False
    ) -> Look:
        picture = self.picture() if self._pictures else None
        stamp = round(self._steps * 1e9 / STEPS_A_SECOND)
        return Look(picture, full[:4].copy(), full, reward, success, over, stamp)

    def _make(self, kind: Any) -> Any:
        env = kind(render_mode="rgb_array", camera_name=CAMERA)
        if self.protocol.camera is not None:
            number = mujoco.mj_name2id(env.model, int(mujoco.mjtObj.mjOBJ_CAMERA), CAMERA)
            env.model.cam_pos[number] = self.protocol.camera
        return env

    def _own_goals(self) -> Any:
        benchmark = package().MT1(self.task, seed=OWN_GOALS)
        env = self._make(benchmark.train_classes[self.task])
        env.set_task(benchmark.train_tasks[0])
        env.reset()
        env._freeze_rand_vec = False
        env.seeded_rand_vec = True
        return env

    def _shared_goals(self) -> Any:
        env = self._make(package("metaworld.env_dict").MT50_V3[self.task])
        self._vectors = goals.load(self.protocol.goals or 0, self.task)
        return env

    def _nth_goal(self, episode: int) -> None:
        # one generator draws a goal an episode; its state is that after `episode` of them
        env = self._env
        env.seed(self.protocol.goals)
        for _ in range(episode + 1):
            chosen = env.np_random.choice(len(self._vectors))
        types = package("metaworld.types")
        kept = {
            "rand_vec": self._vectors[chosen],
            "env_cls": type(env),
            "partially_observable": False,
        }
        env.set_task(types.Task(self.task, pickle.dumps(kept)))
