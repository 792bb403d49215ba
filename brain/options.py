"""`--brain`: a model folder, a published checkpoint's folder, or a server; and what it runs on.

Everything here is told without loading torch, so that what cannot be is refused at once.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from body import RobotSpec
from body.setting import Device, Readable, Refusal, Seconds, Word
from brain.errors import BrainError
from brain.published_folder import check_published
from brain.published_folder import published_hash as hash_of
from episodes import model_folder
from episodes.model_setting import Model
from episodes.places import MODELS

Dtype = Literal["float32", "bfloat16", "float16"]
FORM = "http://HOST:PORT#MODEL"
SEALED = ("files", "sha256", "codec_id", "kind")  # any of these: a folder of ours, or part of one
_HUB = re.compile(r"[\w.-]+/[\w.-]+")


@dataclass(frozen=True)
class ServerAddress:
    """A server that speaks the OpenAI API (`url`), and which of its models is asked."""

    url: str
    model: str


def server(name: str) -> ServerAddress | None:
    """What a `--brain` names as a server; None: it names a folder.

    Raises:
        BrainError: it is an address that cannot be asked.
    """
    if "://" not in name:
        return None
    remedy = f"Remedy: write {FORM}"
    try:
        parts = urlsplit(name)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise BrainError(f"{name}: {error}. {remedy}") from error
    if parts.scheme not in ("http", "https"):
        raise BrainError(f"{name}: only http and https can be asked. {remedy}")
    if not host or parts.query or parts.username:
        raise BrainError(f"{name}: an address is a host, and perhaps a port and path. {remedy}")
    if not parts.fragment:
        raise BrainError(f"{name}: it does not say which model is asked. {remedy}")
    url = parts._replace(fragment="").geturl().rstrip("/").removesuffix("/v1")
    return ServerAddress(url, parts.fragment)


def is_ours(folder: Path) -> bool:
    """Whether a folder was written by this project; a published checkpoint is not."""
    try:
        config = json.loads((folder / model_folder.CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(config, dict) and any(key in config for key in SEALED)


@dataclass(frozen=True)
class BrainName:
    """The rule of `--brain`; see :mod:`body.setting`."""

    def refuse(self, value: str) -> Refusal | None:
        if (found := Word().refuse(value)) is not None:
            return found
        try:
            if server(value) is not None:
                return None
            folder = Path(value)
            if (found := Readable("folder").refuse(folder)) is not None:
                hub = " (nothing is fetched from a hub)" if _HUB.fullmatch(value) else ""
                return f"{found[0]}{hub}", f"name a brain's folder, a published one's, or {FORM}"
            if is_ours(folder):
                return Model("brain").refuse(folder)
            check_published(folder)
        except BrainError as error:
            cause, _, remedy = str(error).removeprefix(f"{value}: ").partition(". Remedy: ")
            return cause, remedy
        return None


@dataclass(frozen=True)
class BrainOptions:
    """Which brain, and what it runs on. Commands that need a brain have these options.

    Attributes:
        brain: a model folder, the folder of a published LLaVA-shaped checkpoint with a pontine.json
            (docs/brains.md), or a server that speaks the OpenAI API: http://HOST:PORT#MODEL.
        brain_device: of a folder's brain: cpu, cuda, cuda:1 ...
        brain_dtype: of its weights, as torch calls them.
        brain_timeout: s after which a server's answer is not waited for any more.
    """

    brain: Annotated[str, BrainName()] = str(MODELS / "tabletop-brain")
    brain_device: Device = "cpu"
    brain_dtype: Dtype = "float32"
    brain_timeout: Seconds = 10.0

    @property
    def only_brain(self) -> "BrainOptions":
        """These options alone, without those of the command that has them."""
        names = BrainOptions.__dataclass_fields__
        return BrainOptions(**{name: getattr(self, name) for name in names})

    @property
    def address(self) -> ServerAddress | None:
        """The server, where one is named."""
        return server(self.brain)

    @property
    def ours(self) -> bool:
        """A model folder of ours is named."""
        return self.address is None and is_ours(Path(self.brain))

    def brain_hash(self) -> str:
        """Identifies what answers: results of others must not be mixed with its own. Of a server
        only the name is known."""
        if self.address is not None:
            return hashlib.sha256(self.brain.encode()).hexdigest()[:16]
        folder = Path(self.brain)
        return model_folder.model_hash(folder) if self.ours else hash_of(folder)

    def brain_warning(self, spec: RobotSpec) -> str:
        """What is to be said of a brain that moves another arm than it knows; "": it knows it."""
        if self.address is not None:
            return f"what a server's model does with {spec.name} nobody has measured"
        folder = Path(self.brain)
        if self.ours:
            return model_folder.warning(model_folder.load_config(folder, verify_files=False), spec)
        known = check_published(folder).robot
        if known == spec.name:
            return ""
        what = f"what it does with {spec.name} nobody has measured"
        return f"the model knows {known or 'no arm'}; {what}"
