"""An episode is a task, a scene, a goal and a sentence, all from one seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from body.robots.reach import Reach
from episodes.splits import ABSENT, EPISODE, POOLS, SWAPPED, TEST, split_of
from episodes.vocabulary import MOVABLE, Pair
from sim.tasks.base import Goal, Task
from sim.tasks.grammar import KINDS_OF, absent_instruction, phrase
from sim.tasks.languages import Wording
from sim.tasks.registry import spoken
from sim.tasks.relations import rows_of
from sim.worlds.scene import Scene, SceneError, draw_scene

TRIES = 10_000  # scenes; an arm of short reach can follow in one of some hundred


@dataclass(frozen=True)
class Episode:
    """What to do, where, and how it is said; goal.target is -1 where the right answer is no."""

    task: Task
    seed: int
    scene: Scene
    goal: Goal
    instruction: str


def sample_episode(
    name: str,
    seed: int,
    pool: str = "seen",
    phrasing: str = "seen",
    camera_jitter: float = 0.0,
    reach: Reach | None = None,
    language: str = "en",
) -> Episode:
    """The episode of task `name` that `seed` gives.

    Args:
        pool: "seen", "held_out" (target or destination is a pair never shown in training) or
            "all".
        phrasing: "seen", "held_out" or "all" sentences.
        reach: of the arm, within which things stand (None: all over the table).
        language: of the sentence, "en" or "zh"; scene and goal are the same in any.

    Raises:
        UnknownTaskError, UnknownLanguageError: names those that there are.
        SceneError: a training seed with pairs or phrasings held out of training.
    """
    _refuse_leak(seed, pool, phrasing)
    task, wording = spoken(name, language), Wording(phrasing, language)
    allowed, named = (standing(task, pairs) for pairs in POOLS[pool])
    rng = EPISODE.rng(seed, task.label)
    place = partial(draw_scene, rng, allowed, reach=reach, camera_jitter=camera_jitter)
    for _ in range(TRIES):
        scene, goal, sentence = task.draw(rng, allowed, named, wording, place)
        if reach is None or _within(reach, task, scene, goal):
            return Episode(task, seed, scene, goal, sentence)
    raise SceneError(f"{name} seed {seed}: no scene in which an arm of this reach can do it")


def absent_episode(
    name: str,
    seed: int,
    pool: str = "seen",
    phrasing: str = "seen",
    reach: Reach | None = None,
    language: str = "en",
) -> Episode:
    """As :func:`sample_episode`, but the sentence names a thing that is not on the table."""
    _refuse_unnamed(name)
    episode = sample_episode(name, seed, pool, phrasing, reach=reach, language=language)
    rng = ABSENT.rng(seed, episode.task.label)
    allowed = standing(episode.task, POOLS[pool][0])
    wording = Wording(phrasing, language)
    sentence = absent_instruction(name, episode.scene, rng, wording, allowed)
    return Episode(episode.task, seed, episode.scene, Goal(-1, -1), sentence)


def swapped_episode(
    name: str,
    seed: int,
    pool: str = "seen",
    phrasing: str = "seen",
    reach: Reach | None = None,
    language: str = "en",
) -> tuple[Episode, Goal]:
    """The scene of :func:`sample_episode`, asked for something else; and what was asked before.

    The other sentence is of the same task and names another target. Whoever ignores the words
    does as often what was asked before.
    """
    _refuse_unnamed(name)
    episode = sample_episode(name, seed, pool, phrasing, reach=reach, language=language)
    old, scene, task = episode.goal, episode.scene, episode.task
    kinds, ends = KINDS_OF[name]
    goals = [
        Goal(target, destination, old.slot)
        for target in _of_kind(scene, kinds)
        for destination in (_of_kind(scene, ends) if ends else [-1])
        if target not in (old.target, destination)
    ]
    if not goals:
        raise SceneError(f"{name} seed {seed}: nothing else can be asked for in this scene")
    rng = SWAPPED.rng(seed, task.label)
    goal = goals[int(rng.integers(len(goals)))]
    sentence = phrase(name, scene, goal, rng, Wording(phrasing, language))
    return Episode(task, seed, scene, goal, sentence), old


def _within(reach: Reach, task: Task, scene: Scene, goal: Goal) -> bool:
    """The tool can be wherever the task takes it."""
    places = [task.position(rows_of(scene), goal, step)[:2] for step in task.steps]
    if scene.path is not None:
        item = scene.objects[scene.path.index]
        places += [np.array([item.x + x, item.y + y]) for x, y in scene.path.points]
    return all(reach.holds(float(x), float(y)) for x, y in places)


def standing(task: Task, pairs: Sequence[Pair]) -> tuple[Pair, ...]:
    """Those of `pairs` that may stand in scenes of `task`."""
    kinds = MOVABLE + task.fixtures
    return tuple(pair for pair in pairs if pair[1] in kinds)


def _of_kind(scene: Scene, kinds: Sequence[str]) -> list[int]:
    return [i for i, item in enumerate(scene.objects) if item.kind in kinds]


def _refuse_unnamed(name: str) -> None:
    if name not in KINDS_OF:
        raise SceneError(f"{name} names nothing by colour and kind: {', '.join(KINDS_OF)} do")


def _refuse_leak(seed: int, pool: str, phrasing: str) -> None:
    if pool not in POOLS:
        raise SceneError(f"no pool {pool!r}; known: {', '.join(POOLS)}")
    if split_of(seed) == "train" and (pool != "seen" or phrasing != "seen"):
        raise SceneError(
            f"seed {seed} is a training seed, but pool {pool!r} / phrasing {phrasing!r} hold "
            f"what training must not see; use a seed from {TEST.start}"
        )
