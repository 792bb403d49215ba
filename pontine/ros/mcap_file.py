"""One MCAP file, read from its beginning and not by its index, be it whole or not.

A recorder that was killed leaves no index; a damaged chunk is left out and the next one read. What
could not be read is said in `notes`. Records are laid out as MCAP's specification says; `mcap`
reads those that are more than a few numbers.
"""

import struct
from binascii import crc32
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from mcap.data_stream import ReadDataStream
from mcap.opcode import Opcode
from mcap.records import Channel, Chunk, ChunkIndex, Footer, Schema, Statistics
from mcap.stream_reader import get_chunk_data_stream

from pontine.ros.entries import LARGEST, LATEST, Definition, Entries, Language, Topic
from pontine.ros.errors import BagError

MAGIC = b"\x89MCAP0\r\n"
HEAD = struct.Struct("<BQ")  # opcode and length of a record
MESSAGE = struct.Struct("<HIQQ")  # channel, sequence, when logged and published (ns)
FOOTER = HEAD.size + 20
KEPT = 8  # unpacked chunks: messages are asked for nearly in the order in which they lie there
LANGUAGES: dict[str, Language] = {"ros2msg": "msg", "ros2idl": "idl", "omgidl": "idl"}


class DamagedError(Exception):
    """A record that does not fit where it stands; `place` is its offset."""

    def __init__(self, place: int) -> None:
        super().__init__(f"damaged at byte {place}")
        self.place = place


class McapFile:
    """See the module.

    Attributes:
        topics: by number, as the entries name them. entries: the messages in the file's order.
        notes: what is missing, and why; for people.

    Raises:
        BagError: it is empty, or holds nothing that could be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.topics: dict[int, Topic] = {}
        self.entries = Entries()
        self.notes: list[str] = []
        self._schemas: dict[int, Schema] = {}
        self._chunks: list[int] = []  # where they begin, by the index
        self._counted: int | None = None  # messages, by the index
        self._lost = 0  # messages that name no topic
        self._file = path.open("rb")
        self._size = path.stat().st_size
        self._chunk = lru_cache(KEPT)(self._unpacked)
        if not self._size:
            raise BagError(path, "is empty", "the recorder had written nothing; record again")
        if self._bytes(0, len(MAGIC)) != MAGIC:
            self.notes.append("does not begin as MCAP does; read on none the less")
        ended = self._summary()
        self._scan()
        self._conclude(ended)

    def close(self) -> None:
        """Nothing more is to be read."""
        self._chunk.cache_clear()
        self._file.close()

    def read(self, row: int) -> bytes:
        """The data of message `row`, of at most the entries' `size` bytes."""
        chunk, place, size = self.entries.place(row)
        if chunk < 0:
            return self._bytes(place, size)
        return self._chunk(chunk)[place : place + size]

    def _bytes(self, place: int, size: int) -> bytes:
        self._file.seek(place)
        return self._file.read(size)

    def _summary(self) -> bool:
        """Take the index in; False: the file does not end as a finished one does."""
        foot = self._bytes(max(0, self._size - FOOTER - len(MAGIC)), FOOTER + len(MAGIC))
        if len(foot) < FOOTER or not foot.endswith(MAGIC):
            return False
        footer = Footer.read(ReadDataStream(BytesIO(foot[HEAD.size :])))
        end = self._size - FOOTER - len(MAGIC)
        if not 0 < footer.summary_start <= end:
            return foot[0] == Opcode.FOOTER
        data = self._bytes(footer.summary_start, end - footer.summary_start)
        checked = crc32(foot[: FOOTER - 4], crc32(data))
        try:
            if footer.summary_crc not in (0, checked):
                raise DamagedError(footer.summary_start)
            for opcode, begin, stop in records(data):
                self._describe(opcode, data[begin:stop])
        except DamagedError:
            self.notes.append("its index is damaged; read without it")
        return True

    def _scan(self) -> None:
        """Every message between beginning and end, in order."""
        place = len(MAGIC)
        while place + HEAD.size <= self._size:
            opcode, length = HEAD.unpack(self._bytes(place, HEAD.size))
            begin = place + HEAD.size
            if not 0 < opcode <= Opcode.DATA_END or begin + length > self._size:
                place = self._skipped(place)
                continue
            if opcode in (Opcode.DATA_END, Opcode.FOOTER):
                return
            if opcode == Opcode.CHUNK:
                self._take_chunk(place)
            elif opcode == Opcode.MESSAGE and length >= MESSAGE.size:
                self._take(self._bytes(begin, MESSAGE.size), -1, begin, length)
            elif opcode in (Opcode.SCHEMA, Opcode.CHANNEL):
                self._describe(opcode, self._bytes(begin, length))
            place = begin + length

    def _skipped(self, place: int) -> int:
        """Where to go on after damage: the next chunk that the index names, or the end."""
        following = min((c for c in self._chunks if c > place), default=self._size)
        self.notes.append(f"bytes {place} to {following} could not be read")
        return following

    def _take_chunk(self, place: int) -> None:
        before = len(self.entries)
        try:
            data = self._chunk(place)
            for opcode, begin, end in records(data):
                if opcode == Opcode.MESSAGE and end - begin >= MESSAGE.size:
                    self._take(data[begin : begin + MESSAGE.size], place, begin, end - begin)
                elif opcode in (Opcode.SCHEMA, Opcode.CHANNEL):
                    self._describe(opcode, data[begin:end])
        except DamagedError:
            saved = len(self.entries) - before
            self.notes.append(
                f"the chunk at byte {place} is damaged: {saved} messages of it are read"
            )

    def _take(self, head: bytes, chunk: int, begin: int, length: int) -> None:
        channel, _, logged, _ = MESSAGE.unpack(head)
        if channel in self.topics and logged < LATEST:
            size = length - MESSAGE.size
            self.entries.add(channel, logged, chunk, begin + MESSAGE.size, size)
        else:
            self._lost += 1

    def _unpacked(self, place: int) -> bytes:
        """The records in the chunk at `place`.

        Raises:
            DamagedError: its checksum or size is wrong, or it cannot be unpacked.
        """
        _, length = HEAD.unpack(self._bytes(place, HEAD.size))
        body = ReadDataStream(BytesIO(self._bytes(place + HEAD.size, length)))
        try:
            chunk = Chunk.read(body)
            if chunk.uncompressed_size > LARGEST:
                raise ValueError(f"{chunk.uncompressed_size} bytes")
            stream, size = get_chunk_data_stream(chunk, validate_crc=True)
            if size != chunk.uncompressed_size or body.count != length:
                raise ValueError("its sizes contradict each other")
            return stream.read(size)
        except Exception as error:  # each unpacker says what is wrong in its own way
            raise DamagedError(place) from error

    def _describe(self, opcode: int, body: bytes) -> None:
        stream = ReadDataStream(BytesIO(body))
        try:
            if opcode == Opcode.SCHEMA:
                schema = Schema.read(stream)
                self._schemas.setdefault(schema.id, schema)
            elif opcode == Opcode.CHANNEL:
                channel = Channel.read(stream)
                self.topics.setdefault(channel.id, self._topic(channel))
            elif opcode == Opcode.CHUNK_INDEX:
                self._chunks.append(ChunkIndex.read(stream).chunk_start_offset)
            elif opcode == Opcode.STATISTICS:
                self._counted = Statistics.read(stream).message_count
        except Exception as error:  # as above
            raise DamagedError(0) from error

    def _topic(self, channel: Channel) -> Topic:
        schema = self._schemas.get(channel.schema_id)
        if schema is None:
            return Topic(channel.topic, "", channel.message_encoding, None)
        language = LANGUAGES.get(schema.encoding)
        text = schema.data.decode(errors="replace")
        definition = Definition(language, text) if language and text.strip() else None
        return Topic(channel.topic, schema.name, channel.message_encoding, definition)

    def _conclude(self, ended: bool) -> None:
        if not self.topics:
            raise BagError(
                self.path,
                f"holds nothing that could be read ({'; '.join(self.notes) or 'no topic'})",
                "copy it again from where it was recorded; if it is damaged there too, it is lost",
            )  # fmt: skip
        if not ended:
            self.notes.append(
                "was not finished (its recorder was killed, or it was cut off): what had reached "
                "the file is read, what came after it is lost"
            )
        if self._lost:
            self.notes.append(f"{self._lost} messages name no topic that it describes")
        missing = (self._counted or 0) - len(self.entries) - self._lost
        if missing > 0:
            self.notes.append(f"{missing} of {self._counted} messages are lost")


def records(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(opcode, begin, end) of every record in `data`.

    Raises:
        DamagedError: one does not fit.
    """
    place = 0
    while place < len(data):
        if place + HEAD.size > len(data):
            raise DamagedError(place)
        opcode, length = HEAD.unpack_from(data, place)
        begin = place + HEAD.size
        if begin + length > len(data):
            raise DamagedError(place)
        yield opcode, begin, begin + length
        place = begin + length
