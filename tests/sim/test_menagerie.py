"""Arms of MuJoCo Menagerie, as a user brings them: a path, then what the message says to write.

The models are not part of this repository. They come from a folder, `MENAGERIE_ROOT`, that holds a
copy of github.com/google-deepmind/mujoco_menagerie; or the package mujoco-menagerie downloads them.
"""

import os
import re
from pathlib import Path

import pytest

from body import RobotFileError, RobotSpec
from body.robots.registry import robot
from pontine.suites.tabletop.demonstration import demonstrate
from sim.expert import Expert
from sim.robots.model_file import from_model_file
from sim.tasks import sample_episode
from sim.worlds import World

pytestmark = pytest.mark.slow
ROUNDS = 3
# path, what a user adds to the first message's lines, tasks of which the expert solves one episode
ARMS = {
    "franka_fr3/fr3": ("", ("pick",)),
    "franka_emika_panda/panda": ("", ("place_in",)),
    "universal_robots_ur5e/ur5e": ("", ("stack",)),
    "universal_robots_ur10e/ur10e": ("", ("pick",)),
    "kuka_iiwa_14/iiwa14": ("effort=[320, 320, 176, 176, 110, 40, 40],", ("pick",)),
    "kinova_gen3/gen3": ("", ("reach",)),
    "ufactory_xarm7/xarm7": ("", ("pick",)),
    "ufactory_lite6/lite6": ("", ()),
    "unitree_z1/z1": ("", ("pick",)),
    "arx_l5/arx_l5": ("", ()),
    "i2rt_yam/yam": ("", ()),
    "trossen_vx300s/vx300s": ("", ()),
    "robotstudio_so101/so101": ("", ()),
    "rethink_robotics_sawyer/sawyer": ("", ()),
}
REFUSED = {
    "aloha/aloha": "name the flange of one arm",
    "dynamixel_2r/dynamixel_2r": "has no site 'attachment_site'",
    "stanford_tidybot/tidybot": r"no hinges: joint_x \(slide\), joint_y \(slide\)",
    "hello_robot_stretch_3/stretch": "has no site 'attachment_site'",
}


def model(name: str) -> Path:
    """The file called `name`; skips, saying why, where it cannot be had."""
    folder, file = name.split("/")
    if root := os.environ.get("MENAGERIE_ROOT"):
        path = Path(root) / folder / f"{file}.xml"
        if not path.is_file():
            pytest.skip(f"MENAGERIE_ROOT={root} has no {name}.xml")
        return path
    menagerie = pytest.importorskip("mujoco_menagerie", reason="pip install -e '.[dev]'")
    try:
        return menagerie.get(folder).path() / f"{file}.xml"
    except menagerie.MenagerieError as error:
        pytest.skip(f"MuJoCo Menagerie cannot be downloaded, and no MENAGERIE_ROOT is set: {error}")


def adopt(path: Path, given: str, folder: Path) -> RobotSpec:
    """Write what the messages say into a robot's file until it is read."""
    lines = [given] if given else []
    file = folder / "mine.py"
    for _ in range(ROUNDS):
        file.write_text(
            "from body.robots.reach import Reach\n"
            "from sim.robots.model_file import from_model_file\n"
            f"ROBOT = from_model_file({str(path)!r},\n" + "\n".join(lines) + "\n)\n"
        )
        try:
            return robot(str(file))
        except RobotFileError as error:
            said = re.findall(r"^    (\w+)(=.*)$", str(error), re.MULTILINE)
            keys = tuple(f"{key}=" for key, _ in said)
            lines = [line for line in lines if not line.startswith(keys)]
            lines += [key + rest for key, rest in said]
    raise AssertionError(f"still refused after {ROUNDS} rounds:\n{file.read_text()}")


@pytest.mark.parametrize("name", ARMS)
def test_an_arm_loads_reaches_and_works(name: str, tmp_path: Path) -> None:
    given, tasks = ARMS[name]
    spec = adopt(model(name), given, tmp_path)
    with World(spec) as world:
        expert = Expert(world)
        world.reset(sample_episode("reach", 1, reach=spec.reach).scene)
        for task in tasks:
            episode = sample_episode(task, 1_000_000, reach=spec.reach)
            record = demonstrate(expert, episode, audit=True)
            assert record.success and record.violations == 0, task


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_arm_of_ours_is_refused_by_name(name: str) -> None:
    with pytest.raises(RobotFileError, match=REFUSED[name]):
        from_model_file(model(name))
