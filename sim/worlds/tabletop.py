"""The tabletop: a robot, a scene, physics at 500 Hz, and what the robot senses of it."""

from collections.abc import Sequence
from dataclasses import replace

import mujoco
import numpy as np

from body import CameraSpec, Observation, RobotSpec
from body.contract.arrays import Array
from body.geometry.kinematics import Kinematics
from body.geometry.project import project
from body.robots.fr3 import FR3
from episodes.vocabulary import COLOURS, KINDS
from sim.robots.gripper import Motor, hand_weight
from sim.robots.poses import yaw_quat
from sim.worlds.camera import Camera
from sim.worlds.fixtures import grip_pose
from sim.worlds.model import MAX_PIXELS, PHYSICS_DT, build_model
from sim.worlds.objects import SceneObject
from sim.worlds.path import Path
from sim.worlds.scene import Scene

POLICY_STEPS = 25  # physics steps in one policy step of 50 ms
MAX_OBJECTS = 6
CATCH_UP = 0.1  # s in which a thing that moves by itself makes up for what held it back
BAD_STATES = tuple(
    int(getattr(mujoco.mjtWarning, f"mjWARN_BAD{what}")) for what in ("QPOS", "QVEL", "QACC")
)


class World:
    """A simulated table with `robot`. Not picklable: make one in each process, and close it.

    Attributes:
        scene: what was last reset to. model, data: MuJoCo's, replaced by every reset.
        time: int64 ns since the reset. arm: where the arm's joints stand in qpos and qvel.
    """

    def __init__(self, robot: RobotSpec = FR3) -> None:
        self.robot = robot
        self.kinematics = Kinematics(robot)
        self._camera: Camera | None = None
        if robot.anatomy is not None:  # without one, reset refuses
            self._weight, self._lever = hand_weight(robot.anatomy.hand)

    def reset(
        self, scene: Scene, q: Array | None = None, gripper_width: float | None = None
    ) -> None:
        """Build `scene` and put the robot at rest at `q` (J,) rad (home) with its hand open."""
        robot = self.robot
        self.scene = scene
        self.model = build_model(scene, robot)
        self.data, self._fixed_camera = mujoco.MjData(self.model), self._shifted_camera()
        self._index()
        q = robot.home if q is None else np.asarray(q, dtype=np.float64)
        robot.check_shape("q", q)
        width = robot.gripper_open if gripper_width is None else float(gripper_width)
        self.data.qpos[self.arm] = q
        self.data.qpos[self._fingers] = width / 2
        self.data.ctrl[: robot.joints] = q
        self.data.ctrl[robot.joints] = width
        for index, item in enumerate(scene.objects):
            if item.fixed:
                self.data.qpos[self._free[index]] = item.moved
        self._gripper = Motor(robot.gripper_open, width)
        self.time = 0
        mujoco.mj_forward(self.model, self.data)
        self.rest = self.data.xpos[self._bodies].copy()

    def step(self, joint_target: Array, gripper_width: float) -> None:
        """One physics step of 2 ms with these commands: (J,) rad and m."""
        control = self.data.ctrl
        control[: self.robot.joints] = joint_target
        control[self.robot.joints] = self._gripper.turn(gripper_width, self.gripper_width)
        if self.scene.path is not None:
            self._move_along(self.scene.path)
        mujoco.mj_step(self.model, self.data)
        self.time += int(PHYSICS_DT * 1e9)

    def _move_along(self, path: Path) -> None:
        where, velocity = path.at(self.time * 1e-9)
        start, dof = self._free[path.index], self._dof[path.index]
        behind = self.rest[path.index][:2] + where - self.data.qpos[start : start + 2]
        self.data.qvel[dof : dof + 2] = velocity + behind / CATCH_UP
        self.data.qvel[dof + 3 : dof + 6] = 0.0

    @property
    def unstable(self) -> bool:
        """MuJoCo met a NaN or a huge value since the reset, and has begun from its start again."""
        return any(self.data.warning[kind].number for kind in BAD_STATES)

    def observation(self, cameras: Sequence[str] = (), size: int | None = None) -> Observation:
        """What the robot senses now, with images from `cameras`, `size` as in :meth:`render`."""
        return Observation(
            stamp=self.time,
            joint_position=self.data.qpos[self.arm],
            joint_velocity=self.data.qvel[self.arm],
            gripper_width=self.gripper_width,
            wrench=self.wrench(),
            images={name: self.render(name, size) for name in cameras},
        )

    def render(self, camera: str, size: int | None = None) -> np.ndarray:
        """(size, size, 3) uint8 picture; raises RenderError where EGL is missing.

        Args:
            size: pixels of a side; None: as many as the robot's camera has.
        """
        if self._camera is None:
            self._camera = Camera(MAX_PIXELS)
        self._settle_frames()
        if size is None:
            known = self.robot.cameras.get(camera)
            size = known.pixels if known else MAX_PIXELS  # an unknown one is refused by name
        return self._camera.render(self.model, self.data, camera, size)

    @property
    def gripper_width(self) -> float:
        """Opening between the pads, m."""
        return float(self.data.qpos[self._fingers].sum())

    @property
    def told_width(self) -> float:
        """The opening last commanded, m: what the pads are on their way to, or squeeze towards."""
        return self._gripper.told

    def wrench(self) -> Array:
        """(6,) force N and torque Nm the world exerts on the hand, tool frame, weight removed."""
        x, y, z = (self._lever - self.robot.hand_to_tool[:3, 3]).tolist()
        a, b, c = self._hand_weight().tolist()
        turning = np.array([y * c - z * b, z * a - x * c, x * b - y * a])  # lever times weight
        return np.concatenate([self.force(), -self.data.sensordata[3:6] - turning])

    def force(self) -> Array:
        """(3,) the force of :meth:`wrench` alone, cheap enough for every physics step."""
        # MuJoCo states what the wrist exerts on the hand; the world's share is its opposite.
        sensed: Array = -self.data.sensordata[:3] - self._hand_weight()
        return sensed

    def tool_pose(self) -> Array:
        """(4,) measured tool x, y, z (m) and yaw (rad)."""
        return self.kinematics.tool_pose(self.data.qpos[self.arm])

    def tool_speed(self) -> float:
        """Linear speed of the tool, m/s."""
        velocity = np.zeros(6)
        mujoco.mj_objectVelocity(
            self.model, self.data, mujoco.mjtObj.mjOBJ_SITE, self._tool, velocity, 0
        )
        return float(np.linalg.norm(velocity[3:]))

    def object_pose(self, index: int) -> tuple[Array, Array]:
        """Centre (3,) m and rotation (3, 3) of object `index`, or of a fixture's grip, in the base
        frame."""
        item, start = self.scene.objects[index], self._free[index]
        rotation = np.zeros(9)
        if item.fixed:
            place = self.model.body_pos[self._bases[index]]
            centre, yaw = grip_pose(item.kind, place, item.yaw, self.moved(index))
            mujoco.mju_quat2Mat(rotation, yaw_quat(yaw))
            return centre, rotation.reshape(3, 3)
        mujoco.mju_quat2Mat(rotation, self.data.qpos[start + 3 : start + 7])
        return self.data.qpos[start : start + 3].copy(), rotation.reshape(3, 3)

    def moved(self, index: int) -> float:
        """How far the part of fixture `index` has been moved, m or rad; 0 of anything else."""
        fixed = self.scene.objects[index].fixed
        return float(self.data.qpos[self._free[index]]) if fixed else 0.0

    def object_speed(self, index: int) -> float:
        """Speed of object `index`, m/s (rad/s of a part that turns)."""
        start = self._dof[index]
        if self.scene.objects[index].fixed:
            return abs(float(self.data.qvel[start]))
        return float(np.linalg.norm(self.data.qvel[start : start + 3]))

    def half_height(self, index: int) -> float:
        """Half the vertical extent of object `index` as it is turned now, m."""
        item: SceneObject = self.scene.objects[index]
        if item.kind == "ball":
            return item.width / 2
        if item.fixed:
            return 0.0
        axes = np.abs(self.object_pose(index)[1][2])
        if item.kind == "cube":
            return float(axes.sum() * item.width / 2)
        return float(axes[2] * item.height / 2 + np.hypot(axes[0], axes[1]) * item.width / 2)

    def touching(self, index: int) -> set[str]:
        """What object `index` touches: "table", "pad_left", "pad_right" or the body's name."""
        contact = self.data.contact
        pairs, me = contact.geom[: self.data.ncon], self._bodies[index]
        bodies = self._geom_body[pairs]
        mine = (bodies == me) & (contact.dist[: self.data.ncon, None] <= 0)
        return {self._geom_name[geom] for geom in pairs[:, ::-1][mine]}

    def in_hand(self, index: int) -> bool:
        """Both pads touch object `index`."""
        return {"pad_left", "pad_right"} <= self.touching(index)

    def objects(self) -> np.ndarray:
        """(6 or more, 10) float32: kind, colour, x, y, z, yaw, width, u, v, in hand.

        Of a fixture: of its grip, and instead of the width how far that has been moved (m or rad).
        Pixels are those of the fixed camera as it stands; rows without object have kind -1.
        """
        count = len(self.scene.objects)
        rows = np.zeros((max(MAX_OBJECTS, count), 10), dtype=np.float32)
        rows[:, 0] = -1
        for index, item in enumerate(self.scene.objects):
            centre, rotation = self.object_pose(index)
            yaw = np.arctan2(rotation[1, 0], rotation[0, 0])
            held = self.in_hand(index)
            size = self.moved(index) if item.fixed else item.width
            rows[index, :7] = [*self._names[index], *centre, yaw, size]
            rows[index, 9] = held
        camera, places = self._fixed_camera, rows[:count, 2:5].astype(np.float64)
        rows[:count, 7:9] = project(camera, np.eye(4), places, camera.pixels)[:, :2]
        return rows

    def _shifted_camera(self) -> CameraSpec:
        """The fixed camera as it stands in this scene."""
        camera, turn = self.model.camera("fixed"), np.zeros(9)
        mujoco.mju_quat2Mat(turn, camera.quat)
        axes = turn.reshape(3, 3)[:, :2].T.ravel()
        return replace(self.robot.cameras["fixed"], position=camera.pos.copy(), xyaxes=axes)

    def move_object(self, index: int, offset: Array) -> None:
        """Shift object `index` by `offset` (3,) m at rest: a perturbation, not a push."""
        start, dof = self._free[index], self._dof[index]
        if self.scene.objects[index].fixed:
            self.model.body_pos[self._bases[index]] += offset
            return
        self.data.qpos[start : start + 3] += offset
        self.data.qvel[dof : dof + 6] = 0
        self.rest[index] += offset

    def shove(self, index: int, velocity: Array) -> None:
        """Set object `index` moving by `velocity` (2,) m/s more, along the table; no fixture."""
        if self.scene.objects[index].fixed:
            return
        dof = self._dof[index]
        self.data.qvel[dof : dof + 2] += velocity

    def hold(self, index: int, depth: float = 0.03) -> None:
        """Put object `index` into the closed hand, `depth` m of it below the tool."""
        item, start, tool = self.scene.objects[index], self._free[index], self.tool_pose()
        self.data.qpos[start : start + 2] = tool[:2]
        self.data.qpos[start + 2] = tool[2] - depth + item.height / 2
        self.data.qpos[start + 3 : start + 7] = yaw_quat(tool[3])
        self.data.qpos[self._fingers] = (item.width - 0.001) / 2
        self.data.ctrl[self.robot.joints] = item.width - 0.02
        self._gripper = Motor(self.robot.gripper_open, item.width - 0.02)
        mujoco.mj_forward(self.model, self.data)

    def close(self) -> None:
        """Free the renderer; the world may be reset and used again."""
        if self._camera is not None:
            self._camera.close()
            self._camera = None

    def __enter__(self) -> "World":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _hand_weight(self) -> Array:
        """(3,) N, tool frame."""
        turn = self.data.site_xmat[self._tool].reshape(3, 3).T
        weight: Array = turn @ np.array([0.0, 0.0, -self._weight])
        return weight

    def _settle_frames(self) -> None:
        # mj_step leaves frames one step behind; these calls leave the dynamics untouched.
        mujoco.mj_kinematics(self.model, self.data)
        mujoco.mj_comPos(self.model, self.data)
        mujoco.mj_camlight(self.model, self.data)

    def _index(self) -> None:
        model = self.model
        self.arm = model.jnt_qposadr[model.actuator_trnid[: self.robot.joints, 0]]
        self._fingers = np.array(
            [model.joint(f"finger_{side}").qposadr[0] for side in ("left", "right")]
        )
        self._tool = model.site("tool").id
        self._geom_body = model.geom_bodyid.copy()
        self._geom_name = [
            model.geom(i).name or model.body(body).name for i, body in enumerate(self._geom_body)
        ]
        items, count = self.scene.objects, range(len(self.scene.objects))
        self._names = [(KINDS.index(item.kind), COLOURS.index(item.colour)) for item in items]
        self._bodies = np.array([model.body(f"object{i}").id for i in count], dtype=int)
        self._bases = [
            model.body(f"object{i}_base" if item.fixed else f"object{i}").id
            for i, item in enumerate(items)
        ]
        self._free = [int(model.joint(f"object{i}").qposadr[0]) for i in count]
        self._dof = [int(model.joint(f"object{i}").dofadr[0]) for i in count]
