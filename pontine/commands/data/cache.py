"""`pontine data cache`: the training cache of a data set, whoever recorded it."""

from dataclasses import dataclass
from typing import Annotated

import tyro

from body.setting import Amount, Count, Folder, Name, NewFolder, Processes, Word
from episodes.cache_build import CacheSettings, build
from episodes.columns import FIXED, WRIST


@dataclass(frozen=True)
class CacheConfig:
    """Check a data set and build the training cache that trainers read; resumes.

    `pontine collect` and `pontine ros to-dataset` build one themselves.
    """

    data: tyro.conf.Positional[Folder]
    """The data set's folder."""
    out: NewFolder
    """The cache's folder."""
    fixed: Name = FIXED
    """Column of the fixed camera."""
    wrist: Annotated[str, Word(empty=True)] = WRIST
    """Column of the wrist camera ("": there is none)."""
    fixed_every: Count = 6
    """The fixed camera is cached every this many frames."""
    cache_gb: Amount = 16.0
    """Largest size of the cache with what trainers keep in it, 10^9 bytes."""
    workers: Processes = 2
    """Processes."""


def build_cache(config: CacheConfig) -> int:
    """Returns the exit status.

    Raises:
        DamageError: the data set is damaged. CacheError: it lacks a camera, or is too large.
    """
    settings = CacheSettings(config.fixed_every, fixed=config.fixed, wrist=config.wrist)
    cache = build(
        config.data, config.out, settings, limit_gb=config.cache_gb, workers=config.workers
    )
    print(f"{config.out}: training cache of {len(cache)} frames ready")
    return 0
