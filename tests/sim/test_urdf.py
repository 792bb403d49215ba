"""URDFs as people have them: packages, fixed links, continuous joints, mimics, missing masses."""

import re
from pathlib import Path

import numpy as np
import pytest

from body import RobotFileError
from body.geometry.kinematics import Kinematics
from body.robots.ur5e import UR5E
from sim.robots.model_file import from_model_file
from tests.sim.arm_text import HOME, NAMES
from tests.sim.test_model_file import compiled

CORNERS = np.array([[0, 0, 0], [0.1, 0, 0], [0, 0.1, 0], [0, 0, 0.1]], "<f4")
FACES = ((0, 2, 1), (0, 1, 3), (0, 3, 2), (1, 2, 3))
MESH = bytes(80) + np.uint32(4).tobytes() + b"".join(
    bytes(12) + CORNERS[list(face)].tobytes() + bytes(2) for face in FACES
)  # fmt: skip
INERTIA = '<inertia ixx=".01" iyy=".01" izz=".01" ixy="0" ixz="0" iyz="0"/>'
MASS = f'<inertial><mass value="2"/>{INERTIA}</inertial>'
FIXED = (
    '<joint name="to_{child}" type="fixed"><parent link="{parent}"/><child link="{child}"/>'
    '<origin rpy="0 0 {yaw}"/></joint>'
)
GIVEN = {"flange": "tool0", "acceleration": 10, "jerk": 5000, "stiffness": 4000, "home": HOME}
SHAPE = '<{kind}><geometry><mesh filename="{mesh}"/></geometry></{kind}>'


def urdf(limits: str = "", link: str = MASS, more: str = "") -> str:
    """A UR5e with a fixed tool0 and a gripper that mimics."""
    parts, before = '<link name="world"/><link name="foot"/>', "foot"
    parts += FIXED.format(parent="world", child="foot", yaw=np.pi)
    for i, (a, d, alpha) in enumerate(UR5E.dh):
        said = limits or (
            f'<limit lower="{UR5E.position_lower[i]}" upper="{UR5E.position_upper[i]}" '
            f'effort="{UR5E.effort[i]}" velocity="{UR5E.velocity[i]}"/>'
        )
        kind = "continuous" if "lower" not in said else "revolute"
        parts += (
            f'<link name="link{i}">{link}</link><joint name="{NAMES[i]}" type="{kind}">'
            f'<parent link="{before}"/><child link="link{i}"/><axis xyz="0 0 1"/>{said}'
            f'<origin xyz="{a} {-d * np.sin(alpha)} {d * np.cos(alpha)}" rpy="{alpha} 0 0"/>'
            "</joint>"
        )
        before = f"link{i}"
    parts += '<link name="tool0"/>' + FIXED.format(parent="link5", child="tool0", yaw=0)
    for side, mimic in (("left", ""), ("right", '<mimic joint="finger_left"/>')):
        parts += (
            f'<link name="pad_{side}">{MASS}</link><joint name="finger_{side}" type="prismatic">'
            f'<parent link="tool0"/><child link="pad_{side}"/><axis xyz="0 1 0"/>{mimic}'
            '<limit lower="0" upper="0.04" effort="10" velocity="1"/></joint>'
        )
    return f'<robot name="arm">{parts}{more}</robot>'


def written(folder: Path, text: str) -> Path:
    path = folder / "my_arm" / "urdf" / "arm.urdf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_urdf_is_the_arm_it_describes(tmp_path) -> None:
    path = written(tmp_path, urdf())
    spec = from_model_file(path, **GIVEN)
    assert spec.joint_names == NAMES
    for key in ("position_lower", "position_upper", "velocity", "effort"):
        assert getattr(spec, key) == pytest.approx(getattr(UR5E, key)), key
    q = np.random.default_rng(0).uniform(-2, 2, (5, 6))
    assert Kinematics(spec).hand(q) == pytest.approx(Kinematics(UR5E).hand(q), abs=1e-6)
    model = compiled(spec)
    assert model.nq == 8 and model.neq == 1 and model.actuator_gainprm[0, 0] == 4000
    assert {"left out: pad_left and what hangs on it"} <= set(spec.anatomy.notes)


def test_what_a_urdf_does_not_say_is_asked_for_at_once(tmp_path) -> None:
    with pytest.raises(RobotFileError) as caught:
        from_model_file(written(tmp_path, urdf('<limit effort="20"/>')), flange="tool0")
    message = str(caught.value)
    for word in ("position_lower", "position_upper", "velocity", "stiffness", "home"):
        assert re.search(rf"{word}\b.*\n(.*\n)*    {word}=", message), word
    assert "effort=" not in message


@pytest.mark.parametrize("where", ["package://my_arm/meshes/a.stl", "../meshes/a.stl",
                                   "package://elsewhere/a.stl", "file"])  # fmt: skip
def test_meshes_are_found_where_they_lie(tmp_path, where) -> None:
    for folder in (tmp_path / "my_arm" / "meshes", tmp_path / "share" / "elsewhere"):
        folder.mkdir(parents=True)
        (folder / "a.stl").write_bytes(MESH)
    if where == "file":
        where = f"file://{tmp_path}/share/elsewhere/a.stl"
    shapes = "".join(SHAPE.format(kind=kind, mesh=where) for kind in ("visual", "collision"))
    path = written(tmp_path, urdf(link=MASS + shapes))
    spec = from_model_file(path, packages=[tmp_path / "share"], **GIVEN)
    assert (compiled(spec).geom_contype > 0).sum() >= 6


def test_meshes_that_are_missing_or_unread_are_named(tmp_path) -> None:
    shapes = SHAPE.format(kind="visual", mesh="package://my_arm/x.dae")
    path = written(tmp_path, urdf(link=MASS + shapes))
    spec = from_model_file(path, **GIVEN)
    assert any("x.dae is in a format that MuJoCo does not read" in n for n in spec.anatomy.notes)
    (path.parents[1] / "words.stl").write_text("solid b\nfacet normal 0 0 1\n")
    path = written(tmp_path, urdf(link=MASS + SHAPE.format(kind="collision", mesh="../words.stl")))
    spec = from_model_file(path, **GIVEN)
    assert any("../words.stl is in a format" in note for note in spec.anatomy.notes)
    both = "".join(SHAPE.format(kind="visual", mesh=f"package://gone/{m}.stl") for m in "ab")
    path = written(tmp_path, urdf(link=MASS + both))
    with pytest.raises(RobotFileError, match=r"gone/a\.stl, package://gone/b\.stl.*packages="):
        from_model_file(path, flange="tool0")


def test_links_without_mass_get_some_and_it_is_said(tmp_path) -> None:
    path = written(tmp_path, urdf(link=""))
    spec = from_model_file(path, **GIVEN)
    assert any("no mass to link0, link1" in note for note in spec.anatomy.notes)
    assert compiled(spec).body("arm/link3").mass == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no XML"),
        ("<robot", "is no XML"),
        ('<robot name="a" xmlns:xacro="x"><xacro:macro name="b"/></robot>', "is a xacro"),
        ("<sdf/>", "begins with <sdf>"),
        ('<robot name="a"/>', "not read by MuJoCo|no site"),
        ('<robot name="a"><link name="b"/><link name="b"/></robot>', "not read by MuJoCo"),
    ],
)
def test_what_is_no_urdf_is_said(tmp_path, text, message) -> None:
    with pytest.raises(RobotFileError, match=message):
        from_model_file(written(tmp_path, text))


def test_prefixes_that_nobody_declared_are_read_over(tmp_path) -> None:
    text = urdf(more='<drake:thing drake:size="1"/>')
    spec = from_model_file(written(tmp_path, text), **GIVEN)
    assert spec.joints == 6
