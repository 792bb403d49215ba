"""Scenes for a person's sentence, and the goal by which its success is judged.

This is the referee, not the brain: the sentence is compared with the grammar's own phrasings to
know what would count as success. What the arm does, the brain alone decides.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, partial
from itertools import product

from body.contract.instruction import InstructionError, quoted
from body.robots.reach import Reach
from episodes.splits import (
    ALL_PAIRS,
    ANY_SCENE,
    FITTING_SCENE,
    FIXTURE_PAIRS,
    SEEN_PAIRS,
    TRAIN_PAIRS,
)
from episodes.vocabulary import FIXTURES, KINDS, Pair
from sim.tasks import LANGUAGES, TASKS, Episode, Goal, Wording
from sim.tasks.episode import standing
from sim.tasks.grammar import KINDS_OF, templates
from sim.tasks.languages import Language
from sim.tasks.named import TRIES, NamedTask
from sim.worlds import Scene
from sim.worlds.scene import draw_scene


@dataclass(frozen=True)
class Reading:
    """What a sentence asks for: a task, (colour, kind) of target and, if any, destination, and
    which of several ways (None: there is one)."""

    task: str
    pairs: list[Pair]
    slot: int | None = None


def read(instruction: str) -> Reading | None:
    """A sentence of the grammar, in any language; None: it is none that names things."""
    for (language, words), name in product(LANGUAGES.items(), KINDS_OF):
        text = _tidy(instruction, words)
        for pattern in _patterns(name, language):
            match = pattern.fullmatch(text)
            if match is None:
                continue
            slots = [slot for slot in ("o", "d") if slot in match.groupdict()]
            pairs = [_pair(match, slot, words) for slot in slots]
            if not _possible(name, pairs):
                continue
            way = match.groupdict().get("w")
            slot = None if way is None else list(words.ways.values()).index(way)
            return Reading(name, pairs, slot)
    return None


def _possible(name: str, pairs: list[Pair]) -> bool:
    """Drawers are opened and cubes are not; things are put where something can be put, and
    nothing is put on itself: of each colour and kind there is one."""
    targets, ends = KINDS_OF[name]
    if (pairs[0][1] in FIXTURES) != (targets[0] in FIXTURES):
        return False
    return len(pairs) < 2 or (pairs[1][1] in ends and pairs[0] != pairs[1])


def fitting_scene(instruction: str, seed: int, reach: Reach | None = None) -> Episode | None:
    """A random scene, within an arm's `reach`, that holds what the sentence names; None for a
    sentence of another kind."""
    found = read(instruction)
    if found is None:
        return None
    task = TASKS[found.task]
    assert isinstance(task, NamedTask)
    rng = FITTING_SCENE.rng(seed)
    seen = all(pair in SEEN_PAIRS for pair in found.pairs)
    pool = standing(task, SEEN_PAIRS if seen else ALL_PAIRS + FIXTURE_PAIRS)
    place = partial(draw_scene, rng, pool, reach=reach)
    for _ in range(TRIES):
        drawn = task.arrange(rng, found.pairs, place, found.slot)
        if drawn is not None:
            return Episode(task, seed, *drawn, instruction)
    raise InstructionError(
        f"instruction {quoted(instruction)}: no scene within this arm's reach lets this be done "
        f"({TRIES} were drawn). Remedy: another --seed, other things, or another arm"
    )


def random_scene(seed: int, reach: Reach | None = None) -> Scene:
    """Whatever the seed gives, within an arm's `reach`."""
    rng = ANY_SCENE.rng(seed)
    first = TRAIN_PAIRS[rng.integers(len(TRAIN_PAIRS))]
    return draw_scene(rng, TRAIN_PAIRS, [first], reach)


def find_goal(instruction: str, scene: Scene, seed: int) -> Episode:
    """The episode of a sentence in a given scene; without a goal where nothing fits."""
    found = read(instruction)
    if found is None:
        return Episode(TASKS["reach"], seed, scene, Goal(-1, -1), instruction)
    rows = [scene.find(pair) for pair in found.pairs]
    goal = Goal(rows[0], rows[1] if len(rows) > 1 else -1, found.slot or 0)
    if min(rows) < 0:
        goal = Goal(-1, -1)
    return Episode(TASKS[found.task], seed, scene, goal, instruction)


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
        elif slot == "w":
            parts.append(f"(?P<w>{_either(words.ways.values())})")
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
