"""What a model file says of each joint: its range, its torque, its servo's gains."""

import mujoco
import numpy as np

AFFINE = int(mujoco.mjtBias.mjBIAS_AFFINE)
FIXED = int(mujoco.mjtGain.mjGAIN_FIXED)
JOINTS = (int(mujoco.mjtTrn.mjTRN_JOINT), int(mujoco.mjtTrn.mjTRN_JOINTINPARENT))


def drives(model: mujoco.MjModel, joint: int) -> list[int]:
    """Ids of the actuators on `joint`."""
    return [
        i
        for i in range(model.nu)
        if int(model.actuator_trntype[i]) in JOINTS and model.actuator_trnid[i, 0] == joint
    ]


def position_servo(model: mujoco.MjModel, joint: int) -> int | None:
    """Id of the actuator that holds `joint` where its control says; None: it has none."""
    for i in drives(model, joint):
        gain, bias = model.actuator_gainprm[i, 0], model.actuator_biasprm[i]
        affine = model.actuator_biastype[i] == AFFINE and model.actuator_gaintype[i] == FIXED
        if affine and gain > 0 and np.isclose(bias[1], -gain):
            return i
    return None


def gains(model: mujoco.MjModel, joint: int) -> tuple[float, float] | None:
    """Nm/rad and Nm s/rad of its servo, as the joint feels them through the gear."""
    servo = position_servo(model, joint)
    if servo is None:
        return None
    gear = float(model.actuator_gear[servo, 0])
    stiffness, damping = model.actuator_gainprm[servo, 0], -model.actuator_biasprm[servo, 2]
    return float(stiffness * gear**2), float(damping * gear**2)


def effort(model: mujoco.MjModel, joint: int) -> float | None:
    """The most that `joint` is turned with, Nm; None: the file does not say."""
    bounds = []
    for i in drives(model, joint):
        gear = abs(float(model.actuator_gear[i, 0]))
        if model.actuator_forcelimited[i]:
            bounds.append(np.abs(model.actuator_forcerange[i]).min() * gear)
        motor = model.actuator_biastype[i] == int(mujoco.mjtBias.mjBIAS_NONE)
        if motor and model.actuator_ctrllimited[i]:
            gain = abs(float(model.actuator_gainprm[i, 0]))
            bounds.append(np.abs(model.actuator_ctrlrange[i]).min() * gain * gear)
    if model.jnt_actfrclimited[joint]:
        bounds.append(np.abs(model.jnt_actfrcrange[joint]).min())
    positive = [float(bound) for bound in bounds if bound > 0]
    return min(positive) if positive else None


def limits(model: mujoco.MjModel, joint: int) -> tuple[float, float] | None:
    """rad: the joint's range, or that of its servo's control; None: the file does not say."""
    if model.jnt_limited[joint]:
        low, high = model.jnt_range[joint]
        return float(low), float(high)
    servo = position_servo(model, joint)
    if servo is None or not model.actuator_ctrllimited[servo]:
        return None
    ends = model.actuator_ctrlrange[servo] / model.actuator_gear[servo, 0]
    return float(ends.min()), float(ends.max())
