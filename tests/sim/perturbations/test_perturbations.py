"""Every dial: it does what it says, nothing at 0, and the same whatever others are on."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from body import ActionChunk
from sim.perturbations import PERTURBATIONS, PerturbationError, compose, disturbed
from sim.perturbations.looks import SHIFT, TURN
from sim.tasks import Episode, sample_episode
from sim.worlds import Actuator, World

SEED = 800_011
NAMES = sorted(PERTURBATIONS)


def episode(seed: int = SEED) -> Episode:
    return sample_episode("place_in", seed)


def play(
    world: World, wanted: list[str], steps: int = 6
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Positions after `steps` policy steps of a reach downwards, and the pictures given then."""
    wrong = compose(wanted)
    scene = wrong.episode(episode()).scene
    world.reset(scene)
    driver = Actuator(world)
    driver.reset()
    wrong.start(world)
    for k in range(steps):
        seen = wrong.sense(world.observation(("fixed", "wrist")))
        q = world.robot.home + np.array([0.0, 0.02 * k, 0, 0, 0, 0, 0])
        wrong.tick(world)
        driver.follow(wrong.command(ActionChunk(q[None], np.array([0.08]), seen.stamp)))
    return world.data.qpos.copy(), dict(seen.images)


@pytest.mark.parametrize("name", NAMES)
def test_strength_0_is_none_to_the_bit(world: World, name: str) -> None:
    plain, pictures = play(world, [])
    still, same = play(world, [f"{name}=0"])
    assert (plain == still).all()
    assert all((pictures[camera] == same[camera]).all() for camera in pictures)


@pytest.mark.parametrize("name", NAMES)
def test_strength_1_changes_something_and_is_the_same_again(world: World, name: str) -> None:
    steps = 12 if name != "pushes" else 90
    plain, pictures = play(world, [], steps)
    if name in ("friction", "mass"):
        return  # felt by what slides or is lifted: their own tests
    one, first = play(world, [f"{name}=1"], steps)
    two, second = play(world, [f"{name}=1"], steps)
    assert (one == two).all() and all((first[c] == second[c]).all() for c in first)
    moved = one.shape != plain.shape or bool((one != plain).any())
    assert moved or any((first[c] != pictures[c]).any() for c in first)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(800_000, 899_999), strength=st.floats(0, 2), data=st.data())
def test_a_goal_still_names_its_things_and_nothing_overlaps(
    seed: int, strength: float, data: st.DataObject
) -> None:
    names = data.draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=3))
    plain = episode(seed)
    changed = compose({name: strength for name in names}).episode(plain)
    assert changed.goal == plain.goal and changed.instruction == plain.instruction
    for index in (plain.goal.target, plain.goal.destination):
        assert changed.scene.objects[index].pair == plain.scene.objects[index].pair
    pairs = [item.pair for item in changed.scene.objects]
    assert len(set(pairs)) == len(pairs)
    for a, b in combinations(changed.scene.objects, 2):
        assert np.hypot(a.x - b.x, a.y - b.y) >= a.footprint + b.footprint


def test_each_draws_the_same_whatever_others_are_on() -> None:
    alone = compose(["light=1"]).episode(episode()).scene
    among = compose(["colour=1", "light=1", "blur=1"]).episode(episode()).scene
    assert alone.light_direction == among.light_direction and alone.light == among.light


def test_distractors_are_added_and_seen_by_the_simulator(world: World) -> None:
    crowded = compose({"distractors": 1.0}).episode(episode())
    more = len(crowded.scene.objects) - len(episode().scene.objects)
    assert 8 <= more <= 10
    world.reset(crowded.scene)
    assert world.objects().shape == (len(crowded.scene.objects), 10)


def test_friction_and_mass_are_felt(world: World) -> None:
    slid = []
    for strength in (0.0, 0.5, 1.0):
        wrong = compose({"friction": strength})
        world.reset(wrong.episode(episode()).scene)
        wrong.start(world)
        cube = next(i for i, item in enumerate(world.scene.objects) if item.kind != "ball")
        before = world.object_pose(cube)[0]
        for _ in range(10):
            world.step(world.robot.home, 0.08)
        world.shove(cube, np.array([0.4, 0.0]))
        for _ in range(100):
            world.step(world.robot.home, 0.08)
        slid.append(float(np.linalg.norm(world.object_pose(cube)[0] - before)))
    assert slid[0] < slid[1] < slid[2]
    heavy = compose({"mass": 1.0})
    world.reset(heavy.episode(episode()).scene)
    light = world.model.body_mass[world.model.body("object0").id]
    heavy.start(world)
    assert world.model.body_mass[world.model.body("object0").id] == pytest.approx(5 * light)


def test_however_heavy_things_are_they_rest_where_they_stood(world: World) -> None:
    for strength in (0.5, 1.0, 2.0):
        heavy = compose({"mass": strength})
        world.reset(heavy.episode(episode()).scene)
        body = world.model.body("object0").id
        stale = world.model.body_invweight0[body, 0]
        heavy.start(world)
        # what contacts are weighed by: some scenes blow up where it is of the old mass
        assert world.model.body_invweight0[body, 0] == pytest.approx(stale / (1 + 4 * strength))
        before = world.objects()[:, 2:5]
        for _ in range(500):
            world.step(world.robot.home, 0.08)
        assert not world.unstable
        assert np.abs(world.objects()[:, 2:5] - before).max() < 2e-3


def test_a_simulation_that_breaks_down_is_told(world: World) -> None:
    world.reset(episode().scene)
    world.step(world.robot.home, 0.08)
    assert not world.unstable
    world.data.qvel[-1] = np.nan
    world.step(world.robot.home, 0.08)
    assert world.unstable, "MuJoCo has put everything back to its start"
    world.reset(episode().scene)
    assert not world.unstable


def test_a_late_command_is_executed_late() -> None:
    with World() as world:
        late = compose({"action_delay": 0.2})
        world.reset(late.episode(episode()).scene)
        late.start(world)
        told = [
            late.command(ActionChunk(np.full((1, 7), float(k)), np.array([0.08]), k))
            for k in range(5)
        ]
    assert [float(c.joint_position[0, 0]) for c in told[2:]] == [0.0, 1.0, 2.0]
    assert (told[0].joint_position[0] == told[1].joint_position[0]).all()


def test_frames_repeat_camera_by_camera(world: World) -> None:
    drop = compose({"frame_drop": 1.0})
    world.reset(drop.episode(episode()).scene)
    drop.start(world)
    drop.sense(world.observation())  # without pictures nothing is dropped or remembered
    first = drop.sense(world.observation(("wrist",))).images["wrist"]
    repeated = 0
    for k in range(30):
        for _ in range(25):
            world.step(world.robot.home + 0.01 * k, 0.08)
        repeated += bool((drop.sense(world.observation(("wrist",))).images["wrist"] == first).all())
    assert 1 <= repeated < 30


@pytest.mark.parametrize("wanted", (["fog=1"], ["light"], ["light=x"], ["light=1", "light=2"]))
def test_what_is_no_perturbation_is_refused(wanted: list[str]) -> None:
    with pytest.raises(PerturbationError):
        compose(wanted)


@pytest.mark.parametrize("strength", (-0.1, 2.1, float("nan"), float("inf")))
def test_a_strength_out_of_range_is_refused_with_the_range(strength: float) -> None:
    with pytest.raises(PerturbationError, match="between 0 and 2"):
        compose({"blur": strength})


def test_the_guide_tells_what_every_dial_does() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "evaluation.md").read_text()
    for name, kind in PERTURBATIONS.items():
        assert f"| `{name}` | {kind.about} |" in guide


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), places=st.booleans())
def test_disturbed_scenes_hold_the_same_things(seed: int, places: bool) -> None:
    scene = sample_episode("pick", seed).scene
    rng, other = np.random.default_rng(seed), np.random.default_rng(seed)
    after = disturbed(scene, rng, places)
    assert after == disturbed(scene, other, places)
    assert [item.pair for item in after.objects] == [item.pair for item in scene.objects]
    spots = [[(item.x, item.y) for item in s.objects] for s in (scene, after)]
    moved = sum(one != two for one, two in zip(*spots, strict=True))
    assert moved <= (2 if places else 0)
    shift = np.abs(np.array(after.camera_shift))
    assert shift[:3].max() <= SHIFT + 1e-9 and shift[3:].max() <= TURN + 1e-9


def test_half_of_the_looks_are_disturbed() -> None:
    scene = sample_episode("pick", 0).scene
    many = [disturbed(scene, np.random.default_rng(seed)) for seed in range(200)]
    for name in ("camera_shift", "chequer", "light", "table_rgb", "objects"):
        changed = np.mean([getattr(s, name) != getattr(scene, name) for s in many])
        assert 0.35 < changed < 0.85, name
