"""The file that lets a published checkpoint be a brain: its names, prompt and settings, as ours.

`pontine.json` lies in the checkpoint's folder, or in one of its own beside links to its files:

    {"codec_id": "a5e7d740c70cb81f", "code_sizes": [128, 128, 128, 48, 2, 8],
     "prompt": "chat", "names": {"<image>": "<|image|>", "<act_{}>": "<action_{}>"},
     "config": {"vision_feature_select_strategy": "full"}, "rate_hz": 2.0}
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from brain.atomic import IMAGE, atomic_tokens
from brain.errors import PublishedModelError

ADAPTER = "pontine.json"
PROMPT_PARTS = ("before", "lead", "tail")
MOST_CODES = 4096  # act tokens a vocabulary may be asked to hold
_NUMBERED = re.compile(r"<([a-z]+)_(\d+)>")


@dataclass(frozen=True)
class Adapter:
    """What `pontine.json` says.

    Attributes:
        codec_id, code_sizes: of the codec that the checkpoint speaks, or is to be taught.
        prompt: "chat": the checkpoint's chat template; "plain": its BOS, the picture, the words;
            or the texts `before` the picture, `lead` (between picture and words) and `tail`
            (between words and answer).
        names: our atomic tokens to the checkpoint's, where it has them under other names;
            "<act_{}>" stands for all that are numbered.
        config: replaces what the checkpoint's config.json says.
        robot: which it was trained on; "": none.
        rate_hz, latency_ms, ttl, renew_after, longest_thought: as in a brain of ours.
    """

    codec_id: str
    code_sizes: tuple[int, ...]
    prompt: str | Mapping[str, str] = "chat"
    names: Mapping[str, str] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    robot: str = ""
    rate_hz: float = 4.0
    latency_ms: float = 150.0
    ttl: float = 1.0
    renew_after: float = 1.0
    longest_thought: int = 64

    def __post_init__(self) -> None:
        sizes = self.code_sizes
        if not sizes or not all(isinstance(n, int) and 0 < n <= MOST_CODES for n in sizes):
            raise ValueError(f"code_sizes are whole numbers from 1 to {MOST_CODES}, one a code")
        if not isinstance(self.codec_id, str) or not self.codec_id:
            raise ValueError("codec_id is text: the codec_id in a codec's config.json")
        if not isinstance(self.robot, str):
            raise ValueError("robot is text: an arm's name")
        own = self.prompt
        parts = isinstance(own, Mapping) and set(own) <= set(PROMPT_PARTS)
        if own not in ("chat", "plain") and not parts:
            raise ValueError('prompt is "chat", "plain", or texts: before, lead, tail')
        for name in ("rate_hz", "latency_ms", "ttl", "renew_after", "longest_thought"):
            value = getattr(self, name)
            if not isinstance(value, int | float) or not 0 < value < 1e6:
                raise ValueError(f"{name} is a number above 0")
        for name in ("names", "config"):
            if not isinstance(getattr(self, name), Mapping):
                raise ValueError(f"{name} is an object")
        if not all(isinstance(name, str) and name for name in self.names.values()):
            raise ValueError("names map text to text")

    @property
    def tokens(self) -> dict[str, str]:
        """:attr:`names`, every numbered token spelled out."""
        found: dict[str, str] = {}
        for token in (IMAGE, *atomic_tokens(max(128, *self.code_sizes))):
            numbered = _NUMBERED.fullmatch(token)
            whole = self.names.get(f"<{numbered[1]}_{{}}>") if numbered else None
            if (named := self.names.get(token)) is not None:
                found[token] = named
            elif numbered and whole is not None:
                found[token] = whole.replace("{}", numbered[2])
        return found

    @property
    def metadata(self) -> dict[str, Any]:
        """What config.json of a brain of ours says besides the network's shape."""
        names = ("codec_id", "rate_hz", "latency_ms", "ttl", "renew_after", "longest_thought")
        found = {name: getattr(self, name) for name in names}
        return found | {"code_sizes": list(self.code_sizes)}


def read_adapter(folder: Path) -> Adapter:
    """The adapter of a checkpoint's folder.

    Raises:
        PublishedModelError: there is none, or it says something that cannot be.
    """
    path = folder / ADAPTER
    known = {own.name for own in fields(Adapter)}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(found, dict):
            raise ValueError("it holds no JSON object")
        if stray := sorted(set(found) - known):
            raise ValueError(f"it knows no {', '.join(stray)}; there are {', '.join(known)}")
        if missing := [name for name in ("codec_id", "code_sizes") if name not in found]:
            raise ValueError(f"it lacks {' and '.join(missing)}")
        if not isinstance(found["code_sizes"], list):
            raise ValueError("code_sizes is a list")
        return Adapter(**{**found, "code_sizes": tuple(found["code_sizes"])})
    except FileNotFoundError as error:
        raise PublishedModelError(
            f"{folder}: a published checkpoint without {ADAPTER}. Remedy: write that file "
            "(docs/brains.md), with the codec's codec_id and code_sizes at least"
        ) from error
    except (OSError, ValueError) as error:
        raise PublishedModelError(f"{path}: {error}. Remedy: docs/brains.md shows one") from error
