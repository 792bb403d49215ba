"""MJCF text of a UR5e under odd names, units and defaults: what people's own files look like."""

from dataclasses import dataclass

import numpy as np

from body.robots.ur5e import UR5E

HOME = [float(q) for q in UR5E.home]
LIMITS = {"velocity": 3.0, "acceleration": 10.0, "jerk": 5000.0}
NAMES = ("pan", "lift", "elbow", "w1", "w2", "w3")
FOOT = '<body name="foot" quat="0 0 0 1" {childclass}><geom size="0.05 0.05"/>'
BESIDE = """
    <light pos="0 0 2"/><camera name="fixed"/><geom type="plane" size="1 1 1"/>
    <body name="tool" mocap="true"><geom type="sphere" size="0.1"/></body>
    <body name="object0"><freejoint/><geom type="sphere" size="0.1"/></body>"""
GRIPPER = """
    <body name="palm"><geom size="0.02 0.02"/>
      <body name="finger_left"><joint name="{left}" type="slide" limited="true" range="0 1"/>
        <geom size="0.01 0.01"/></body>
      <body name="finger_right"><joint name="{right}" type="slide"/><geom size="0.01 0.01"/></body>
    </body>"""
OF_GRIPPER = """
  <tendon><fixed name="width"><joint joint="{left}" coef="1"/></fixed></tendon>
  <equality><joint joint1="{left}" joint2="{right}"/></equality>
  <sensor><jointpos joint="{left}"/></sensor>"""


@dataclass(frozen=True)
class Odd:
    """Names of the joints; units; where ranges and torques stand; what else there is."""

    names: tuple[str, ...] = NAMES
    degrees: bool = False
    range_in: str = "joint"  # or "control"
    torque_in: str = "force"  # or "joint"
    gear: float = 1.0
    geom: str = ""  # attributes of the default geom
    joint: str = ""
    childclass: bool = False
    gripper: bool = False
    beside: bool = False
    autolimits: bool = True
    kp: float = 4000.0


def mjcf(odd: Odd) -> str:
    """An arm that moves as :data:`body.robots.ur5e.UR5E`; `attachment_site` marks its flange."""
    unit = 180 / np.pi if odd.degrees else 1.0
    lower, upper = UR5E.position_lower, UR5E.position_upper
    body, close = "", ""
    for i, (a, d, alpha) in enumerate(UR5E.dh):
        pos = f"{a} {-d * np.sin(alpha)} {d * np.cos(alpha)}"
        limited = "" if odd.autolimits else 'limited="true"'
        ends = f'range="{lower[i] * unit} {upper[i] * unit}" {limited}'
        force = f'actuatorfrcrange="-{UR5E.effort[i]} {UR5E.effort[i]}"'
        if not odd.autolimits:
            force += ' actuatorfrclimited="true"'
        body += (
            f'<body name="link{i}" pos="{pos}" euler="{alpha * unit} 0 0">'
            f'<joint name="{odd.names[i]}" axis="0 0 1" {ends * (odd.range_in == "joint")}'
            f" {force * (odd.torque_in == 'joint')}/>"
            '<inertial pos="0 0 0" mass="2" diaginertia="0.01 0.01 0.01"/>'
            '<geom size="0.04 0.03"/>'
        )
        close += "</body>"
    left, right = ("finger_left", "finger_right")
    if left in odd.names:
        left, right = "l", "r"
    servos = ""
    for i, name in enumerate(odd.names):
        control = f'ctrlrange="{lower[i] * odd.gear} {upper[i] * odd.gear}" ctrllimited="true"'
        torque = UR5E.effort[i] / odd.gear
        force = f'forcerange="-{torque} {torque}" forcelimited="true"'
        servos += (
            f'<position name="m{i}" joint="{name}" kp="{odd.kp / odd.gear**2}" '
            f'kv="{odd.kp / 10 / odd.gear**2}" gear="{odd.gear}" '
            f"{control * (odd.range_in == 'control')} {force * (odd.torque_in == 'force')}/>"
        )
    classes = '<default class="own"><geom group="3"/></default>'
    return f"""<mujoco model="odd">
  <compiler angle="{"degree" if odd.degrees else "radian"}"
            autolimits="{"true" if odd.autolimits else "false"}"/>
  <option timestep="0.004" integrator="RK4" gravity="0 0 -3"/>
  <default><geom type="capsule" {odd.geom}/><joint {odd.joint}/><site group="3"/>{classes}</default>
  <asset><material name="paint" rgba="1 0 0 1"/></asset>
  <worldbody>{BESIDE * odd.beside}
    {FOOT.format(childclass='childclass="own"' if odd.childclass else "")}{body}
    <site name="attachment_site"/>{GRIPPER.format(left=left, right=right) * odd.gripper}
    {close}</body>
  </worldbody>
  <actuator>{servos}</actuator>{OF_GRIPPER.format(left=left, right=right) * odd.gripper}
</mujoco>"""
