import numpy as np

from body.geometry import motion
from cerebellum.labels import label_chunks

RNG = np.random.default_rng(0)
SIZE = 40
COMMAND = RNG.uniform([0.3, -0.2, 0.03, -1], [0.6, 0.2, 0.3, 1], (SIZE, 4))
TARGET = COMMAND + RNG.normal(0, 0.06, (SIZE, 4))
INCREMENT = RNG.normal(0, 0.005, (SIZE, 4))
CLOSED, AFTER = RNG.integers(0, 2, SIZE).astype(float), RNG.integers(0, 2, SIZE).astype(float)
NO = np.zeros(SIZE, bool)
NONE = np.zeros(SIZE, np.int64)


def chunks(null=NO, committed=NONE, believed=TARGET, then=AFTER):
    order = TARGET, AFTER, null, committed, believed, then
    return label_chunks(COMMAND, INCREMENT, CLOSED, *order)


def test_without_commitments_it_is_the_law():
    wanted = motion.unroll(COMMAND, INCREMENT, CLOSED, TARGET, AFTER)
    assert np.allclose(chunks(), wanted)


def test_the_null_code_slows_down_to_a_hold():
    rows = chunks(null=~NO)
    assert np.allclose(rows, motion.stop(INCREMENT, CLOSED))
    assert np.abs(rows[:, -1, :4]).max() < 1e-9


def test_committed_steps_go_to_the_older_belief_and_the_rest_to_the_truth():
    believed = np.add(TARGET, [0.05, 0, 0, 0])
    rows = chunks(committed=np.full(SIZE, 3), believed=believed)
    early = motion.unroll(COMMAND, INCREMENT, CLOSED, believed, AFTER)[:, :3]
    assert np.allclose(rows[:, :3], early)
    there = COMMAND + early[..., :4].sum(axis=1)
    late = motion.unroll(there, early[:, -1, :4], early[:, -1, 4], TARGET, AFTER, 13)
    assert np.allclose(rows[:, 3:], late)
