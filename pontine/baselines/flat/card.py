"""The first draft of a flat policy's model card; edit it freely, it is written only once."""

from collections.abc import Mapping
from typing import Any

SPLIT = 5_923_095  # parameters of brain and controller together
TEMPLATE = """# {name}

The flat baseline for the FR3 tabletop, to be put beside brain and cerebellum: both cameras, a
sentence, joints and wrist force in; a chunk of 16 increments of the commanded tool pose out
(20 Hz, 12 of them carried out before the next). One network, no action tokens, no thought, no
second rate.
{parameters:,} parameters, fp16 (brain and controller together: {split:,}). Each picture of a
demonstration is learnt from with the wrist picture of the same instant; stills have none.

| | |
|---|---|
| data | {episodes:,} demonstrations; {pictures:,} pictures, {stills:,} of them stills |
| command | `{command}` |
| training | {minutes:g} minutes, {steps:,} steps of {pictures_a_step} pictures x {rows_a_picture} |
| threads | {threads} |
| eyes | of the brain `{eyes}`, frozen |
| validation | {validation} |

What it shares with the split: the eyes, the kind of tokenizer, the kind of lessons (any sentence
about a picture has a right answer), wrist camera, senses and gates, the flow field and its promised
steps. What it lacks: a waypoint handed over as codes, a thought that remembers which step of the
task is under way, and a hand that moves on while the brain looks.
"""


def card(config: Mapping[str, Any]) -> str:
    """Markdown from a model's config."""
    notes = dict(config["training"])
    figures = ", ".join(f"{name} {value:g}" for name, value in notes.pop("validation").items())
    return TEMPLATE.format(
        parameters=config["parameters"], split=SPLIT, validation=figures, **notes
    )
