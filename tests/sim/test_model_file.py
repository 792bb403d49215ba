"""Arms from files of others: odd defaults, units, names and neighbours; what is missing is said."""

import dataclasses
import re
from pathlib import Path

import mujoco
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from body import RobotFileError, RobotSpec
from body.geometry.kinematics import Kinematics
from body.robots.registry import robot
from body.robots.ur5e import UR5E
from sim.robots import add_arm
from sim.robots.graft import PREFIX
from sim.robots.model_file import from_model_file
from sim.tasks import sample_episode
from sim.worlds import World
from tests.sim.arm_text import HOME, LIMITS, NAMES, Odd, mjcf

OURS = ("finger_left", "gripper", "tool", "hand", "object0", "width", "fixed", "table", "link1")
ODD = st.builds(
    Odd,
    names=st.permutations(OURS).map(lambda names: tuple(names[:6])) | st.just(NAMES),
    degrees=st.booleans(),
    range_in=st.sampled_from(["joint", "control"]),
    torque_in=st.sampled_from(["force", "joint"]),
    gear=st.sampled_from([1.0, 5.0]),
    geom=st.sampled_from(
        ["", 'material="paint" group="4"', 'condim="6" friction="0.1 0.1 0.1" solref="-900 -9"',
         'margin="0.02" gap="0.01" mass="3"', 'rgba="1 0 0 0.2" contype="4" priority="3"'],
    ),
    joint=st.sampled_from(
        ["", 'damping="5" frictionloss="0.5"', 'armature="0.2"', 'stiffness="1" springref="0.3"']
    ),
    childclass=st.booleans(),
    gripper=st.booleans(),
    beside=st.booleans(),
    autolimits=st.booleans(),
)  # fmt: skip


def written(folder: Path, odd: Odd) -> Path:
    path = folder / "odd.xml"
    path.write_text(mjcf(odd))
    return path


def compiled(spec: RobotSpec) -> mujoco.MjModel:
    world = mujoco.MjSpec()
    world.compiler.degree = False
    add_arm(world, spec)
    return world.compile()


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(odd=ODD)
def test_any_way_of_writing_an_arm_gives_the_same_arm_and_our_own_hand(tmp_path, odd: Odd) -> None:
    spec = from_model_file(written(tmp_path, odd), home=HOME, **LIMITS)
    assert spec.joint_names == odd.names
    assert spec.position_lower == pytest.approx(UR5E.position_lower)
    assert spec.position_upper == pytest.approx(UR5E.position_upper)
    assert spec.effort == pytest.approx(UR5E.effort)
    assert np.array(spec.anatomy.gains) == pytest.approx(np.array([[odd.kp, odd.kp / 10]] * 6))
    q = np.random.default_rng(0).uniform(-2, 2, (5, 6))
    assert Kinematics(spec).hand(q) == pytest.approx(Kinematics(UR5E).hand(q), abs=1e-6)

    model = compiled(spec)
    ours = compiled(dataclasses.replace(UR5E, anatomy=dataclasses.replace(
        UR5E.anatomy, hand=spec.anatomy.hand), hand_to_tool=spec.hand_to_tool,
        gripper_open=spec.gripper_open, flange_to_hand=spec.flange_to_hand))  # fmt: skip
    assert model.nq == model.nv == 8 and model.nu == 7 and model.neq == 1 and model.ntendon == 1
    for i, name in enumerate(odd.names):
        joint = model.joint(PREFIX + name)
        assert joint.range == pytest.approx([UR5E.position_lower[i], UR5E.position_upper[i]])
        assert model.actuator_trnid[i, 0] == joint.id and model.jnt_limited[joint.id]
        assert model.actuator_forcerange[i] == pytest.approx([-UR5E.effort[i], UR5E.effort[i]])
    for name in ("pad_left", "pad_right"):
        mine, want = model.geom(name), ours.geom(name)
        for key in ("friction", "condim", "solref", "solimp", "margin", "gap", "rgba", "group",
                    "contype", "conaffinity", "priority", "size", "matid"):  # fmt: skip
            assert getattr(mine, key) == pytest.approx(getattr(want, key)), key
    for name in ("hand", "finger_left", "finger_right"):
        assert model.body(name).mass == pytest.approx(ours.body(name).mass)
        assert model.body(name).inertia == pytest.approx(ours.body(name).inertia)
    fingers = [m.dof_damping[m.joint("finger_left").dofadr[0]] for m in (model, ours)]
    assert fingers[0] == fingers[1] == 5.0


def test_the_odd_arm_picks_like_any_other(tmp_path) -> None:
    """The hand of such a file once had the file's friction, and a pick failed in silence."""
    from pontine.suites.tabletop.demonstration import demonstrate
    from sim.expert import Expert

    odd = Odd(names=OURS[:6], degrees=True, childclass=True, gripper=True, beside=True,
              geom='condim="1" friction="0.01 0 0" solref="0.5 1" group="3"')  # fmt: skip
    spec = from_model_file(written(tmp_path, odd), home=HOME, **LIMITS)
    with World(spec) as world:
        record = demonstrate(Expert(world), sample_episode("pick", 1_000_003), audit=True)
    assert record.success and record.violations == 0


def pasted(path: Path, message: str, given: str = "") -> Path:
    """A robot's file with what the message says to write."""
    lines = "\n".join(re.findall(r"^    (\w+=.*)$", message, re.MULTILINE))
    file = path.with_suffix(".py")
    file.write_text(
        "from body.robots.reach import Reach\nfrom sim.robots.model_file import from_model_file\n"
        f"ROBOT = from_model_file({str(path)!r},\n{given}\n{lines}\n)\n"
    )
    return file


def test_all_that_is_missing_is_asked_for_at_once_and_pasting_it_is_enough(tmp_path) -> None:
    text = mjcf(Odd(range_in="nowhere", torque_in="nowhere"))
    path = tmp_path / "bare.xml"
    path.write_text(
        text.replace('<site name="attachment_site"/>', "").replace('joint="w2"', 'joint="w3"')
    )
    with pytest.raises(RobotFileError) as caught:
        from_model_file(path)
    message = str(caught.value)
    for word in ("where the hand hangs", "position_lower", "position_upper", "effort", "velocity",
                 "stiffness of w2", "acceleration", "jerk", "home"):  # fmt: skip
        assert word in message, word
    spec = robot(str(pasted(path, message)))
    assert spec.joints == 6 and spec.reach is None
    assert not Kinematics(spec).forward(spec.home)[2, 2] > -0.999


@pytest.mark.slow
def test_a_short_arm_is_told_where_to_stand_and_what_it_reaches(tmp_path) -> None:
    path = tmp_path / "short.xml"
    short = re.sub(r'pos="([^"]*)"', lambda m: 'pos="' + " ".join(
        str(0.55 * float(v)) for v in m[1].split()) + '"', mjcf(Odd()))  # fmt: skip
    path.write_text(short)
    with pytest.raises(RobotFileError, match=r"(?s)does not say: home\..*reach=Reach") as caught:
        from_model_file(path, **LIMITS)
    given = "".join(f"{key}={value}," for key, value in LIMITS.items())
    spec = robot(str(pasted(path, str(caught.value), given)))
    assert spec.reach is not None
    without = path.with_suffix(".py").read_text()
    path.with_suffix(".py").write_text(re.sub(r"reach=.*\n", "", without))
    with pytest.raises(
        RobotFileError, match=r"(?s)does not reach straight down to \(0\.\d+, .*reach=R"
    ):
        robot(str(path.with_suffix(".py")))


HINGE2 = '<body><joint axis="1 0 0" name="q"/><geom size="0.1 0.1"/></body>'
REFUSED = {
    "slide": ('name="elbow" axis', 'name="elbow" type="slide" axis', r"no hinges: elbow \(slide\)"),
    "ball": ('name="elbow" axis="0 0 1"', 'name="elbow" type="ball"', r"no hinges: elbow \(ball\)"),
    "free": ('<body name="foot" quat="0 0 0 1" >', '<body name="foot"><freejoint name="roam"/>',
             r"no hinges: roam \(free\)"),
    "unnamed": ('name="lift" axis', "axis", "joints without a name, on link1"),
    "coupled": ("</mujoco>", '<equality><joint joint1="lift" joint2="elbow"/></equality></mujoco>',
                "couples joints .*lift and elbow"),
    "closed": ("</mujoco>", '<equality><connect body1="link1" body2="link3" anchor="0 0 0"/>'
               "</equality></mujoco>", "couples joints .*link1 and link3"),
    "plugin": ("<actuator>", '<extension><plugin plugin="mine.own"/></extension><actuator>',
               "not read by MuJoCo"),
    "mesh": ('<material name="paint" rgba="1 0 0 1"/>',
             '<mesh name="a" file="a.stl"/><mesh name="b" file="b.obj"/>',
             r"files that are not there: a\.stl, b\.obj"),
}  # fmt: skip


@pytest.mark.parametrize("fault", REFUSED)
def test_what_is_no_arm_of_hinges_is_refused_by_name(tmp_path, fault) -> None:
    old, new, message = REFUSED[fault]
    text = mjcf(Odd())
    if fault in ("slide", "ball", "unnamed"):
        text = re.sub(r'<position name="m[12]".*?/>', "", text)
        text = text.replace('joint="elbow"', 'joint="pan"') if fault == "unnamed" else text
    if fault == "ball":
        text = re.sub(r'(name="elbow".*?) range=".*?"', r"\1", text)
    assert old in text
    path = tmp_path / "no.xml"
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(RobotFileError, match=message):
        from_model_file(path, home=HOME, **LIMITS)


def test_of_two_arms_one_is_to_be_named(tmp_path) -> None:
    arm = re.search(r'<body name="foot".*</body>', mjcf(Odd()), re.DOTALL)[0]
    other = re.sub(r'name="', 'name="other_', arm)
    path = tmp_path / "two.xml"
    text = mjcf(Odd()).replace("</worldbody>", other + "</worldbody>")
    path.write_text(text.replace('name="attachment_site"', 'name="mine"'))
    with pytest.raises(RobotFileError, match=r"(?s)name the flange of one.*link5.*other_link5"):
        from_model_file(path, home=HOME, **LIMITS)
    spec = from_model_file(path, flange="mine", home=HOME, **LIMITS)
    assert "left out: other_foot and what hangs on it" in spec.anatomy.notes
    assert compiled(spec).nq == 8


def test_what_lies_past_the_flange_touches_nothing(tmp_path) -> None:
    horn = '<geom name="horn" size="0.02 0.1" pos="0 0 0.1"/><site name="attachment_site"/>'
    path = tmp_path / "horn.xml"
    path.write_text(mjcf(Odd()).replace('<site name="attachment_site"/>', horn))
    model = compiled(from_model_file(path, home=HOME, **LIMITS))
    assert model.geom(PREFIX + "horn").contype == model.geom(PREFIX + "horn").conaffinity == 0
    assert (model.geom_contype > 0).sum() > 5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not read by MuJoCo"),
        ("<mujoco><worldbody/></mujoco>", "no site 'attachment_site'"),
        ("<mujoco><include file='gone.xml'/></mujoco>", "not read by MuJoCo.*gone.xml"),
        ("\x00\x01", "not read by MuJoCo"),
    ],
)
def test_what_is_no_model_is_said(tmp_path, text, message) -> None:
    path = tmp_path / "none.xml"
    path.write_text(text)
    with pytest.raises(RobotFileError, match=message):
        from_model_file(path)
    with pytest.raises(RobotFileError, match="is no file"):
        from_model_file(tmp_path)
