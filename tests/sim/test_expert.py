"""The scripted expert solves the tasks, and what it records is consistent."""

from itertools import islice

import numpy as np
import pytest

from body import Report
from body.geometry import motion
from body.robots.fr3 import FR3
from body.robots.registry import ROBOTS, robot
from episodes.vocabulary import Step
from pontine.suites.tabletop.demonstration import demonstrate
from sim.expert import Expert
from sim.noise import NoiseConfig
from sim.tasks import TASKS, sample_episode, task
from sim.worlds import World

NAMES = sorted(TASKS)
# the small arm's hand slips off handles and carries slowly: 35 and 34 of 40 were measured
WEAK = {("so101", "close_drawer"): 0.8, ("so101", "sort_by_colour"): 0.8}
SHAPES = {
    "observation.state": (21,), "observation.command": (9,), "action": (8,),
    "plan.waypoint": (6,), "plan.chunk": (16, 5), "plan.step": (1,), "plan.previous_step": (1,),
    "plan.report": (1,), "scene.objects": (6, 10), "scene.goal": (3,), "task_label": (1,),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_solves(expert, name):
    for seed in range(1_000_000, 1_000_002):
        episode, world = sample_episode(name, seed), expert.world
        world.reset(episode.scene)
        before = episode.task.progress(world, episode.goal)
        record = demonstrate(expert, episode, audit=True)
        assert record.success, (name, seed)
        assert 0 <= before < episode.task.progress(world, episode.goal) <= 1
        assert record.violations == 0
        assert task(name).tracks or record.seconds < 0.6 * task(name).limit


@pytest.mark.slow
@pytest.mark.parametrize("arm", sorted(set(ROBOTS) - {"fr3"}))
def test_solves_on_other_arms(arm):
    spec = robot(arm)
    with World(spec) as world:
        own = Expert(world)
        for name in NAMES:
            episode = next(_possible(name, spec))
            record = demonstrate(own, episode, audit=True)
            assert record.success and record.violations == 0, name


def _possible(name, spec):
    """Test episodes that an arm of this reach can do."""
    for seed in range(1_000_000, 1_000_200):
        try:
            yield sample_episode(name, seed, reach=spec.reach)
        except ValueError:
            assert spec.reach is not None


@pytest.mark.slow
@pytest.mark.parametrize("arm", sorted(ROBOTS))
@pytest.mark.parametrize("name", NAMES)
def test_solves_95_percent(arm, name):
    spec = robot(arm)
    with World(spec) as world:
        own = Expert(world)
        episodes = islice(_possible(name, spec), 40)
        solved = [demonstrate(own, episode).success for episode in episodes]
    assert np.mean(solved) >= WEAK.get((arm, name), 0.95)


def test_record_has_every_column(expert):
    record = demonstrate(expert, sample_episode("place_in", 8), NoiseConfig())
    assert {name: column.shape[1:] for name, column in record.columns.items()} == SHAPES
    integers = {n for n, c in record.columns.items() if c.dtype == np.int64}
    assert integers == {
        "plan.step",
        "plan.previous_step",
        "plan.report",
        "scene.goal",
        "task_label",
    }
    assert all(np.isfinite(column).all() for column in record.columns.values())
    assert record.columns["plan.step"][0, 0] == Step.ABOVE
    assert record.columns["plan.previous_step"][0, 0] == -1
    assert record.columns["plan.step"][-1, 0] == Step.DONE


def test_clean_chunks_foretell_the_commands(expert):
    """Within one keyframe and without noise, the label is what the expert then did."""
    columns = demonstrate(expert, sample_episode("pick", 21)).columns
    command, chunk, step = (columns[n] for n in ("observation.command", "plan.chunk", "plan.step"))
    for k in range(len(step) - 1):
        if step[k, 0] == step[k + 1, 0] == Step.ABOVE:
            want = command[k, :4] + chunk[k, :2, :4].sum(0)
            assert command[k + 1, :4] == pytest.approx(want, abs=1e-4)


def test_labels_are_clean_under_noise(expert):
    columns = demonstrate(expert, sample_episode("pick", 22), NoiseConfig()).columns
    command, waypoint = columns["observation.command"], columns["plan.waypoint"]
    again = motion.unroll(
        command[:, :4], command[:, 4:8], command[:, 8], waypoint[:, :4], waypoint[:, 4]
    )
    assert np.abs(again - columns["plan.chunk"]).max() < 1e-4


def test_botched_grasps_are_noticed_and_retried(expert):
    config = NoiseConfig(botch_share=1.0)
    seen = 0
    for seed in range(40, 42):
        record = demonstrate(expert, sample_episode("pick", seed), config)
        reports, steps = record.columns["plan.report"], record.columns["plan.step"]
        after = (reports[:, 0] == Report.MISSED) & (steps[:, 0] == Step.ABOVE)
        seen += after.any()
        assert record.success
    assert seen == 2


def test_same_seed_same_bits(expert):
    episode = sample_episode("stack", 31)
    first, second = (demonstrate(expert, episode, NoiseConfig()) for _ in range(2))
    for name, column in first.columns.items():
        assert (column == second.columns[name]).all(), name


def test_another_expert_gives_the_same_bits(expert):
    episode = sample_episode("pick", 32)
    first = demonstrate(expert, episode, NoiseConfig())
    with World() as other:
        second = demonstrate(Expert(other), episode, NoiseConfig())
    assert all((c == second.columns[n]).all() for n, c in first.columns.items())


def test_frames_have_the_images_that_are_asked_for(expert):
    columns = demonstrate(expert, sample_episode("reach", 3), cameras=("fixed", "wrist")).columns
    side = FR3.cameras["fixed"].pixels
    assert columns["observation.images.fixed"].shape[1:] == (side, side, 3)
    assert columns["observation.images.wrist"].dtype == np.uint8
    assert len(columns["action"]) > 10
