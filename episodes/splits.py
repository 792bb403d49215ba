"""What is kept apart from what: scenes, episodes and things of training and of tests, and draws.

Nothing is tested on what it was trained on: scene seeds lie in disjoint ranges, whole episodes of a
recording are held out, and so are some colours of some kinds.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from episodes.vocabulary import COLOURS, FIXTURES, MOVABLE, Pair

# Scene seeds. Those of tests end where they are drawn at random; a command takes them up to 2**31.
TRAIN = range(0, 800_000)
VALIDATION = range(800_000, 900_000)
TEST = range(1_000_000, 2**62)
SPLITS: dict[str, range] = {"train": TRAIN, "validation": VALIDATION, "test": TEST}

# One recorded episode in so many is held out, to validate the model while it is trained.
BRAIN_ONE_IN, CONTROLLER_ONE_IN = 32, 20

ALL_PAIRS: tuple[Pair, ...] = tuple((colour, kind) for colour in COLOURS for kind in MOVABLE)
# Never shown in training: 5 of 30, one of each kind.
HELD_OUT_PAIRS: tuple[Pair, ...] = (
    ("red", "ball"), ("green", "cylinder"), ("yellow", "cube"), ("blue", "plate"),
    ("purple", "bowl"),
)  # fmt: skip
TRAIN_PAIRS: tuple[Pair, ...] = tuple(p for p in ALL_PAIRS if p not in HELD_OUT_PAIRS)
# Fixtures stand only in the scenes of the tasks that need them.
FIXTURE_PAIRS: tuple[Pair, ...] = tuple((colour, kind) for colour in COLOURS for kind in FIXTURES)
HELD_OUT_FIXTURES: tuple[Pair, ...] = (
    ("orange", "drawer"), ("blue", "button"), ("green", "knob"),
)  # fmt: skip
SEEN_PAIRS: tuple[Pair, ...] = TRAIN_PAIRS + tuple(
    pair for pair in FIXTURE_PAIRS if pair not in HELD_OUT_FIXTURES
)
# Pool -> (pairs that may stand on the table, pairs of which one must be named).
POOLS: dict[str, tuple[tuple[Pair, ...], tuple[Pair, ...]]] = {
    "seen": (SEEN_PAIRS, SEEN_PAIRS),
    "held_out": (ALL_PAIRS + FIXTURE_PAIRS, HELD_OUT_PAIRS + HELD_OUT_FIXTURES),
    "all": (ALL_PAIRS + FIXTURE_PAIRS, ALL_PAIRS + FIXTURE_PAIRS),
}


class SeedError(ValueError):
    """A scene seed lies outside the split that it is meant for."""


def split_of(seed: int) -> str | None:
    """Name of the split that `seed` belongs to; None for the unused seeds between."""
    return next((name for name, seeds in SPLITS.items() if int(seed) in seeds), None)


def check_split(seed: int, split: str) -> int:
    """Return `seed`, or raise :class:`SeedError` unless it belongs to `split`."""
    if split not in SPLITS:
        raise SeedError(f"unknown split {split!r}: choose one of {', '.join(SPLITS)}")
    if int(seed) not in SPLITS[split]:  # int: a numpy integer would be searched for linearly
        seeds = SPLITS[split]
        raise SeedError(
            f"seed {seed} belongs to {split_of(seed) or 'no split'}, not to {split}: "
            f"use a seed from {seeds.start} to {seeds.stop - 1}"
        )
    return int(seed)


def held_out(episode: NDArray[np.int64], one_in: int) -> NDArray[np.bool_]:
    """(N,) True for validation: whole episodes, as neighbouring frames look alike.

    Args:
        episode: (N,) the number of each frame's episode in its recording.
        one_in: `BRAIN_ONE_IN` for what learns with the brain's pictures, `CONTROLLER_ONE_IN`.
    """
    return np.asarray(episode % one_in == one_in - 1)


@dataclass(frozen=True)
class Stream:
    """Random numbers for one purpose, whatever else is drawn from the same seed.

    Attributes:
        number: stands beside the seed, so that purposes do not share their draws.
        last: it stands behind the seed instead of before it, as in the first recordings.
    """

    number: int
    last: bool = False

    def rng(self, *key: int) -> np.random.Generator:
        """The same draws for the same `key`: a seed, and what else there is one of for each."""
        return np.random.default_rng([*key, self.number] if self.last else [self.number, *key])


# Keyed by (seed, task label) where tasks are drawn for, by the seed alone elsewhere. None of the
# numbers may change: all that was recorded and measured came from these draws.
EPISODE = Stream(7)
ABSENT = Stream(8)  # sentences that name what is not there
SWAPPED = Stream(9)  # sentences that ask for something else
EXPERT_ERRORS = Stream(11)
STILLS_SCENES = Stream(13)
NON_TASK = Stream(13)  # as the stills: those have seeds of training, evaluations have others
METAWORLD_ERRORS = Stream(17)
FLAT_VALIDATION = Stream(19)  # keyed by the batch
FITTING_SCENE = Stream(21)  # for a sentence that a person gave
ANY_SCENE = Stream(22)
METAWORLD_DONOR = Stream(23)  # whose codes another episode is given
LOOK = Stream(31)  # keyed by the number of the look
FLAT_SENTENCES = Stream(17, last=True)
RANDOM_INPUTS = Stream(17, last=True)  # of engines; nothing else of theirs is drawn by that seed
METAWORLD_LESSONS = Stream(29, last=True)
TARGET_JUMP = Stream(77, last=True)
TOKEN_NOISE = Stream(91, last=True)
