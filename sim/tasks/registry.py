"""Tasks by name; `Task.label` is their place in recordings.

`TASKS` are what "all" means; `BASIC` are the four of single objects that "basic" means.
"""

from body import BodyError
from body.plugin import PluginError, blamed, find
from sim.tasks.base import Task
from sim.tasks.drawers import CloseDrawer, OpenDrawer
from sim.tasks.follow import Follow
from sim.tasks.languages import UnknownLanguageError
from sim.tasks.pick import Pick
from sim.tasks.place_in import PlaceIn
from sim.tasks.press_button import PressButton
from sim.tasks.push_to import PushTo
from sim.tasks.reach import Reach
from sim.tasks.sort_by_colour import SortByColour
from sim.tasks.spatial import Spatial
from sim.tasks.stack import Stack
from sim.tasks.turn_knob import TurnKnob

_ALL = (
    Reach(), Pick(), PlaceIn(), Stack(), Spatial(), SortByColour(), OpenDrawer(), CloseDrawer(),
    PressButton(), TurnKnob(), PushTo(), Follow(),
)  # fmt: skip
TASKS: dict[str, Task] = {t.name: t for t in _ALL}
BASIC = ("reach", "pick", "place_in", "stack")


class UnknownTaskError(BodyError):
    """No such task; says which there are."""


def task(name: str) -> Task:
    """The task called `name`, or a class of one's own, path/to/file.py:Class.

    Raises:
        UnknownTaskError: names those that exist, or what is wrong with the file.
        PluginCodeError: what the class raises when it is made.
    """
    if name in TASKS:
        return TASKS[name]
    if ":" not in name:
        known = ", ".join(TASKS)
        raise UnknownTaskError(
            f"no task {name!r}; known: {known}, or path/to/file.py:Class (docs/add-a-task.md)"
        )
    try:
        found = find(name)
    except PluginError as error:
        raise UnknownTaskError(f"no task {name!r}: {error} (docs/add-a-task.md)") from error
    if not (isinstance(found, type) and issubclass(found, Task)):
        raise UnknownTaskError(f"{name} is no subclass of sim.tasks.Task (docs/add-a-task.md)")
    missing = sorted(found.__abstractmethods__) + [
        key for key in ("name", "label", "steps") if not hasattr(found, key)
    ]
    if missing:
        raise UnknownTaskError(f"{name} lacks {', '.join(missing)} (docs/add-a-task.md)")
    with blamed():
        own: Task = found()
    return own


def spoken(name: str, language: str) -> Task:
    """As :func:`task`, of a task that can be said in `language`.

    Raises:
        UnknownTaskError: see :func:`task`. UnknownLanguageError: names the languages it has.
    """
    found = task(name)
    if language not in found.languages:
        raise UnknownLanguageError(
            f"{name} is not said in {language!r}, only in {', '.join(found.languages)}; a task "
            "lists its `languages` (docs/add-a-task.md)"
        )
    return found
