"""Scenes for a person's sentence, and the goal by which its success is judged.

This is the referee, not the brain: the sentence is compared with the grammar's own phrasings to
know what would count as success. What the arm does, the brain alone decides.
"""

import re

import numpy as np

from body.reach import Reach
from sim.tasks import TASKS, Episode, Goal
from sim.tasks.grammar import NOUNS, templates
from sim.worlds import ALL_PAIRS, COLOURS, TRAIN_PAIRS, Scene
from sim.worlds.scene import Pair, draw_scene

_KIND_OF = {noun: kind for kind, nouns in NOUNS.items() for noun in nouns}
_THING = rf"(?P<{{name}}>(?:{'|'.join(COLOURS)}) (?:{'|'.join(_KIND_OF)}))"


def read(instruction: str) -> tuple[str, list[Pair]] | None:
    """Task and (colour, kind) pairs of a sentence of the grammar, or None."""
    text = re.sub(r"[^a-z ]", " ", instruction.lower())
    text = " ".join(text.split())
    text = re.sub(r"^(please|now|can you|robot) ", "", text)
    text = re.sub(r" (please|now)$", "", text)
    for name in TASKS:
        for template in templates(name, "all"):
            match = re.fullmatch(_pattern(template), text)
            if match is None:
                continue
            pairs = [_pair(match[key]) for key in ("o", "d") if key in match.groupdict()]
            if name == "place_in" and pairs[-1][1] not in ("bowl", "plate"):
                continue
            return name, pairs
    return None


def fitting_scene(instruction: str, seed: int, reach: Reach | None = None) -> Episode | None:
    """A random scene, within an arm's `reach`, that holds what the sentence names; None for a
    sentence of another kind."""
    found = read(instruction)
    if found is None:
        return None
    name, pairs = found
    rng = np.random.default_rng([21, seed])
    pool = TRAIN_PAIRS if all(pair in TRAIN_PAIRS for pair in pairs) else ALL_PAIRS
    scene = draw_scene(rng, pool, pairs, reach)
    return _judged(instruction, scene, seed, name, pairs)


def random_scene(seed: int, reach: Reach | None = None) -> Scene:
    """Whatever the seed gives, within an arm's `reach`."""
    rng = np.random.default_rng([22, seed])
    first = TRAIN_PAIRS[rng.integers(len(TRAIN_PAIRS))]
    return draw_scene(rng, TRAIN_PAIRS, [first], reach)


def find_goal(instruction: str, scene: Scene, seed: int) -> Episode:
    """The episode of a sentence in a given scene; without a goal where nothing fits."""
    found = read(instruction)
    if found is None:
        return Episode(TASKS["reach"], seed, scene, Goal(-1, -1), instruction)
    return _judged(instruction, scene, seed, *found)


def _judged(instruction: str, scene: Scene, seed: int, name: str, pairs: list[Pair]) -> Episode:
    rows = [scene.find(pair) for pair in pairs]
    complete = all(row >= 0 for row in rows)
    goal = Goal(rows[0], rows[1] if len(rows) > 1 else -1) if complete else Goal(-1, -1)
    return Episode(TASKS[name], seed, scene, goal, instruction)


def _pattern(template: str) -> str:
    text = template.replace("{in}", "(?:in|into|on|onto)")
    return text.replace("{o}", _THING.format(name="o")).replace("{d}", _THING.format(name="d"))


def _pair(words: str) -> Pair:
    colour, noun = words.split()
    return colour, _KIND_OF[noun]
