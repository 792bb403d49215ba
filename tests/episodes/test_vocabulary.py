"""Numbers in recordings and the order of words in tokenizers: what is there stays where it is."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from episodes.vocabulary import (
    COLOURS,
    CONTAINERS,
    FIXTURES,
    GRASPABLE,
    KINDS,
    MOVABLE,
    STACKABLE,
    STILLS,
    TASK_LABELS,
    Step,
    by_name,
    thing_name,
)


def test_what_recordings_hold_keeps_its_number() -> None:
    assert KINDS[:8] == (
        "cube", "ball", "cylinder", "bowl", "plate", "drawer", "button", "knob",
    )  # fmt: skip
    assert COLOURS[:6] == ("red", "green", "blue", "yellow", "purple", "orange")
    assert list(TASK_LABELS)[:13] == [
        "reach", "pick", "place_in", "stack", "stills", "spatial", "sort_by_colour",
        "open_drawer", "close_drawer", "press_button", "turn_knob", "push_to", "follow",
    ]  # fmt: skip
    assert list(TASK_LABELS.values()) == list(range(len(TASK_LABELS))) and STILLS == 4
    assert [step.name for step in Step][:13] == [
        "ABOVE", "GRASP", "LIFT", "CARRY", "RELEASE", "RETREAT", "DONE",
        "PRESS", "PUSH", "PULL", "TURN", "LOWER", "FOLLOW",
    ]  # fmt: skip
    assert list(Step) == list(range(len(Step)))


def test_groups_of_kinds_are_among_the_kinds() -> None:
    assert set(MOVABLE) | set(FIXTURES) == set(KINDS) and not set(MOVABLE) & set(FIXTURES)
    assert len(set(KINDS)) == len(KINDS) and len(set(COLOURS)) == len(COLOURS)
    assert set(GRASPABLE) | set(CONTAINERS) == set(MOVABLE)
    assert set(STACKABLE) <= set(GRASPABLE) and not set(GRASPABLE) & set(CONTAINERS)


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 5)), min_size=1, unique=True))
def test_things_are_listed_by_colour_then_kind(ids: list[tuple[int, int]]) -> None:
    objects = np.zeros((len(ids), 10))
    objects[:, :2] = ids
    rows = by_name(objects, np.arange(len(ids)))
    listed = [thing_name(*ids[row]) for row in rows]
    assert listed == [
        f"{colour} {kind}"
        for colour in COLOURS
        for kind in KINDS
        if (KINDS.index(kind), COLOURS.index(colour)) in ids
    ]
