"""Sentences that say which of several things is meant, in words that name none of them."""

import numpy as np

from episodes.vocabulary import COLOURS, KINDS
from sim.tasks.grammar import of_phrasing, polite, templates
from sim.tasks.languages import PLAIN, Wording
from sim.tasks.relations import NONE, NOT, Description, Things


def say_which(
    rng: np.random.Generator, things: Things, description: Description, wording: Wording = PLAIN
) -> str:
    """A random sentence that asks for what `description` means among `things` (N, 10)."""
    words, relation = wording.words, description.relation
    options = of_phrasing(wording, words.relations[relation], words.held_out_relations[relation])
    if relation == NOT:
        two = len(description.colours) == 2
        options = tuple(text for text in options if ("{d}" in text) is two)
    text = options[rng.integers(len(options))].replace("{k}", words.nouns[description.kind][0])
    if description.reference != NONE:
        kind, colour = things[description.reference, :2].astype(int)
        text = text.replace("{r}", words.name((COLOURS[colour], KINDS[kind])))
    for slot, colour in zip(("{c}", "{d}"), description.colours, strict=False):
        text = text.replace(slot, words.colours[COLOURS[colour]])
    carriers = templates("spatial", wording)
    text = carriers[rng.integers(len(carriers))].replace("{o}", text)
    return polite(rng, text, wording)
