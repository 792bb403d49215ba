"""Sentences about real recorded moments have answers that can be seen."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episodes.splits import HELD_OUT_PAIRS
from episodes.vocabulary import Step
from pontine.baselines.flat.lessons import Lesson, free_lesson, own_lesson, step_of
from pontine.baselines.flat.moments import Moments
from pontine.suites.tabletop.sentences import TASK_OF


def robot(moments: Moments) -> np.ndarray:
    return np.flatnonzero(~moments.still)


def test_moments_are_those_of_which_both_pictures_are_kept(moments: Moments) -> None:
    assert len(moments) == len(moments.cache.fixed) and moments.still.sum() == 8
    wrist = moments.cache.wrist[moments.frame]
    assert (wrist.reshape(len(moments), -1).max(axis=1) > 0).tolist() == (~moments.still).tolist()
    assert np.isfinite(moments.former).all()
    at_rest = moments.still
    assert np.allclose(moments.command[at_rest], moments.measured[at_rest])
    assert np.abs(moments.command[~at_rest] - moments.measured[~at_rest])[:, :3].max() < 0.1


def test_the_recorded_goal_leads_where_the_recording_goes(moments: Moments) -> None:
    rng = np.random.default_rng(0)
    moved_on = 0
    for index in robot(moments):
        moment = moments[int(index)]
        lesson = own_lesson(moment, rng)
        assert not lesson.refuse
        if np.allclose(lesson.target, moment.target):
            continue
        moved_on += 1  # it was waiting where it should be
        assert np.linalg.norm(moment.target[:3] - moment.command[:3]) < 0.013
    assert 0 < moved_on < 0.3 * len(robot(moments))


def test_the_step_can_be_seen(moments: Moments) -> None:
    seen = []
    for index in robot(moments):
        moment = moments[int(index)]
        task = TASK_OF[moment.label]
        step = step_of(task, moment.goal, moment)
        if step is not None and moment.step is not Step.DONE:
            seen.append(step in (moment.step, task.after(moment.step)) or step is Step.ABOVE)
    assert np.mean(seen) > 0.9


@settings(max_examples=60)
@given(st.integers(0, 2**31))
def test_a_sentence_of_our_own_has_an_answer(moments: Moments, seed: int) -> None:
    rng = np.random.default_rng(seed)
    moment = moments[int(rng.integers(len(moments)))]
    lesson = free_lesson(moment, rng)
    if lesson is None:
        return
    check(lesson)
    if lesson.refuse:
        assert np.allclose(lesson.target, moment.command) and np.isnan(lesson.places).all()
        return
    xy = moment.objects[:, 2:4]
    spots = lesson.places[np.isfinite(lesson.places[:, 0])]
    assert all((np.abs(xy - spot).max(axis=1) < 1e-6).any() for spot in spots)
    beside = np.linalg.norm(spots - lesson.target[:2], axis=1).min()
    assert beside < 0.03  # over the target or the destination


def check(lesson: Lesson) -> None:
    assert lesson.instruction and lesson.target.shape == (4,)
    assert np.isfinite(lesson.target).all()
    for colour, kind in HELD_OUT_PAIRS:
        assert f"{colour} {kind}" not in lesson.instruction


@pytest.mark.parametrize("still", [True, False])
def test_refusals_and_tasks_are_both_drawn(moments: Moments, still: bool) -> None:
    rng = np.random.default_rng(1)
    rows = np.flatnonzero(moments.still == still)
    drawn = [free_lesson(moments[int(i)], rng) for i in rng.choice(rows, 400)]
    refused = [lesson.refuse for lesson in drawn if lesson is not None]
    assert 0.1 < np.mean(refused) < 0.5
    assert len(refused) > 100
