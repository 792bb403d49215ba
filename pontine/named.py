"""Scenes for a person's sentence, and the goal by which its success is judged.

This is the referee, not the brain: the sentence is compared with the grammar's own phrasings to
know what would count as success. What the arm does, the brain alone decides.
"""

import re
from collections.abc import Iterable
from functools import cache
from itertools import product

import numpy as np

from body.reach import Reach
from sim.tasks import LANGUAGES, TASKS, Episode, Goal, Wording
from sim.tasks.grammar import templates
from sim.tasks.languages import Language
from sim.worlds import ALL_PAIRS, KINDS, TRAIN_PAIRS, Scene
from sim.worlds.objects import CONTAINERS
from sim.worlds.scene import Pair, draw_scene


def read(instruction: str) -> tuple[str, list[Pair]] | None:
    """Task and (colour, kind) pairs of a sentence of the grammar, in any language, or None."""
    for (language, words), name in product(LANGUAGES.items(), TASKS):
        text = _tidy(instruction, words)
        for pattern in _patterns(name, language):
            match = pattern.fullmatch(text)
            if match is None:
                continue
            slots = [slot for slot in ("o", "d") if slot in match.groupdict()]
            pairs = [_pair(match, slot, words) for slot in slots]
            if name == "place_in" and pairs[-1][1] not in CONTAINERS:
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


def _gap(words: Language) -> str:
    """What separates words: what does so between colour and noun."""
    return words.joints[0]


def _tidy(text: str, words: Language) -> str:
    """Letters alone, in lower case."""
    return _gap(words).join(re.findall(r"[^\W\d_]+", text.lower()))


@cache
def _patterns(task: str, language: str) -> list[re.Pattern[str]]:
    """One for each template of `task`."""
    words = LANGUAGES[language]
    gap = _gap(words)
    before, after = (_either(_tidy(t, words) for t in ts) for ts in (words.before, words.after))
    return [
        re.compile(f"(?:{before}{gap})?{_pattern(template, words)}(?:{gap}{after})?")
        for template in templates(task, Wording("all", language))
    ]


def _pattern(template: str, words: Language) -> str:
    parts = []
    for part in re.split(r"(\{\w+\})", template):
        slot = part.strip("{}")
        if slot == part:
            parts.append(_tidy(part, words))
        elif slot in words.inside:
            parts.append(_either({*words.inside[slot], *words.onto[slot]}))
        else:
            colours, nouns = _either(words.colours.values()), _either(_kinds(words))
            parts.append(f"(?P<{slot}>{colours}){_either(words.joints)}(?P<{slot}_noun>{nouns})")
    return _gap(words).join(part for part in parts if part)


def _either(options: Iterable[str]) -> str:
    return f"(?:{'|'.join(options)})"


def _kinds(words: Language) -> dict[str, str]:
    """Noun -> kind of a thing on the table."""
    return {noun: kind for kind in KINDS for noun in words.nouns[kind]}


def _pair(match: re.Match[str], slot: str, words: Language) -> Pair:
    [colour] = [key for key, word in words.colours.items() if word == match[slot]]
    return colour, _kinds(words)[match[f"{slot}_noun"]]
