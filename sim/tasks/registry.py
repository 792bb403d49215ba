"""Tasks by name; `Task.label` is their place in recordings."""

from sim.tasks.base import Task
from sim.tasks.pick import Pick
from sim.tasks.place_in import PlaceIn
from sim.tasks.reach import Reach
from sim.tasks.stack import Stack

TASKS: dict[str, Task] = {t.name: t for t in (Reach(), Pick(), PlaceIn(), Stack())}


def task(name: str) -> Task:
    """The task called `name`; raises KeyError naming those that exist."""
    try:
        return TASKS[name]
    except KeyError:
        raise KeyError(f"no task {name!r}; known: {', '.join(TASKS)}") from None
