"""Moments of a task are ones that an episode can meet."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from body import Report
from episodes.vocabulary import Step
from pontine.suites.tabletop.task_progress import draw_step, known, report_after
from sim.tasks import TASKS

NAMES = st.sampled_from(sorted(TASKS))


@given(name=NAMES, in_hand=st.booleans(), seed=st.integers(0, 10_000))
def test_a_report_leads_from_the_step_before(name: str, in_hand: bool, seed: int) -> None:
    task = TASKS[name]
    carries = any(task.closed(step) for step in task.steps) and not task.by_fist
    step, before, report = draw_step(task, in_hand and carries, np.random.default_rng(seed))
    assert step in task.steps and step is not Step.DONE
    if before is None:
        assert step is task.steps[0] and report is Report.MOVING
    elif report is Report.MISSED:
        assert step is task.steps[0] and before in task.steps[1:]
    elif not task.tracks:
        assert task.after(before) is step
        assert report is (Report.HOLDING if in_hand and carries else report_after(task, before))


@given(name=NAMES, step=st.sampled_from(list(Step)))
def test_a_task_knows_its_own_steps_only(name: str, step: Step) -> None:
    task = TASKS[name]
    assert known(task, step) is (step if step in task.steps else task.steps[0])
