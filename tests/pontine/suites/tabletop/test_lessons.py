import numpy as np
import pytest

from body import Intent, Report
from brain.prompts import decision, intent
from episodes.splits import HELD_OUT_PAIRS
from episodes.vocabulary import COLOURS, KINDS, PLACE_X, PLACE_Y, Step
from pontine.suites.tabletop.lessons import Lesson, Snapshot, lessons_for
from pontine.suites.tabletop.thoughts import VERBS, place_tokens
from sim.stills import stills
from sim.tasks import Goal
from sim.tasks.drawers import TRAVEL
from sim.worlds import World


@pytest.fixture(scope="module")
def lessons(world: World) -> list[tuple[Snapshot, Lesson]]:
    found = []
    for seed in range(30):
        recording = stills(world, seed, cameras=())
        for objects in recording.columns["scene.objects"]:
            snapshot = Snapshot(
                objects, np.array([0.42, 0.0, 0.28, 0.0]), True, True, 4, "look", Goal(-1),
                Step.ABOVE, None, Report.MOVING,
            )  # fmt: skip
            rng = np.random.default_rng(seed)
            found += [(snapshot, lesson) for lesson in lessons_for(snapshot, rng, 20)]
    return found


def test_every_kind_of_lesson_is_given(lessons: list[tuple[Snapshot, Lesson]]) -> None:
    assert {lesson.kind for _, lesson in lessons} == {"act", "swap", "refuse", "ask"}
    assert len(lessons) == 30 * 4 * 20


def test_refusals_and_questions_carry_no_waypoint(
    lessons: list[tuple[Snapshot, Lesson]],
) -> None:
    for _, lesson in lessons:
        assert (lesson.waypoint is None) == (lesson.kind in ("refuse", "ask"))
        if lesson.kind == "refuse":
            assert intent(lesson.thought) is Intent.REFUSE
        if lesson.kind == "swap":
            assert not lesson.loss_thought


def test_waypoints_lie_where_the_thought_points(
    lessons: list[tuple[Snapshot, Lesson]],
) -> None:
    """On a thing; beside it where it is pushed or pulled, or put to another."""
    for snapshot, lesson in lessons:
        if lesson.waypoint is not None:
            apart = np.linalg.norm(snapshot.objects[:, 2:4] - lesson.waypoint[:2], axis=1)
            verb = lesson.thought.split(" . ")[-2].split()[0]
            most = {"push": 0.35, "open": 0.083, "close": 0.083, "put": 0.033}.get(verb, 1e-5)
            assert apart[snapshot.objects[:, 0] >= 0].min() < most, lesson.thought
            x, y = lesson.waypoint[:2]  # a place token must be able to tell it
            assert PLACE_X[0] < x < PLACE_X[1] and PLACE_Y[0] < y < PLACE_Y[1], lesson


def test_every_task_is_taught_in_both_languages(
    lessons: list[tuple[Snapshot, Lesson]],
) -> None:
    acting = [lesson for _, lesson in lessons if lesson.kind == "act"]
    chinese = [any("\u4e00" <= letter <= "\u9fff" for letter in a.instruction) for a in acting]
    assert 0.3 < np.mean(chinese) < 0.5
    for verb in {text.split()[0] for text in VERBS.values()}:
        for language in (True, False):
            assert any(
                f"{verb} " in lesson.thought and is_chinese is language
                for lesson, is_chinese in zip(acting, chinese, strict=True)
            ), (verb, language)


def test_a_described_target_is_compared_before_it_is_named(
    lessons: list[tuple[Snapshot, Lesson]],
) -> None:
    compared = [
        lesson for _, lesson in lessons
        if lesson.thought.count(" , ") >= 2 and " . put " not in lesson.thought
        and lesson.kind != "ask"
    ]  # fmt: skip
    assert compared
    for lesson in compared:
        reasons, _, decision = lesson.thought.removeprefix("missed . ").partition(" . pick ")
        colour, kind = decision.split()[:2]
        assert f"{colour} {kind}" in reasons and reasons.count(f" {kind} ") >= 2
        fits = {part.split()[0]: _number(part.split()[-1]) for part in reasons.split(" , ")[1:]}
        if lesson.loss_thought:
            assert fits[colour] == max(fits.values()), lesson.thought
        assert lesson.before == ""


def _number(token: str) -> int:
    return int(token.removeprefix("<loc_").removesuffix(">"))


def test_what_was_tried_is_done_or_to_be_done_again(
    lessons: list[tuple[Snapshot, Lesson]],
) -> None:
    """A drawer that was pulled, too little or enough; its opening is in the picture."""
    ends = set()
    for snapshot, lesson in lessons:
        if " next retreat " not in lesson.before or lesson.kind != "act":
            continue
        assert lesson.report is Report.ARRIVED
        if not lesson.thought.startswith("open "):
            continue
        colour = lesson.thought.split()[1]
        drawers = snapshot.objects[snapshot.objects[:, 0] == KINDS.index("drawer")]
        (moved,) = drawers[drawers[:, 1] == COLOURS.index(colour), 6]
        step = lesson.thought.split(" next ")[1].split()[0]
        assert step == ("done" if moved > 0.8 * TRAVEL else "above")
        ends.add(step)
    assert ends == {"done", "above"}


def test_all_that_is_remembered_of_a_thought_is_what_it_decided(
    lessons: list[tuple[Snapshot, Lesson]],
) -> None:
    assert all(decision(lesson.before) == lesson.before for _, lesson in lessons)


def test_of_several_parts_the_first_that_is_out_is_chosen(
    lessons: list[tuple[Snapshot, Lesson]],
) -> None:
    told = [
        lesson for _, lesson in lessons if " , " in lesson.thought and " . put " in lesson.thought
    ]
    assert told
    for lesson in told:
        reasons, _, decision = lesson.thought.removeprefix("missed . ").partition(" . put ")
        parts = [part.split() for part in reasons.split(" , ")]
        assert {part[-1] for part in parts} <= {"in", "out"} and len(parts) >= 2
        out = [part[:4] for part in parts if part[-1] == "out"]
        if out:
            assert decision.split()[:4] == out[0] or not lesson.loss_thought
        assert decision.split(" . next ")[1].startswith("above" if out else "done")


def test_the_thought_ends_with_where_the_hand_goes(
    lessons: list[tuple[Snapshot, Lesson]],
) -> None:
    for _, lesson in lessons:
        if lesson.waypoint is None or not lesson.loss_thought or lesson.thought.endswith("done"):
            continue
        x, y = lesson.waypoint[:2]
        assert lesson.thought.endswith(place_tokens(float(x), float(y))), lesson.thought


def test_no_lesson_names_a_held_out_pair(lessons: list[tuple[Snapshot, Lesson]]) -> None:
    names = [f"{colour} {kind}" for colour, kind in HELD_OUT_PAIRS]
    for _, lesson in lessons:
        if lesson.kind != "refuse":
            assert not any(n in lesson.instruction + lesson.thought for n in names)
