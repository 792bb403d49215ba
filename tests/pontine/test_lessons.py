import numpy as np
import pytest

from body import Intent, Report
from brain.prompts import intent
from pontine.lessons import Lesson, Snapshot, lessons_for
from sim.stills import stills
from sim.tasks import Step
from sim.worlds import HELD_OUT_PAIRS, World


@pytest.fixture(scope="module")
def lessons(world: World) -> list[tuple[Snapshot, Lesson]]:
    found = []
    for seed in range(12):
        recording = stills(world, seed, cameras=())
        for objects in recording.columns["scene.objects"]:
            snapshot = Snapshot(
                objects, np.array([0.42, 0.0, 0.28, 0.0]), True, True, 4, "look", (-1, -1),
                Step.ABOVE, None, Report.MOVING, np.zeros(6),
            )  # fmt: skip
            rng = np.random.default_rng(seed)
            found += [(snapshot, lesson) for lesson in lessons_for(snapshot, rng, 20)]
    return found


def test_every_kind_of_lesson_is_given(lessons: list[tuple[Snapshot, Lesson]]) -> None:
    assert {lesson.kind for _, lesson in lessons} == {"act", "swap", "refuse", "ask"}
    assert len(lessons) == 12 * 4 * 20


def test_refusals_and_questions_carry_no_waypoint(
    lessons: list[tuple[Snapshot, Lesson]],
) -> None:
    for _, lesson in lessons:
        assert (lesson.waypoint is None) == (lesson.kind in ("refuse", "ask"))
        if lesson.kind == "refuse":
            assert intent(lesson.thought) is Intent.REFUSE
        if lesson.kind == "swap":
            assert not lesson.loss_thought


def test_waypoints_lie_on_an_object_or_the_hand(
    lessons: list[tuple[Snapshot, Lesson]],
) -> None:
    for snapshot, lesson in lessons:
        if lesson.waypoint is not None:
            apart = np.linalg.norm(snapshot.objects[:, 2:4] - lesson.waypoint[:2], axis=1)
            assert apart[snapshot.objects[:, 0] >= 0].min() < 1e-5


def test_no_lesson_names_a_held_out_pair(lessons: list[tuple[Snapshot, Lesson]]) -> None:
    names = [f"{colour} {kind}" for colour, kind in HELD_OUT_PAIRS]
    for _, lesson in lessons:
        if lesson.kind != "refuse":
            assert not any(n in lesson.instruction + lesson.thought for n in names)
