"""The state vector of recordings and of the environment."""

import numpy as np

from body import Observation
from body.contract.arrays import Array


def state_vector(seen: Observation) -> Array:
    """(2 J + 7,): joint positions (rad), velocities (rad/s), gripper width (m), wrench (6)."""
    width = np.array([seen.gripper_width])
    return np.concatenate([seen.joint_position, seen.joint_velocity, width, seen.wrench])
