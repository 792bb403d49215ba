from body import Report
from episodes.vocabulary import Step
from pontine.suites.tabletop.step_order import next_step
from sim.tasks import TASKS


def test_arrivals_lead_through_every_step_to_done() -> None:
    for task in TASKS.values():
        step, seen = task.steps[0], []
        for _ in range(10):
            seen.append(step)
            step = next_step(task, step, Report.ARRIVED)
        assert tuple(dict.fromkeys(seen)) == task.steps
        assert step is (Step.FOLLOW if task.tracks else Step.DONE)


def test_a_miss_goes_back_and_moving_stays() -> None:
    task = TASKS["stack"]
    assert next_step(task, Step.GRASP, Report.MISSED) is Step.ABOVE
    assert next_step(task, Step.CARRY, Report.MISSED) is Step.ABOVE
    assert next_step(task, Step.ABOVE, Report.MISSED) is Step.ABOVE
    assert next_step(TASKS["reach"], Step.ABOVE, Report.MISSED) is Step.ABOVE
    assert next_step(task, Step.CARRY, Report.MOVING) is Step.CARRY
