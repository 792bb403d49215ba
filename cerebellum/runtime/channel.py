"""Shared memory between processes in which the latest record wins and nobody ever waits.

One process writes, any number read. Records go in turn into `depth` cells; a reader that is
overtaken while it copies notices (the cell's number and its checksum no longer fit; Python gives
no memory fences, so on ARM the checksum is what counts), tries again, and gives up rather than
block. The memory outlives a writer that is killed, and the next one goes on where it stopped.
"""

import contextlib
import errno
import mmap
import os
import struct
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from body.contract.errors import BodyError

FOLDER = Path("/dev/shm")
DEPTH = 4
TRIES = 3
_TOP = struct.Struct("<8sIIqq")  # magic, checksum of the layout, depth, bytes a record, newest
_CELL = struct.Struct("<qqIi")  # number, stamp, checksum of the record, padding
_NEWEST = struct.Struct("<q")
_MAGIC = b"pontine1"
_START = 64


class ChannelError(BodyError):
    """A channel is missing, holds records of another layout, or finds no room."""


def check_room(folder: Path, needed: int) -> None:
    """Raise ChannelError unless `folder` has `needed` bytes left.

    A file below /dev/shm that finds no room when it is written to ends the process (SIGBUS).
    """
    try:
        room = os.statvfs(folder)
    except OSError as error:
        raise ChannelError(
            f"{folder}: no shared memory ({error.strerror}); mount a tmpfs there "
            "(docker run --shm-size=64m)"
        ) from error
    if needed > (left := room.f_bavail * room.f_frsize):
        raise ChannelError(_lacks(folder, needed, left))


def _lacks(folder: Path, needed: int, left: int) -> str:
    return (
        f"{folder} has {left // 1000} kB left and {-(-needed // 1000)} kB are needed: give it more "
        "(docker run --shm-size=64m, mount -o remount,size=64m), or end what fills it"
    )


class Channel:
    """Records of one numpy dtype below /dev/shm.

    Attributes:
        value: 0-d structured array: what :meth:`write` sends, or :meth:`read` fetched last.
        number: of the record read or written last, from 1; 0: none.
        stamp: ns, that record's. checksum: its CRC-32, equal for equal records.

    Args:
        name: of the file below /dev/shm. dtype: of a record.
        create: make the file (the one that owns the graph does); else it must be there.
        depth: cells; with more than a few, :meth:`since` can give records one by one.
        folder: where the memory's files are.

    Raises:
        ChannelError: nobody has created it, its layout is another, or there is no room for it.
    """

    def __init__(
        self,
        name: str,
        dtype: Any,
        *,
        create: bool = False,
        depth: int = DEPTH,
        folder: Path = FOLDER,
    ) -> None:
        self.path = folder / name
        self.value = np.zeros((), dtype)
        self.number = self.stamp = self.checksum = 0
        self._bytes = self.value.reshape(1).view(np.uint8).data
        self._size = len(self._bytes)
        self._stride = _CELL.size + -(-self._size // 8) * 8
        layout = zlib.crc32(repr(self.value.dtype.descr).encode())
        total = size_of(self.value.dtype, depth)
        if create:
            self._create(total, layout, depth)
        try:
            with self.path.open("r+b") as file:
                self._memory = mmap.mmap(file.fileno(), 0)
        except (FileNotFoundError, ValueError) as error:
            raise ChannelError(f"{self.path}: no such channel; start the graph first") from error
        whole = len(self._memory) >= _START
        magic, found, self._depth, size, _ = (
            _TOP.unpack_from(self._memory) if whole else (b"", 0, 0, 0, 0)
        )
        whole = len(self._memory) == _START + self._depth * self._stride
        if not whole or (magic, found, size) != (_MAGIC, layout, self._size):
            raise ChannelError(
                f"{self.path}: records of another layout (another robot, or another version of "
                "Pontine); start every process of the graph from one installation"
            )

    def _create(self, total: int, layout: int, depth: int) -> None:
        partial = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        try:
            with partial.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, total)  # or writing would end in SIGBUS
                file.write(_TOP.pack(_MAGIC, layout, depth, self._size, 0))
            partial.replace(self.path)
        except OSError as error:
            with contextlib.suppress(OSError):
                partial.unlink()
            if error.errno == errno.ENOSPC:
                check_room(self.path.parent, total)
            raise ChannelError(
                f"{self.path}: no shared memory can be had ({error.strerror}); give "
                f"{self.path.parent} room and this user the right to write there"
            ) from error

    @property
    def newest(self) -> int:
        """Number of the newest record; 0: none yet."""
        number: int = _NEWEST.unpack_from(self._memory, _TOP.size - 8)[0]
        return number

    def write(self, stamp: int) -> None:
        """Send `value` with `stamp` ns."""
        number = self.newest + 1
        at = _START + number % self._depth * self._stride
        body = at + _CELL.size
        checksum = zlib.crc32(self._bytes)
        _NEWEST.pack_into(self._memory, at, -1)  # whoever reads this cell now is told
        self._memory[body : body + self._size] = self._bytes
        _CELL.pack_into(self._memory, at, number, stamp, checksum, 0)
        _NEWEST.pack_into(self._memory, _TOP.size - 8, number)
        self.number, self.stamp, self.checksum = number, stamp, checksum

    def read(self) -> bool:
        """Fetch the newest record if it has not been read; False: `value` is as it was."""
        for _ in range(TRIES):
            newest = self.newest
            if newest == self.number:
                return False
            if self._fetch(newest):
                return True
        return False

    def peek(self) -> tuple[int, int, int]:
        """Number, stamp (ns) and checksum of the newest record, which is not fetched."""
        for _ in range(TRIES):
            newest = self.newest
            at = _START + newest % self._depth * self._stride
            number, stamp, checksum, _ = _CELL.unpack_from(self._memory, at)
            if number == newest:
                return number, stamp, checksum
        return self.number, self.stamp, self.checksum

    def since(self) -> Iterator[np.ndarray]:
        """`value` after each record not read yet, oldest first; those overwritten are skipped."""
        newest = self.newest
        for number in range(max(self.number + 1, newest - self._depth + 2), newest + 1):
            if self._fetch(number):
                yield self.value

    def _fetch(self, wanted: int) -> bool:
        at = _START + wanted % self._depth * self._stride
        number, stamp, checksum, _ = _CELL.unpack_from(self._memory, at)
        body = at + _CELL.size
        copy = self._memory[body : body + self._size]
        after = _NEWEST.unpack_from(self._memory, at)[0]
        if not number == wanted == after or zlib.crc32(copy) != checksum:
            return False
        self._bytes[:] = copy
        self.number, self.stamp, self.checksum = number, stamp, checksum
        return True

    def close(self) -> None:
        """Let go of the memory; the file stays."""
        self._memory.close()

    def forget(self) -> None:
        """Delete the file; whoever has the channel open keeps it, and nobody else gets it."""
        self.path.unlink(missing_ok=True)

    def remove(self) -> None:
        """Let go, and delete the file."""
        self.close()
        self.forget()


def pages(size: int) -> int:
    """`size` bytes in whole pages, as a tmpfs gives them."""
    return -(-size // mmap.PAGESIZE) * mmap.PAGESIZE


def size_of(dtype: Any, depth: int = DEPTH) -> int:
    """Bytes that a channel takes."""
    stride = _CELL.size + -(-np.dtype(dtype).itemsize // 8) * 8
    return _START + depth * stride


class Channels:
    """Several channels, each an attribute by its name.

    Args:
        prefix: of the files' names. layouts: name to fields. create: see :class:`Channel`.
        depths: of those channels that are deeper than `DEPTH`. folder: see :class:`Channel`.

    Raises:
        ChannelError: see :class:`Channel`; nothing is left of those made before.
    """

    def __init__(
        self,
        prefix: str,
        layouts: Mapping[str, Any],
        *,
        create: bool = False,
        depths: Mapping[str, int] = MappingProxyType({}),
        folder: Path = FOLDER,
    ) -> None:
        self._all: dict[str, Channel] = {}
        deep = {name: depths.get(name, DEPTH) for name in layouts}
        if create:  # all of them at once: of what is still free elsewhere, others may take some
            check_room(folder, sum(pages(size_of(f, deep[n])) for n, f in layouts.items()))
        try:
            for name, fields in layouts.items():
                self._all[name] = Channel(
                    f"{prefix}.{name}", fields, create=create, depth=deep[name], folder=folder
                )
        except ChannelError:
            self.close(remove=create)
            raise
        vars(self).update(self._all)

    def forget(self) -> None:
        """Delete the files, see :meth:`Channel.forget`."""
        for channel in self._all.values():
            channel.forget()

    def close(self, remove: bool = False) -> None:
        """Let go of the memory; `remove` the files too (whoever created them does)."""
        for channel in self._all.values():
            channel.remove() if remove else channel.close()
