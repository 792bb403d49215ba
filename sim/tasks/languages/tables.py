"""What there is to know of a language in order to say a goal, or what is none, in it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from episodes.vocabulary import Pair

Templates = tuple[str, ...]


@dataclass(frozen=True)
class Language:
    """Sentences of tasks, with slots in braces, and the words that go into them.

    Attributes:
        seen, held_out: task -> templates, of training and held out of it. {o}: the target; {d}:
            the destination; slots of `inside` or `onto`, as the destination asks; {w}: one of
            `ways`. Of sort_by_colour: colours {a} and {b}, containers {c} and {d}.
        relations, held_out_relations: relation -> descriptions. {k}: the kind; {r}: what it is
            compared with; {c}, {d}: colours that it does not have.
        nouns: kind -> words for it, the plain one first; one listed twice is drawn twice as often.
        colours: colour -> the word for it.
        joints: what may stand between colour and noun, the plain one first.
        inside, onto: slot -> what it says of a bowl, of anything else; three each, of which the
            n-th of all slots go together, the plainest first.
        before, after: what makes a sentence polite or urgent.
        ways: where something is turned to.
    """

    seen: Mapping[str, Templates]
    held_out: Mapping[str, Templates]
    relations: Mapping[str, Templates]
    held_out_relations: Mapping[str, Templates]
    nouns: Mapping[str, tuple[str, ...]]
    colours: Mapping[str, str]
    joints: tuple[str, ...]
    inside: Mapping[str, tuple[str, str, str]]
    onto: Mapping[str, tuple[str, str, str]]
    before: tuple[str, ...]
    after: tuple[str, ...]
    ways: Mapping[str, str]

    def name(self, pair: Pair, rng: np.random.Generator | None = None) -> str:
        """ "red cube"; with `rng` now and then a synonym, or joined otherwise."""
        colour, kind = pair
        nouns = self.nouns[kind]
        noun, joint = nouns[0], self.joints[0]
        if rng is not None:
            noun = nouns[rng.integers(len(nouns))]
            joint = self.joints[rng.integers(len(self.joints))]
        return f"{self.colours[colour]}{joint}{noun}"


@dataclass(frozen=True)
class Chatter:
    """Sentences that are no task: {v}: a verb; {t}: a thing; {o}, {d}: things on the table.

    Attributes:
        plain, held_out_plain: whole sentences.
        verbs, held_out_verbs: real ones. things, held_out_things: likewise.
        about, held_out_about: templates about things on the table.
        anything: templates, of training alone, about anything.
        chore: the template of verb and thing.
        please: may stand before any.
        syllable: parts, of which one each makes a syllable of an invented word.
        syllables: fewest and most of these in a word.
        shortest: letters that it has at least.
        reserved: words that are not to be invented, for they are held out.
    """

    plain: tuple[str, ...]
    held_out_plain: tuple[str, ...]
    verbs: tuple[str, ...]
    held_out_verbs: tuple[str, ...]
    things: tuple[str, ...]
    held_out_things: tuple[str, ...]
    about: tuple[str, ...]
    held_out_about: tuple[str, ...]
    anything: tuple[str, ...]
    chore: str
    please: str
    syllable: tuple[tuple[str, ...], ...]
    syllables: tuple[int, int]
    shortest: int
    reserved: frozenset[str]
