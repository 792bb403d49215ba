"""`pontine/Tabletop-v0`: the tabletop for Gymnasium, at 20 Hz, always through the limiter."""

from collections.abc import Sequence
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces

from body import ActionChunk, RobotSpec
from body.robots.fr3 import FR3
from episodes.splits import SPLITS
from sim.perturbations import compose
from sim.tasks import TASKS, sample_episode, spoken
from sim.worlds import Actuator, World
from sim.worlds.senses import state_vector

STEP_LIMIT = 400  # policy steps: 20 s
_CHARACTERS = {
    "en": "abcdefghijklmnopqrstuvwxyz ,'",
    "zh": "，" + "".join(map(chr, range(0x4E00, 0xA000))),  # CJK Unified Ideographs
}

Observation = dict[str, Any]


class TabletopEnv(gym.Env[Observation, np.ndarray]):
    """One task sentence, one arm, one table.

    Observation: "fixed" and "wrist", square uint8 pictures; "state" (21,) joint positions (rad) and
    velocities (rad/s), gripper width (m), wrench (N, Nm, tool frame); "instruction" text.
    Action: (8,) absolute joint targets (rad) and gripper width (m), reached within 50 ms as far as
    the limits allow. Reward 1 and termination on success; truncation after 20 s.

    Args:
        task: as in `sim.tasks.task`, or "all" for a random one of TASKS each episode.
        split: which seeds episodes are drawn from: "train", "validation" or "test".
        pool, phrasing, language: see :func:`sim.tasks.sample_episode`.
        perturbations: what goes wrong, as "name=strength"; see :mod:`sim.perturbations`.
        size: image side, pixels (None: each camera's own). render_size: that of `render()`.

    `reset(options={"seed": s})` plays exactly the episode of seed s.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 20}  # noqa: RUF012

    def __init__(
        self,
        task: str = "all",
        split: str = "train",
        pool: str = "seen",
        phrasing: str = "seen",
        size: int | None = None,
        render_size: int = 480,
        render_mode: str | None = None,
        robot: RobotSpec = FR3,
        perturbations: Sequence[str] = (),
        language: str = "en",
    ) -> None:
        self._names = tuple(TASKS) if task == "all" else (task,)
        for name in self._names:
            spoken(name, language)  # refuses by name
        if split not in SPLITS:
            raise ValueError(f"no split {split!r}; known: {', '.join(SPLITS)}")
        self.render_mode = render_mode
        self._wrong = compose(perturbations)
        self._split, self._pool, self._phrasing = split, pool, phrasing
        self._language = language
        self._size, self._render_size = size, render_size
        self.world = World(robot)
        self.driver = Actuator(self.world)
        sides = {name: size or camera.pixels for name, camera in robot.cameras.items()}
        self.observation_space = spaces.Dict(
            {
                **{n: spaces.Box(0, 255, (side, side, 3), np.uint8) for n, side in sides.items()},
                "state": spaces.Box(-np.inf, np.inf, (2 * robot.joints + 7,), np.float32),
                "instruction": spaces.Text(200, min_length=1, charset=_CHARACTERS[language]),
            }
        )
        self.action_space = spaces.Box(
            np.array([*robot.position_lower, 0.0], np.float32),
            np.array([*robot.position_upper, robot.gripper_open], np.float32),
        )

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        super().reset(seed=seed)
        seeds = SPLITS[self._split]
        wanted = (options or {}).get("seed")
        name = self._names[self.np_random.integers(len(self._names))]
        drawn = int(self.np_random.integers(seeds.start, seeds.stop))
        episode = sample_episode(
            name,
            drawn if wanted is None else int(wanted),
            self._pool,
            self._phrasing,
            reach=self.world.robot.reach,
            language=self._language,
        )
        self.episode = self._wrong.episode(episode)
        self.world.reset(self.episode.scene)
        self.driver.reset()
        self._wrong.start(self.world)
        self._monitor = self.episode.task.monitor(self.world, self.episode.goal)
        self._steps = 0
        return self._observe(), self._info(False)

    def step(self, action: np.ndarray) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        target = np.asarray(action, dtype=np.float64)
        self._wrong.tick(self.world)
        if np.isfinite(target).all():
            chunk = ActionChunk(target[None, :-1], target[-1:], self.world.time)
            self.driver.follow(self._wrong.command(chunk))
        else:  # the target before stays in force
            self.driver.policy_step(target[:-1], float(target[-1]))
        self._steps += 1
        success = self._monitor.update()
        late = self._steps >= STEP_LIMIT and not success
        return self._observe(), float(success), success, late, self._info(success)

    def render(self) -> np.ndarray | None:  # type: ignore[override]
        if self.render_mode != "rgb_array":
            return None
        return self.world.render("fixed", self._render_size)

    def close(self) -> None:
        self.world.close()

    def _observe(self) -> Observation:
        seen = self._wrong.sense(self.world.observation(("fixed", "wrist"), self._size))
        return {
            **seen.images,
            "state": state_vector(seen).astype(np.float32),
            "instruction": self.episode.instruction,
        }

    def _info(self, success: bool) -> dict[str, Any]:
        return {
            "success": success,
            "progress": self.episode.task.progress(self.world, self.episode.goal),
            "task": self.episode.task.name,
            "seed": self.episode.seed,
            "limit_violations": self.driver.violations,
        }
