"""Disjoint ranges of scene seeds, so that nothing is tested on what it was trained on."""

TRAIN = range(0, 800_000)
VALIDATION = range(800_000, 900_000)
TEST = range(1_000_000, 2**31)
SPLITS: dict[str, range] = {"train": TRAIN, "validation": VALIDATION, "test": TEST}


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
