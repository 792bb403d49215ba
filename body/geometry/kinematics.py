"""Forward and inverse kinematics of a serial arm from modified Denavit-Hartenberg figures.

Each joint contributes (Craig, Introduction to Robotics, 3rd ed., eq. 3.6)

    T_i = Rot_x(alpha_i) Trans_x(a_i) Rot_z(q_i + offset_i) Trans_z(d_i).

Inverse kinematics is damped least squares (Wampler 1986),
dq = J^T (J J^T + lambda^2 I)^-1 e, with the null space drawn gently towards `home`.
"""

import numpy as np

from body.contract.arrays import Array
from body.contract.robot_spec import RobotSpec

DAMPING = 1e-4  # lambda^2
POSTURE_GAIN = 0.05


class Kinematics:
    """Kinematics of `spec`. Tool poses are (x, y, z, yaw): see :mod:`body.contract.waypoint`."""

    def __init__(self, spec: RobotSpec) -> None:
        self.spec = spec
        a, d, alpha = spec.dh.T
        fixed = np.zeros((spec.joints, 4, 4))
        fixed[:, 0, 0] = 1
        fixed[:, 0, 3] = a
        fixed[:, 1, 1] = fixed[:, 2, 2] = np.cos(alpha)
        fixed[:, 1, 2] = -np.sin(alpha)
        fixed[:, 2, 1] = np.sin(alpha)
        fixed[:, 3, 3] = 1
        if spec.base is not None:
            fixed[0] = spec.base @ fixed[0]
        self._fixed = fixed
        self._d = d
        self._offset = 0.0 if spec.offset is None else spec.offset
        self._to_tool = spec.flange_to_hand @ spec.hand_to_tool

    def frames(self, q: Array) -> Array:
        """Poses (..., J, 4, 4) of the joint frames in the base frame, for q (..., J) rad."""
        q = np.asarray(q, dtype=np.float64) + self._offset
        rotation = np.zeros((*q.shape, 4, 4))
        rotation[..., 0, 0] = rotation[..., 1, 1] = np.cos(q)
        rotation[..., 1, 0] = np.sin(q)
        rotation[..., 0, 1] = -rotation[..., 1, 0]
        rotation[..., 2, 2] = rotation[..., 3, 3] = 1
        rotation[..., 2, 3] = self._d
        links = self._fixed @ rotation
        for joint in range(1, q.shape[-1]):
            links[..., joint, :, :] = links[..., joint - 1, :, :] @ links[..., joint, :, :]
        return links

    def forward(self, q: Array) -> Array:
        """Tool pose (..., 4, 4) in the base frame, m."""
        return self.frames(q)[..., -1, :, :] @ self._to_tool

    def hand(self, q: Array) -> Array:
        """Hand pose (..., 4, 4) in the base frame, m: where hand-mounted cameras hang."""
        return self.frames(q)[..., -1, :, :] @ self.spec.flange_to_hand

    def tool_pose(self, q: Array) -> Array:
        """(..., 4): tool x, y, z in m and yaw in rad within [-pi/2, pi/2)."""
        return _pose(self.forward(q))

    def tool_of_hand(self, hand: Array) -> Array:
        """As :meth:`tool_pose`, from the hand's pose (..., 4, 4)."""
        return _pose(hand @ self.spec.hand_to_tool)

    def inverse(self, pose: Array, q_seed: Array, iterations: int = 8) -> Array:
        """Joint positions that bring the tool to `pose`, pointing straight down.

        Args:
            pose: (..., 4) x, y, z (m), yaw (rad; not wrapped, so a command stays continuous).
            q_seed: (J,) or (..., J) rad, where the search starts.

        Returns:
            (..., J) rad within the position limits. A pose out of reach gives the nearest
            posture found: compare `tool_pose` where that matters.
        """
        pose = np.asarray(pose, dtype=np.float64)
        q = np.broadcast_to(q_seed, (*pose.shape[:-1], self.spec.joints)).copy()
        wanted = down_rotation(pose[..., 3]).swapaxes(-1, -2)
        eye = np.eye(6)
        for _ in range(iterations):
            frames = self.frames(q)
            tool = frames[..., -1, :, :] @ self._to_tool
            axes = frames[..., :, :3, 2]
            arms = tool[..., None, :3, 3] - frames[..., :, :3, 3]
            jacobian = np.concatenate([_cross(axes, arms), axes], axis=-1).swapaxes(-1, -2)
            sides = tool[..., :3, :3].swapaxes(-1, -2)  # the tool's x, y and z axis
            turn = 0.5 * _cross(sides, wanted).sum(-2)
            error = np.concatenate([pose[..., :3] - tool[..., :3, 3], turn], axis=-1)
            # bounded steps keep a far target from throwing the arm across a singularity
            error[..., :3] *= _bound(error[..., :3], 0.15)
            error[..., 3:] *= _bound(error[..., 3:], 0.5)
            transpose = jacobian.swapaxes(-1, -2)
            gram = jacobian @ transpose + DAMPING * eye
            posture = POSTURE_GAIN * (self.spec.home - q)
            residual = error - np.einsum("...ij,...j->...i", jacobian, posture)
            step = np.linalg.solve(gram, residual[..., None])
            q = q + posture + (transpose @ step)[..., 0]
            q = np.minimum(np.maximum(q, self.spec.position_lower), self.spec.position_upper)
        return q


def down_rotation(yaw: Array) -> Array:
    """(..., 3, 3) rotation of a tool that points straight down, turned by `yaw` rad."""
    yaw = np.asarray(yaw, dtype=np.float64)
    rotation = np.zeros((*yaw.shape, 3, 3))
    cosine, sine = np.cos(yaw), np.sin(yaw)
    rotation[..., 0, 0] = cosine
    rotation[..., 1, 0] = sine
    rotation[..., 0, 1] = sine
    rotation[..., 1, 1] = -cosine
    rotation[..., 2, 2] = -1
    return rotation


def _bound(vector: Array, limit: float) -> Array:
    norm = np.linalg.norm(vector, axis=-1, keepdims=True)
    return np.minimum(1.0, limit / np.maximum(norm, 1e-12))


def _pose(tool: Array) -> Array:
    """(..., 4) x, y, z and yaw of a tool's pose (..., 4, 4)."""
    yaw = np.arctan2(tool[..., 1, 0], tool[..., 0, 0])
    yaw = (yaw + np.pi / 2) % np.pi - np.pi / 2
    return np.concatenate([tool[..., :3, 3], yaw[..., None]], axis=-1)


def _cross(a: Array, b: Array) -> Array:
    """a x b over the last axis; numpy's own costs four times as much on a few vectors."""
    out = np.empty(np.broadcast_shapes(a.shape, b.shape))
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        out[..., i] = a[..., j] * b[..., k] - a[..., k] * b[..., j]
    return out
