"""How the cerebellum's report moves a task on: the order that the brain is taught.

The oracle follows it too. No run-time path of the brain reads it.
"""

from body import Report
from episodes.vocabulary import Step
from sim.tasks import Task


def next_step(task: Task, step: Step, report: Report) -> Step:
    """The step that follows `step` after `report`.

    A miss goes back to the first; an arrival goes on; MOVING stays.
    """
    if report is Report.MISSED:
        return task.steps[0]
    return step if report is Report.MOVING else task.after(step)
