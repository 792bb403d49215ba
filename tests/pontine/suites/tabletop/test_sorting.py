"""What sorting takes next can be told from the picture alone, and finds room."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from episodes.vocabulary import KINDS
from pontine.suites.tabletop.sorting import in_order, next_part, with_side
from pontine.suites.tabletop.thoughts import lies_in
from sim.tasks import Goal

ENDS = (4, 5)
SIDE = 0.032  # m


def table(spots: list[str], kinds: list[str]) -> np.ndarray:
    """Four things, each on its spot; two bowls."""
    rows = np.zeros((6, 10), np.float32)
    rows[4, :4], rows[5, :4] = (
        (KINDS.index("bowl"), 0, 0.4, -0.2),
        (KINDS.index("bowl"), 1, 0.4, 0.2),
    )
    for row, (spot, kind) in enumerate(zip(spots, kinds, strict=True)):
        end = rows[ENDS[row // 2], 2:4]
        aside = {"near": -SIDE, "far": SIDE}.get(spot, 0.25 + 0.05 * row)
        rows[row, 0], rows[row, 2:4] = KINDS.index(kind), (end[0] + aside, end[1])
    return rows


SPOTS = st.tuples(
    *[st.sampled_from([("out", "out"), ("near", "out"), ("out", "far"), ("far", "out"),
                       ("near", "far"), ("far", "near")])] * 2
)  # fmt: skip
PAIRS = st.tuples(*[st.permutations(["cube", "ball", "cylinder"])] * 2)


@given(spots=SPOTS, kinds=PAIRS, order=st.permutations([0, 1]))
def test_the_next_is_the_first_that_is_out_and_has_its_side_to_itself(spots, kinds, order) -> None:
    objects = table([*spots[0], *spots[1]], [*kinds[0][:2], *kinds[1][:2]])
    parts = [Goal(2 * end + i, ENDS[end], slot) for end in (0, 1) for slot, i in enumerate(order)]
    ordered = in_order(objects, parts)
    assert [part.destination for part in ordered] == [4, 4, 5, 5]
    for one, other in (ordered[:2], ordered[2:]):
        assert objects[one.target, 0] < objects[other.target, 0]  # whatever the order in `parts`
    part = next_part(objects, parts)
    out = [p.target for p in ordered if not lies_in(objects, p)]
    assert part.target == (out[0] if out else ordered[-1].target)
    there = [p for p in parts if lies_in(objects, p)]
    sides = {(p.destination, with_side(objects, p, parts).slot) for p in there}
    assert len(sides) == len(there)  # each keeps the side where it lies
    if out:
        assert (part.destination, part.slot) not in sides
