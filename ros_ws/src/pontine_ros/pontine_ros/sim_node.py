"""The simulated robot and its world behind the topics of a real one."""

import time
from array import array
from dataclasses import replace
from typing import Any

import numpy as np
from builtin_interfaces.msg import Time
from pontine_interfaces.msg import SceneState
from rcl_interfaces.msg import SetParametersResult
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import CameraInfo, Image, JointState

from body import BodyError
from body.contract.arrays import Image as Pixels
from body.contract.instruction import checked_instruction
from body.robots.reach import Reach
from body.robots.registry import robot
from pontine.suites.tabletop.scene_for_sentence import find_goal, fitting_scene, random_scene
from pontine_ros import topics
from pontine_ros.incoming import positions
from pontine_ros.lifecycle import OK, WARN, PontineNode
from pontine_ros.process import run
from pontine_ros.simulated_robot import SimulatedRobot
from sim.tasks import Episode, sample_episode
from sim.worlds import PHYSICS_DT, World
from sim.worlds.scene import SceneError

WRENCH_EVERY = 10  # states
CELL, LONGEST = 0.0002, 1.0  # s, of the histogram of command periods
SAY = 0.2  # s between two scene states
FAIR = 0.95  # real-time factor below which the diagnostics warn


class SimNode(PontineNode):
    """See the module; parameters in `parameters.NODES`."""

    def __init__(self) -> None:
        super().__init__("sim_node")
        self.add_on_set_parameters_callback(self._set)
        self._sim: SimulatedRobot | None = None

    def configure(self) -> None:
        settings = self.settings
        spec = robot(settings["robot"])
        rate = int(settings["state_rate"])
        every = max(1, round(1 / rate / PHYSICS_DT))
        slow = max(1, round(settings["picture_rate"] / settings["slow_picture_rate"]))
        self._clock_every = max(1, round(rate / settings["clock_rate"]))
        self._states = self._commands = 0
        self._commanded_at = self._gap = 0.0
        self._periods = np.zeros(round(LONGEST / CELL), np.int64)
        self._fingers = tuple(settings["finger_joints"])
        ahead = round(float(settings["clock_offset"]) * 1e9)
        episode = sample_episode(settings["task"], int(settings["seed"]), reach=spec.reach)
        self._sim = sim = SimulatedRobot(
            spec, episode, every, float(settings["picture_rate"]), slow, float(settings["speed"]),
            ahead,
        )  # fmt: skip
        sim.paused = True
        self._state = JointState()
        self._name_joints()
        self._begun = 0
        self._clock_out = self.speak(topics.CLOCK)
        joints, wrench, image = map(
            self._offered, (topics.JOINT_STATES, topics.WRENCH, topics.IMAGE)
        )
        self._joints, self._wrench = self.speak(joints), self.speak(wrench)
        self._scene = self.speak(topics.SCENE)
        self._cameras = {
            name: [self.speak(t, t.name.format(camera=name))
                   for t in (image, topics.CAMERA_INFO)]
            for name in spec.cameras
        }  # fmt: skip
        self._info = {name: _camera_info(camera.pixels, camera.fovy, name)
                      for name, camera in spec.cameras.items()}  # fmt: skip
        inboxes = (
            self.inbox(topics.TRAJECTORY, self._take_trajectory),
            self.inbox(topics.POSITIONS, self._take_positions),
            self.inbox(topics.GRIPPER, self._take_gripper),
        )
        self.serve(topics.RESET, self._reset)
        self.serve(topics.PAUSE, self._pause)
        self.every(SAY, self._say)
        sim.before = lambda: [inbox.poll() for inbox in inboxes]
        sim.on_state, sim.on_picture = self._publish_state, self._publish_picture
        sim.start()

    def _offered(self, topic: topics.Topic) -> topics.Topic:
        """`topic` as this robot's drivers publish it."""
        reliable = topic.quality.reliable and not self.settings["best_effort"]
        return replace(topic, quality=replace(topic.quality, reliable=reliable))

    def activate(self) -> None:
        assert self._sim is not None
        self._sim.paused = False

    def deactivate(self) -> None:
        if self._sim is not None:
            self._sim.paused = True

    def cleanup(self) -> None:
        if self._sim is not None:
            self._sim.close()
            self._sim = None

    def _release(self) -> None:
        self.cleanup()  # its threads publish
        super()._release()

    def health(self) -> tuple[bytes, str, dict[str, Any]]:
        sim = self._sim
        if sim is None:
            return OK, "not configured", {}
        figures = {
            "real-time factor": round(sim.factor, 3), "scene": sim.number,
            "commands": self._commands,
        }  # fmt: skip
        if sim.paused:
            return OK, "paused", figures
        slow = sim.factor < FAIR * float(self.settings["speed"])
        return (WARN, "slower than asked for", figures) if slow else (OK, "", figures)

    def _set(self, changed: list[Any]) -> SetParametersResult:
        self.settings |= {parameter.name: parameter.value for parameter in changed}
        self._name_joints()
        return SetParametersResult(successful=True)

    def _name_joints(self) -> None:
        if self._sim is None:
            return
        renamed = self.settings["fail_joint"]
        self._state.name = [
            f"{name}_renamed" if name == renamed else name
            for name in (*self._sim.spec.joint_names, *self._fingers)
        ]

    def _publish_state(self, world: World) -> None:
        assert self._sim is not None
        stamp = _time(self._sim.time)
        self._states += 1
        if self._states % self._clock_every == 0:
            self._clock_out.publish(Clock(clock=stamp))
        if self.settings["fail_silent"]:
            return
        fingers, state = self._fingers, self._state
        share = world.gripper_width / max(1, len(fingers))
        state.position = array("d", [*world.data.qpos[world.arm].tolist(), *[share] * len(fingers)])
        state.velocity = array("d", [*world.data.qvel[world.arm].tolist(), *[0.0] * len(fingers)])
        state.header.stamp = _time(self._sim.clock)
        self._joints.publish(state)
        if self._states % WRENCH_EVERY == 0:
            message = topics.message_type(topics.WRENCH.kind)()
            message.header.stamp, message.header.frame_id = stamp, "tool"
            force, torque = message.wrench.force, message.wrench.torque
            force.x, force.y, force.z, torque.x, torque.y, torque.z = world.wrench().tolist()
            self._wrench.publish(message)

    def _publish_picture(self, name: str, pixels: Pixels, stamp: int) -> None:
        side = len(pixels)
        image = Image(height=side, width=side, encoding="rgb8", step=3 * side,
                      data=array("B", pixels.tobytes()))  # fmt: skip
        image.header.stamp, image.header.frame_id = _time(stamp), f"{name}_optical"
        info = self._info[name]
        info.header = image.header
        pictures, infos = self._cameras[name]
        pictures.publish(image)
        infos.publish(info)

    def _take_trajectory(self, message: Any) -> None:
        assert self._sim is not None
        self._sim.controller.take(message, self._sim.clock)
        self._count()

    def _take_positions(self, message: Any) -> None:
        assert self._sim is not None
        self._sim.command(positions(message.data, self._sim.spec.joints))
        self._count()

    def _take_gripper(self, message: Any) -> None:
        assert self._sim is not None
        self._sim.gripper(float(positions(message.data, 1)[0]))

    def _count(self) -> None:
        now = time.monotonic()
        if self._commanded_at:
            gap = now - self._commanded_at
            self._gap = max(self._gap, gap)
            self._periods[min(round(gap / CELL), len(self._periods) - 1)] += 1
        self._commanded_at = now
        self._commands += 1

    def _p99(self) -> float:
        reached = np.cumsum(self._periods)
        return CELL * float(np.searchsorted(reached, 0.99 * reached[-1]))

    def _reset(self, request: Any, response: Any) -> Any:
        assert self._sim is not None
        try:
            episode = _requested(request, self._sim.spec.reach)
        except BodyError as error:
            response.message = str(error)
            return response
        self._gap = self._commanded_at = 0.0
        response.success = self._sim.reset(episode)
        self._begun = self._sim.time
        response.number, response.instruction = self._sim.number, episode.instruction
        self._say()
        return response

    def _pause(self, request: Any, response: Any) -> Any:
        assert self._sim is not None
        self._sim.paused = bool(request.data)
        response.success = True
        return response

    def _say(self) -> None:
        sim = self._sim
        if sim is None:
            return
        figures, episode = sim.figures, sim.episode
        first = -1 if figures.first_grasp is None else int(figures.first_grasp)
        state = SceneState(
            number=sim.number, task=episode.task.name if episode.goal.target >= 0 else "",
            seed=episode.seed, instruction=episode.instruction, success=figures.success,
            motion=figures.motion, grasp_errors=array("d", figures.grasp_errors),
            first_grasp=first, simulated_seconds=(sim.time - self._begun) * 1e-9,
            real_time_factor=sim.factor, paused=sim.paused, commands=self._commands,
            commands_refused=self.refusals.total, command_period_p99=self._p99(),
            command_gap=self._gap,
        )  # fmt: skip
        state.header.stamp = _time(sim.time)
        self._scene.publish(state)


def _requested(request: Any, reach: Reach | None) -> Episode:
    if request.seed < 0:
        raise SceneError(f"seed {request.seed}: must be at least 0")
    if request.task:
        return sample_episode(request.task, request.seed, reach=reach)
    sentence, seed = checked_instruction(request.instruction), request.seed
    fitting = None if request.any_scene else fitting_scene(sentence, seed, reach)
    return fitting or find_goal(sentence, random_scene(seed, reach), seed)


def _camera_info(side: int, fovy: float, name: str) -> CameraInfo:
    """A pinhole's; `fovy` in degrees, pixels with centres at integers plus one half."""
    focal = side / 2 / np.tan(np.radians(fovy) / 2)
    centre = side / 2 - 0.5
    k = [focal, 0.0, centre, 0.0, focal, centre, 0.0, 0.0, 1.0]
    return CameraInfo(
        height=side, width=side, distortion_model="plumb_bob", d=[0.0] * 5, k=k,
        r=[1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0],
        p=[focal, 0.0, centre, 0.0, 0.0, focal, centre, 0.0, 0.0, 0.0, 1.0, 0.0],
    )  # fmt: skip


def _time(stamp: int) -> Time:
    return Time(sec=stamp // 10**9, nanosec=stamp % 10**9)


def main() -> None:
    """Entry point."""
    run(SimNode, urgent=True)
