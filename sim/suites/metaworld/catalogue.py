"""The fifty tasks: names, tiers, words, scripted experts.

Tiers (Seo et al. 2022) and instructions are those of LeRobot, read from the file that its package
carries; `make metaworld` puts it beside the environment, so that the words are the published ones.
"""

import importlib
import json
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

WORDS = Path(sys.prefix) / "share" / "pontine" / "metaworld_config.json"
Tier = Literal["easy", "medium", "hard", "very_hard"]
TIERS: tuple[Tier, ...] = get_args(Tier)


class SuiteError(RuntimeError):
    """A suite cannot be used here; the message says why, and the remedy."""


def package(name: str = "metaworld") -> Any:
    """The installed benchmark, or a module of it.

    Raises:
        SuiteError: it is not installed, or not as `make metaworld` does it.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise SuiteError(
            f"Meta-World is not installed here ({error}); run `make metaworld`: pip alone would "
            "bring an older MuJoCo along"
        ) from error


@lru_cache
def _words() -> dict[str, Any]:
    try:
        read: dict[str, Any] = json.loads(WORDS.read_text(encoding="utf-8"))
    except OSError as error:
        raise SuiteError(f"{WORDS}: {error.strerror}; run `make metaworld`") from error
    return read


def tasks() -> tuple[str, ...]:
    """Their names, in MT50's own order."""
    return tuple(package("metaworld.env_dict").MT50_V3)


def instruction(task: str) -> str:
    """What a policy is told."""
    return str(_words()["TASK_DESCRIPTIONS"][task])


def tier_of(task: str) -> Tier:
    """How hard it is held to be."""
    tiers: dict[Tier, list[str]] = _words()["DIFFICULTY_TO_TASKS"]
    return next(tier for tier, names in tiers.items() if task in names)


def expert(task: str) -> Any:
    """Its scripted expert: `get_action` of the full state (39,)."""
    return getattr(package("metaworld.policies"), _words()["TASK_POLICY_MAPPING"][task])()
