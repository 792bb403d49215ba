"""`pontine robot` says what it found, and its status says whether the expert works with it."""

from dataclasses import replace

import pytest

from body.robots.ur5e import UR5E
from pontine.commands import robot as robot_check
from pontine.commands.robot import RobotConfig, check_robot


def test_an_arm_is_shown(capsys) -> None:
    assert check_robot(RobotConfig("ur5e", episodes=0)) == 0
    said = capsys.readouterr().out
    for word in ("shoulder_pan_joint: -6.28 to 6.28 rad", "straight down", "100% of x 0.3"):
        assert word in said, said
    assert float(said.split("within ")[1].split(" mm")[0]) < 1.0


@pytest.mark.slow
def test_the_status_says_whether_the_expert_works_with_it(capsys, monkeypatch) -> None:
    assert check_robot(RobotConfig("ur5e", episodes=1)) == 0
    assert "expert    stack: 1 of 1" in capsys.readouterr().out
    anatomy = replace(UR5E.anatomy, stiffness=UR5E.anatomy.stiffness / 1000)
    monkeypatch.setattr(robot_check, "robot", lambda _: replace(UR5E, anatomy=anatomy))
    assert check_robot(RobotConfig("soft", episodes=1)) == 1
    assert "too much: give stiffness=" in capsys.readouterr().out


def test_a_file_that_lacks_things_is_refused_with_all_of_them(tmp_path) -> None:
    file = tmp_path / "arm.py"
    file.write_text("ROBOT = 1")
    with pytest.raises(ValueError, match="assigns no RobotSpec"):
        check_robot(RobotConfig(str(file)))
