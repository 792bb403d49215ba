"""Tasks by name; `Task.label` is their place in recordings.

`TASKS` are those that the shipped models were trained on, and that "all" means; `KNOWN` has more.
"""

from sim.tasks.base import Task
from sim.tasks.pick import Pick
from sim.tasks.place_in import PlaceIn
from sim.tasks.reach import Reach
from sim.tasks.spatial import Spatial
from sim.tasks.stack import Stack

TASKS: dict[str, Task] = {t.name: t for t in (Reach(), Pick(), PlaceIn(), Stack())}
KNOWN: dict[str, Task] = TASKS | {t.name: t for t in (Spatial(),)}


def task(name: str) -> Task:
    """The task called `name`; raises KeyError naming those that exist."""
    try:
        return KNOWN[name]
    except KeyError:
        raise KeyError(f"no task {name!r}; known: {', '.join(KNOWN)}") from None
