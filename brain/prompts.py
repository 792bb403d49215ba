"""What the brain reads and writes, as text.

Prompt:  <image>  instruction  <before> thought before  <report>  <yaw>
Answer:  <think> thought </think> <act_..> x L </s>

A thought carries a place as two atomic tokens, first along base x, then along base y; people are
shown metres.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from body import Intent, Report
from brain.atomic import BEFORE, LOCATIONS, REPORT_WORDS, THINK, THOUGHT_END, YAWS
from episodes.vocabulary import PLACE_X, PLACE_Y

if TYPE_CHECKING:
    from brain.tokenizer import Vocabulary

REFUSE, DONE = "refuse", "done"
_PLACE = re.compile(r"<loc_(\d+)>\s*<loc_(\d+)>")


def location_bin(value: float, low: float, high: float) -> int:
    """Bin 0..63 of a value between `low` and `high`; values outside fall into the border bins."""
    return int(np.clip(np.floor((value - low) / (high - low) * LOCATIONS), 0, LOCATIONS - 1))


def locate(x: float, y: float) -> tuple[int, int]:
    """Bins (i, j) of a place in the base frame, m; places outside fall into the border bins."""
    return location_bin(x, *PLACE_X), location_bin(y, *PLACE_Y)


def place(i: int, j: int) -> tuple[float, float]:
    """Base-frame x, y in m of the middle of bins (i, j)."""
    x = PLACE_X[0] + (i + 0.5) * (PLACE_X[1] - PLACE_X[0]) / LOCATIONS
    y = PLACE_Y[0] + (j + 0.5) * (PLACE_Y[1] - PLACE_Y[0]) / LOCATIONS
    return x, y


def yaw_bin(yaw: float) -> int:
    """Bin of a hand yaw in rad on the half circle, 0..47."""
    return int(((yaw + np.pi / 2) % np.pi) / np.pi * YAWS) % YAWS


def place_ids(vocabulary: "Vocabulary", x: float, y: float) -> list[int]:
    """The two token ids of a place in the base frame, m."""
    return [vocabulary.locations[k] for k in locate(float(x), float(y))]


def turn_id(vocabulary: "Vocabulary", yaw: float) -> int:
    """The token id of a hand yaw in rad."""
    return vocabulary.yaws[yaw_bin(yaw)]


def prompt(instruction: str, before: str = "", report: Report = Report.MOVING,
           hand_yaw: float = 0.0) -> str:  # fmt: skip
    """The text after the image tokens, up to where the answer begins.

    `before` is the standing thought that the report speaks of ("" for none); `hand_yaw` in rad.
    """
    # newlines and token look-alikes in a sentence must not reach the tokenizer as control tokens
    words = " ".join(instruction.replace("<", " ").replace(">", " ").split())
    parts = [words, BEFORE, before, REPORT_WORDS[report], f"<yaw_{yaw_bin(hand_yaw)}>"]
    return " ".join(part for part in parts if part)


def answer(thought: str, codes: Sequence[int] = ()) -> str:
    """The answer's text without the final end token."""
    return " ".join([THINK, thought, THOUGHT_END, *(f"<act_{code}>" for code in codes)])


def encode_row(vocabulary: "Vocabulary", instruction: str, before: str, report: Report,
               hand_yaw: float, thought: str, codes: Sequence[int]
               ) -> tuple[list[int], list[int], list[int]]:  # fmt: skip
    """Token ids of prompt, thought (`<think>` to `</think>`), and codes with the end token."""
    head = vocabulary.encode(prompt(instruction, before, report, hand_yaw))
    middle = vocabulary.encode(answer(thought))
    tail = [vocabulary.acts[code] for code in codes] + [vocabulary.end]
    return head, middle, tail


def intent(thought: str) -> Intent:
    """What a thought amounts to, from its last word."""
    last = thought.split()[-1] if thought.split() else ""
    return {REFUSE: Intent.REFUSE, DONE: Intent.DONE}.get(last, Intent.ACT)


def decision(thought: str) -> str:
    """What a thought decides (what is done to what, and the next step), without its reasons.

    This is all that later prompts remember of it, and all that lessons show of the thought before.
    """
    return " . ".join(thought.split(" . ")[-2:])


def show(thought: str) -> str:
    """A thought for people: each pair of location tokens becomes `(x, y) m`."""

    def metres(match: re.Match[str]) -> str:
        x, y = place(int(match[1]), int(match[2]))
        return f"({x:.2f}, {y:+.2f}) m"

    return _PLACE.sub(metres, thought)


def places(thought: str) -> list[tuple[float, float]]:
    """Base-frame x, y in m of every place that a thought tells, in its order."""
    return [place(int(i), int(j)) for i, j in _PLACE.findall(thought)]
