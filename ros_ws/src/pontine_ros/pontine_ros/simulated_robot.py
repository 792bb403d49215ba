"""The MuJoCo world in wall time: one thread for physics, one for the cameras.

Physics never waits for a picture or a message. Simulated time follows real time, times `speed`;
what the machine cannot keep up with is left out, and shows in the real-time factor.
"""

import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from body import RobotSpec
from body.contract.arrays import Array, Image
from pontine.live.cameras import PATTERNS, develop, noise_patterns
from pontine_ros.process import SWITCH, hurry
from pontine_ros.trajectory_controller import TrajectoryController
from sim.metrics import Grasps
from sim.tasks import Episode
from sim.worlds import PHYSICS_DT, POLICY_STEPS, World

BEHIND = 0.1  # s that physics may lag before it gives up catching up
STEP = round(PHYSICS_DT * 1e9)  # ns


@dataclass
class SceneFigures:
    """What has happened since the reset; m. The grasps' are those of :class:`Grasps`."""

    success: bool = False
    motion: float = 0.0
    grasp_errors: tuple[float, ...] = ()
    first_grasp: bool | None = None


class SimulatedRobot:
    """Runs from :meth:`start` to :meth:`close`.

    Attributes:
        time: simulated ns, never goes back. number: of the scene. episode: what it is.
        figures: see :class:`SceneFigures`. paused: physics stands still.
        controller: of the arm's trajectories.
        factor: simulated by real seconds, over the last second.
        before: called from the physics thread before each period.
        on_state, on_picture: called from the threads with the world after each period, and with
            each camera's name and (side, side, 3) picture, and the ns they are of.

    Args:
        every: physics steps between two states. picture_rate: wrist pictures a second of
            simulated time. slow: of so many of these, one also of the other cameras.
        ahead: ns that the clock of the arm's controller is ahead of `time`.
    """

    def __init__(
        self, spec: RobotSpec, episode: Episode, every: int, picture_rate: float, slow: int,
        speed: float, ahead: int = 0,
    ) -> None:  # fmt: skip
        self.spec, self.episode = spec, episode
        self.time = self.number = 0
        self.figures = SceneFigures()
        self.paused = False
        self.before: Callable[[], object] = lambda: None
        self.on_state: Callable[[World], None] = lambda world: None
        self.on_picture: Callable[[str, Image, int], None] = lambda name, pixels, stamp: None
        self._every, self._slow, self._speed = every, slow, speed
        self._frame = 1 / picture_rate / speed
        self._lock = threading.Lock()
        self._wanted: Episode | None = episode
        self._reference, self._width = spec.home.copy(), spec.gripper_open
        self._ahead = ahead
        self.controller = TrajectoryController(spec.joint_names, STEP)
        self._snapshot = (0, 0, np.zeros(0))  # scene, simulated ns, positions
        self._marks: deque[tuple[float, int]] = deque(maxlen=round(1 / (every * PHYSICS_DT)))
        self._end = threading.Event()
        self._shown = threading.Event()
        self._threads = [
            threading.Thread(target=run, name=name, daemon=True)
            for name, run in (("physics", self._physics), ("cameras", self._cameras))
        ]

    def start(self) -> None:
        """Begin."""
        sys.setswitchinterval(SWITCH)
        for thread in self._threads:
            thread.start()
        self._shown.wait(10)

    def close(self) -> None:
        """End both threads."""
        self._end.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def reset(self, episode: Episode, seconds: float = 10.0) -> bool:
        """Put the world to the beginning of `episode` and wait until it is."""
        self._shown.clear()
        with self._lock:
            self._wanted = episode
        return self._shown.wait(seconds)

    @property
    def clock(self) -> int:
        """Ns on the clock of the arm's controller."""
        return self.time + self._ahead

    def command(self, q: Array) -> None:
        """Be told `q` (J,) rad from the next step on, and no trajectory any more."""
        self.controller.cancel()
        self._reference = q

    def gripper(self, width: float) -> None:
        """Open or close to `width` m."""
        self._width = float(np.clip(width, 0.0, self.spec.gripper_open))

    @property
    def factor(self) -> float:
        marks = self._marks
        if len(marks) < 2:
            return 0.0
        (begun, first), (now, last) = marks[0], marks[-1]
        return (last - first) * 1e-9 / max(now - begun, 1e-9)

    def _physics(self) -> None:
        hurry()
        period = self._every * PHYSICS_DT / self._speed
        due = time.monotonic()
        with World(self.spec) as world:
            while not self._end.is_set():
                if self._wanted is not None:
                    self._begin(world)  # what it takes is caught up: other clocks went on
                due += period
                wait = due - time.monotonic()
                if wait > 0:
                    time.sleep(wait)
                elif wait < -BEHIND:
                    due = time.monotonic()
                self.before()
                if self.paused:
                    continue
                for _ in range(self._every):
                    self._step(world)
                self._marks.append((time.monotonic(), self.time))
                self._snapshot = self.number, self.time, world.data.qpos.copy()
                self.on_state(world)

    def _begin(self, world: World) -> None:
        with self._lock:
            assert self._wanted is not None
            self.episode, self._wanted = self._wanted, None
        world.reset(self.episode.scene)
        goal = self.episode.goal if self.episode.goal.target >= 0 else None
        self._monitor = self.episode.task.monitor(world, goal) if goal else None
        self._grasps = Grasps([part.target for part in goal.parts]) if goal else None
        self.command(self.spec.home.copy())
        self._width = self.spec.gripper_open
        self._start = world.tool_pose()[:3]
        self.figures = SceneFigures()
        self._steps = 0
        self.number += 1
        self._snapshot = self.number, self.time, world.data.qpos.copy()
        self._shown.set()

    def _step(self, world: World) -> None:
        told = self.controller.update(self.clock, lambda: world.data.qpos[world.arm])
        if told is not None:
            self._reference = told
        world.step(self._reference, self._width)
        self.time += STEP
        self._steps += 1
        if self._steps % POLICY_STEPS == 0:
            self._judge(world)

    def _judge(self, world: World) -> None:
        figures = self.figures
        tool = world.tool_pose()[:3]
        figures.motion = max(figures.motion, float(np.linalg.norm(tool - self._start)))
        if self._monitor is not None and self._grasps is not None:
            figures.success = figures.success or bool(self._monitor.update())
            self._grasps.update(world, self._width < self.spec.gripper_open / 2)
            figures.grasp_errors = tuple(self._grasps.errors)
            figures.first_grasp = self._grasps.first

    def _cameras(self) -> None:
        spec, shown, number = self.spec, 0, 0
        noises = {name: noise_patterns(camera.pixels) for name, camera in spec.cameras.items()}
        due = time.monotonic()
        with World(spec) as world:
            while not self._end.is_set():
                due = max(due + self._frame, time.monotonic() - self._frame)
                self._end.wait(max(0.0, due - time.monotonic()))
                scene, stamp, qpos = self._snapshot
                if self.paused or not scene:
                    continue
                if shown != scene:
                    shown = scene
                    world.reset(self.episode.scene)
                    continue  # the next snapshot is surely of this scene
                world.data.qpos[:] = qpos
                number += 1
                for name in spec.cameras:
                    if name != "wrist" and number % self._slow:
                        continue
                    noise = noises[name][number % PATTERNS]
                    pixels = np.empty(noise.shape, np.uint8)
                    develop(world.render(name), noise, pixels)
                    self.on_picture(name, pixels, stamp)
