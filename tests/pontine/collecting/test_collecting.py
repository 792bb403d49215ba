from pathlib import Path

import numpy as np
import pytest

from body.geometry.kinematics import Kinematics
from body.robots.registry import robot
from body.setting import SettingError
from episodes.reader import Reader
from episodes.splits import SeedError
from pontine.agent.stack import StackConfig
from pontine.collecting.collect import collect
from pontine.collecting.config import CollectConfig
from pontine.evaluation.log import EvaluationError


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    for changes, words in (
        ({"suite": "kitchen"}, "--suite 'kitchen': there is no such suite"),
        ({"task": ("juggle",)}, "no task juggle; known: all, reach"),
    ):
        with pytest.raises((EvaluationError, SettingError), match=words):
            collect(CollectConfig(out=tmp_path, **changes))
    with pytest.raises(SeedError):
        collect(CollectConfig(out=tmp_path, seed=1_000_000))
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_metaworlds_experts_are_recorded_and_a_broken_off_recording_goes_on(tmp_path) -> None:
    pytest.importorskip("metaworld", reason="Meta-World is not installed: make metaworld")
    from pontine.suites.metaworld.demonstration import SIZE, STRIDE
    from sim.suites.metaworld import tasks

    def record(per_task: int) -> None:
        collect(
            CollectConfig(
                suite="metaworld", task=("drawer-open-v3", "reach-v3"), per_task=per_task,
                workers=1, out=tmp_path / "data",
            )
        )  # fmt: skip

    record(1)
    first = Reader(tmp_path / "data").episode(0)
    record(2)
    reader = Reader(tmp_path / "data")
    assert len(reader.episodes) == 4 and reader.episodes[0].task == "Open a drawer"
    columns = reader.episode(0)
    for name in ("action", "plan.aim", "scene.state", "observation.images.corner2"):
        np.testing.assert_array_equal(columns[name], first[name])
    count = len(columns["action"])
    assert columns["observation.images.corner2"].shape == (count, SIZE, SIZE, 3)
    assert columns["action"].shape == (count, STRIDE, 4) and np.abs(columns["action"]).max() <= 1
    assert set(columns["task_number"]) == {tasks().index("drawer-open-v3")}
    # an action is the way to where the expert is heading, times its gain
    aim, state = columns["plan.aim"], columns["observation.state"]
    way = np.clip(aim[:, 3:4] * (aim[:, :3] - state[:, :3]), -1, 1)
    np.testing.assert_allclose(columns["action"][:, 0, :3], way, atol=1e-4)


@pytest.mark.parametrize("arm", ["ur5e", "so101"])
def test_another_arm_is_recorded_with_its_own_joints(arm: str, tmp_path: Path) -> None:
    spec = robot(arm)
    collect(
        CollectConfig(
            task=("pick", "stills"), episodes=2, out=tmp_path / "data", workers=1, cache="none",
            stack=StackConfig(robot=arm),
        )
    )  # fmt: skip
    reader = Reader(tmp_path / "data")
    columns = reader.episode(0)
    assert reader.info.robot_type == spec.name
    count = spec.joints
    state = columns["observation.state"]
    assert state.shape[1] == 2 * count + 7 and columns["action"].shape[1] == count + 1
    measured = Kinematics(spec).tool_pose(state[:, :count].astype(float))
    commanded = columns["observation.command"][:, :3]
    assert np.linalg.norm(measured[:, :3] - commanded, axis=1).max() < 0.08
    if spec.reach is not None:
        places = columns["scene.objects"][0]
        assert all(spec.reach.holds(*row[2:4]) for row in places if row[0] >= 0)
