"""Sentences that say which of several things is meant, in words that name none of them."""

import numpy as np

from sim.tasks.grammar import of_phrasing, polite
from sim.tasks.relations import NONE, NOT, Description, Things
from sim.worlds.objects import COLOURS, KINDS

PHRASINGS = (
    "pick up the {o}", "grab the {o}", "lift the {o}", "take the {o}", "grasp the {o}",
    "raise the {o}", "get the {o}", "lift up the {o}",
)  # fmt: skip
HELD_OUT_PHRASINGS = ("take hold of the {o}", "raise up the {o}")
# {k}: the kind; {r}: what it is compared with; {c}, {d}: colours that it does not have.
WORDS = {
    "largest": ("largest {k}", "biggest {k}"),
    "smallest": ("smallest {k}", "tiniest {k}"),
    "leftmost": ("leftmost {k}", "{k} on the far left"),
    "rightmost": ("rightmost {k}", "{k} on the far right"),
    "nearest": ("{k} nearest to you", "{k} closest to you"),
    "farthest": ("{k} farthest from you", "most distant {k}"),
    "beside": ("{k} nearest to the {r}", "{k} closest to the {r}"),
    "away": ("{k} farthest from the {r}", "{k} most distant from the {r}"),
    "left": ("{k} left of the {r}", "{k} to the left of the {r}"),
    "right": ("{k} right of the {r}", "{k} to the right of the {r}"),
    "before": ("{k} closer to you than the {r}", "{k} nearer to you than the {r}"),
    "behind": ("{k} farther from you than the {r}", "{k} more distant than the {r}"),
    "not": ("{k} that is not {c}", "{k} that is neither {c} nor {d}"),
}
HELD_OUT_WORDS = {
    "largest": ("{k} that is the largest",),
    "smallest": ("{k} that is the smallest",),
    "leftmost": ("{k} that is leftmost",),
    "rightmost": ("{k} that is rightmost",),
    "nearest": ("{k} that is nearest to you",),
    "farthest": ("{k} that is farthest from you",),
    "beside": ("{k} that is closest to the {r}",),
    "away": ("{k} that is farthest from the {r}",),
    "left": ("{k} that is left of the {r}",),
    "right": ("{k} that is right of the {r}",),
    "before": ("{k} that is closer to you than the {r}",),
    "behind": ("{k} that is farther from you than the {r}",),
    "not": ("{k} which is not {c}", "{k} which is neither {c} nor {d}"),
}


def say_which(
    rng: np.random.Generator, things: Things, description: Description, phrasing: str = "seen"
) -> str:
    """A random sentence that asks for what `description` means among `things` (N, 10)."""
    seen, held = WORDS[description.relation], HELD_OUT_WORDS[description.relation]
    options = of_phrasing(phrasing, seen, held)
    if description.relation == NOT:
        two = len(description.colours) == 2
        options = tuple(text for text in options if ("{d}" in text) is two)
    text = options[rng.integers(len(options))].replace("{k}", description.kind)
    if description.reference != NONE:
        kind, colour = things[description.reference, :2].astype(int)
        text = text.replace("{r}", f"{COLOURS[colour]} {KINDS[kind]}")
    for slot, colour in zip(("{c}", "{d}"), description.colours, strict=False):
        text = text.replace(slot, COLOURS[colour])
    templates = of_phrasing(phrasing, PHRASINGS, HELD_OUT_PHRASINGS)
    return polite(rng, templates[rng.integers(len(templates))].replace("{o}", text))
