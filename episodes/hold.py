"""A folder is written by one process at a time.

A hold is a locked file of the folder. The lock is the system's (POSIX, by process: it ends with it,
however that ends, and children do not inherit it), so that on one machine, through containers too,
a hold left behind by a killed process is none. Where the file says that its holder runs on another
machine, whose locks this file system may not tell of, the holder's heartbeat decides.
"""

import fcntl
import json
import os
import platform
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from episodes.errors import EpisodesError

P = ParamSpec("P")
R = TypeVar("R")
Config = TypeVar("Config")

NAME = ".hold"
BEAT, SILENCE = 10.0, 60.0  # s between heartbeats; s without one after which a holder is dead
LONG = 160  # characters of a command
OTHER = "name another folder"
_held: dict[Path, int] = {}  # by this process, and how often


class HoldError(EpisodesError):
    """Another process writes into the folder, or none can."""


class Hold:
    """A context in which this process alone writes into a folder; within a process it may be
    entered again.

    Args:
        folder: is made where it is missing, and removed again where it stays empty.
        beside: keep the file beside the folder, which is then replaced as a whole.
        wait: until the folder is free, instead of refusing.
    """

    def __init__(self, folder: Path | str, *, beside: bool = False, wait: bool = False) -> None:
        self.folder, self.wait = Path(folder), wait
        self.path = self.folder / NAME
        if beside:
            self.path = self.folder.with_name(f".{self.folder.name}{NAME}")
        self._file = -1
        self._ended = threading.Event()

    def __enter__(self) -> "Hold":
        """Take it.

        Raises:
            HoldError: another process has it (names it), or the folder cannot be written.
        """
        self._key = self.path.parent.resolve() / self.path.name
        self._made = not self._key.parent.exists()
        try:
            while self._key not in _held and not self._taken():
                continue
        except OSError as error:
            problem = f"cannot be written ({error.strerror}: {error.filename})"
            raise HoldError(self.folder, problem, f"make it writable, or {OTHER}") from error
        _held[self._key] = _held.get(self._key, 0) + 1
        return self

    def __exit__(self, *_: object) -> None:
        _held[self._key] -= 1
        if _held[self._key]:
            return
        del _held[self._key]
        self._ended.set()
        self._key.unlink(missing_ok=True)  # while it is locked: who waits for it looks again
        os.close(self._file)
        if self._made:
            with suppress(OSError):  # it holds something: the next one's file, say
                self._key.parent.rmdir()

    def _taken(self) -> bool:
        """Lock the file and write into it who we are; False: it has been removed meanwhile."""
        self._key.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._file = os.open(self._key, os.O_RDWR | os.O_CREAT, 0o666)
        except FileNotFoundError:
            return False
        try:
            locks = self._lock()
            if not _same(self._file, self._key):
                os.close(self._file)
                return False
            # not by its path: whoever closes a file loses all locks that he has on it
            before = _parsed(os.pread(self._file, 1 << 16, 0))
            if before and not (locks and before.get("boot") == _boot()):
                self._require_silence(before)
            about = json.dumps(_about()).encode()
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, about, 0)
        except BaseException:
            os.close(self._file)
            raise
        threading.Thread(target=self._beat, daemon=True).start()
        return True

    def _lock(self) -> bool:
        """False: this file system has no locks."""
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            holder = _patiently(self._key)
            if not self.wait:
                raise self._refused(holder) from None
            print(f"{self.folder}: waiting for {_who(holder)}", file=sys.stderr)
            fcntl.lockf(self._file, fcntl.LOCK_EX)
        except OSError:
            return False
        return True

    def _require_silence(self, before: dict[str, Any]) -> None:
        """That the holder on a machine whose locks we do not see is dead.

        Raises:
            HoldError: its heart beats.
        """
        while _age(self._key) < SILENCE:
            if not self.wait:
                raise self._refused(before)
            time.sleep(BEAT)

    def _refused(self, holder: dict[str, Any]) -> HoldError:
        pid = holder.get("pid")
        local = holder.get("boot") == _boot() and holder.get("space") == _space()
        end = f"end it (kill {pid})" if local else "end it there"
        problem = f"is being written by {_who(holder)}"
        return HoldError(self.folder, problem, f"wait until it has ended, {end}, or {OTHER}")

    def _beat(self) -> None:
        while not self._ended.wait(BEAT):
            try:
                os.utime(self._key)
            except OSError:
                return  # the folder is gone


def _about() -> dict[str, Any]:
    words = [os.path.basename(sys.argv[0]), *sys.argv[1:]]
    return {
        "pid": os.getpid(), "command": " ".join(words)[:LONG], "host": platform.node(),
        "since": f"{datetime.now():%Y-%m-%d %H:%M:%S}", "boot": _boot(), "space": _space(),
    }  # fmt: skip


def _boot() -> str:
    """Which system runs, containers being one with their host."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
    except OSError:
        return platform.node()


def _space() -> str:
    """Whose process numbers ours are."""
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""


def _who(holder: dict[str, Any]) -> str:
    if not holder:
        return "another process"
    place = ""
    if holder.get("boot") != _boot():
        place = f" on the machine {holder.get('host')}"
    elif holder.get("space") != _space():
        place = f" in the container {holder.get('host')}"
    return f"process {holder['pid']}{place} ({holder['command']}), since {holder['since']}"


def _parsed(text: bytes) -> dict[str, Any]:
    """What a holder wrote; empty: nothing, or not all of it yet."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) and {"pid", "command", "since"} <= set(found) else {}


def _patiently(path: Path) -> dict[str, Any]:
    """The same of one who has just locked it."""
    for _ in range(20):
        with suppress(OSError):
            if found := _parsed(path.read_bytes()):
                return found
        time.sleep(0.05)
    return {}


def _same(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False


def _age(path: Path) -> float:
    """s since the last heartbeat, by the clock of the machine that has the folder."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=NAME) as now:
        return Path(now.name).stat().st_mtime - path.stat().st_mtime


Field = str | Callable[[Any], Path | None]


def holding(
    *fields: Field, beside: bool = False
) -> Callable[[Callable[Concatenate[Config, P], R]], Callable[Concatenate[Config, P], R]]:
    """Decorates what takes a configuration first: while it runs it holds the folders that these
    fields (or functions of it) name; None holds nothing."""

    def decorated(
        function: Callable[Concatenate[Config, P], R],
    ) -> Callable[Concatenate[Config, P], R]:
        @wraps(function)
        def held(config: Config, *rest: P.args, **named: P.kwargs) -> R:
            with ExitStack() as holds:
                for field in fields:
                    folder = getattr(config, field) if isinstance(field, str) else field(config)
                    if folder is not None:
                        holds.enter_context(Hold(folder, beside=beside))
                return function(config, *rest, **named)

        return held

    return decorated
