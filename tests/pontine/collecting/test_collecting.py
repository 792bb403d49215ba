from pathlib import Path

import numpy as np
import pytest

from episodes.reader import Reader
from episodes.seeds import SeedError
from pontine.collecting.collect import CollectConfig, collect
from pontine.evaluation.log import EvaluationError


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    for changes, words in (
        ({"suite": "kitchen"}, "no suite 'kitchen' here; there are tabletop, metaworld"),
        ({"task": ("juggle",)}, "no task juggle; known: all, reach"),
    ):
        with pytest.raises(EvaluationError, match=words):
            collect(CollectConfig(out=tmp_path, **changes))
    with pytest.raises(SeedError):
        collect(CollectConfig(out=tmp_path, seed=1_000_000))
    assert not list(tmp_path.iterdir())


def test_metaworlds_experts_are_recorded_and_a_broken_off_recording_goes_on(tmp_path) -> None:
    pytest.importorskip("metaworld", reason="Meta-World is not installed: make metaworld")
    from sim.suites.metaworld import tasks
    from sim.suites.metaworld.demonstration import SIZE, STRIDE

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


def test_errors_are_deliberate(tmp_path: Path) -> None:
    pytest.importorskip("metaworld", reason="Meta-World is not installed: make metaworld")
    from sim.suites.metaworld import MetaWorld
    from sim.suites.metaworld.demonstration import demonstrate

    with MetaWorld("drawer-open-v3", pictures=False, fast=True) as world:
        clean, other, pushed = (demonstrate(world, 3, clean) for clean in (True, True, False))
    states = [run.columns["observation.state"] for run in (clean, other, pushed)]
    np.testing.assert_array_equal(states[0], states[1])
    assert clean.success and pushed.success
    count = min(len(states[0]), len(states[2]))
    assert not np.allclose(states[0][:count], states[2][:count])
