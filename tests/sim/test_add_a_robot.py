"""docs/add-a-robot.md, followed to the letter."""

import pickle
import re
from pathlib import Path

import mujoco
import numpy as np
import pytest

from body import RobotFileError
from body.geometry.kinematics import Kinematics
from body.robots.registry import robot
from body.robots.ur5e import UR5E
from pontine.suites.tabletop.demonstration import demonstrate
from sim.expert import Expert
from sim.robots.arm import _add_links
from sim.tasks import sample_episode
from sim.worlds import World

GUIDE = Path(__file__).parents[2] / "docs" / "add-a-robot.md"
FILES = dict(re.findall(r"```python\n# (\w+\.py)\n(.*?)```", GUIDE.read_text(), re.DOTALL))


def ur5e_mjcf(folder: Path) -> Path:
    """An arm in a file of its own, as the guide wants it: ours, without its hand."""
    spec = mujoco.MjSpec()
    spec.compiler.degree = False
    hand = _add_links(spec, UR5E, UR5E.anatomy)
    hand.add_site(name="attachment_site")
    hand.mass = 0.01
    hand.inertia = [1e-5] * 3
    hand.explicitinertial = True
    path = folder / "ur5e.xml"
    spec.compile()
    path.write_text(spec.to_xml())
    return path


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    ur5e_mjcf(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("file", ["ur10e.py", "arm.py"])
def test_the_guides_arms_solve_every_task(folder, file) -> None:
    spec = robot(str(folder / file))
    assert Kinematics(spec).tool_pose(spec.home)[:2] == pytest.approx([0.42, 0], abs=5e-3)
    with World(spec) as world:
        expert = Expert(world)
        for task in ("reach", "pick", "place_in", "stack"):
            episode = sample_episode(task, 1_000_001, reach=spec.reach)
            record = demonstrate(expert, episode, audit=True)
            assert record.success and record.violations == 0, task


def test_the_guides_way_to_a_home_gives_the_one_it_shows(folder, capsys) -> None:
    exec(compile(FILES["home.py"], "home.py", "exec"), {})
    printed = capsys.readouterr().out
    found = [float(x) for x in re.findall(r"-?\d+\.\d*", printed)][-6:]
    assert found == pytest.approx(robot(str(folder / "ur10e.py")).home, abs=2e-3)


def test_an_arm_from_its_file_moves_as_its_figures_say(folder) -> None:
    spec = robot(str(folder / "arm.py"))
    q = np.random.default_rng(0).uniform(-2, 2, (50, 6))
    assert Kinematics(spec).hand(q) == pytest.approx(Kinematics(UR5E).hand(q), abs=1e-6)
    assert spec.effort == pytest.approx(UR5E.effort)
    with World(spec) as world:
        world.reset(sample_episode("reach", 1).scene, q=spec.home)
        assert world.data.site("tool").xpos == pytest.approx(
            Kinematics(spec).tool_pose(spec.home)[:3], abs=1e-5
        )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("jerk=np.full(6, 5000.0),", "", "missing 1 required positional argument: 'jerk'"),
        ("jerk=np.full(6, 5000.0),", "jerk=np.zeros(6),", "jerk must be positive"),
        ('"elbow_joint",', '"shoulder_pan_joint",', "a joint name stands twice"),
        ("ROBOT = ", "ARM = ", "has no 'ROBOT'. Remedy: write ROBOT"),
        ("home=np.array([-0.4276", "home=np.array([-9.4276", "home lies outside"),
        ("home=np.array([-0.4276, -2.0426", "home=np.array([-0.4276, -1.0426", "straight down"),
        ("ROBOT = RobotSpec", "ROBOT = dict", "assigns no RobotSpec to ROBOT"),
        ("import numpy as np", "import nunpy as np", "No module named 'nunpy'"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(folder, old, new, message) -> None:
    text = FILES["ur10e.py"]
    assert old in text
    path = folder / f"wrong_{abs(hash(message))}.py"
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(RobotFileError, match=message) as caught:
        robot(str(path))
    assert str(path) in str(caught.value) and "Remedy: " in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (r"<actuator>.*</actuator>", "", "(?s)does not say: effort; stiffness. Remedy.*stiffness="),
        (r'name="attachment_site"', 'name="elsewhere"', "no site 'attachment_site'; sites: elsewh"),
        (r'(elbow_joint".*?)limited="true"', r'\1limited="false"', "lower of arm.elbow_joint"),
        (r"</mujoco>", "", "not read by MuJoCo"),
    ],
)  # fmt: skip
def test_what_an_mjcf_lacks_is_said(folder, old, new, message) -> None:
    path = folder / "ur5e.xml"
    text, count = re.subn(old, new, path.read_text(), count=1, flags=re.DOTALL)
    assert count == 1
    path.write_text(text)
    (folder / f"w{abs(hash(message))}.py").write_text(FILES["arm.py"])
    with pytest.raises(RobotFileError, match=message):
        robot(str(folder / f"w{abs(hash(message))}.py"))


def test_a_file_that_is_not_there_is_said(folder) -> None:
    with pytest.raises(RobotFileError, match=r"nowhere\.py: no file") as caught:
        robot(str(folder / "nowhere.py"))
    handed_on = pickle.loads(pickle.dumps(caught.value))
    assert str(handed_on) == str(caught.value)
