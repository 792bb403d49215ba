"""The latest record wins; nobody waits; what is torn is never believed."""

import multiprocessing as mp
import os
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cerebellum.runtime.channel import Channel, ChannelError

FIELDS = [("value", "i8"), ("copies", "i8", 400)]


@pytest.fixture
def name():
    name = f"pontine.test-{os.getpid()}-{time.monotonic_ns()}"
    yield name
    for path in Channel.__init__.__globals__["FOLDER"].glob(f"{name}*"):
        path.unlink()


def fill(channel: Channel, value: int) -> None:
    channel.value["value"] = value
    channel.value["copies"][...] = value
    channel.write(10 * value)


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(st.sampled_from(["write", "read"]), max_size=40))
def test_a_reader_gets_the_newest_record_once(steps) -> None:
    name = f"pontine.test-{os.getpid()}-once"
    writer = Channel(name, FIELDS, create=True)
    reader = Channel(name, FIELDS)
    written = read = 0
    for step in steps:
        if step == "write":
            written += 1
            fill(writer, written)
        else:
            assert reader.read() == (written > read)
            read = written
            assert reader.value["value"] == written and reader.stamp == 10 * written
            assert reader.number == written == reader.peek()[0]
    writer.remove()
    reader.close()


def test_records_one_by_one_as_far_as_they_are_kept(name) -> None:
    writer = Channel(name, FIELDS, create=True, depth=8)
    reader = Channel(name, FIELDS, depth=8)
    for value in (1, 2, 3):
        fill(writer, value)
    assert [int(v["value"]) for v in reader.since()] == [1, 2, 3]
    for value in range(4, 30):
        fill(writer, value)
    kept = [int(v["value"]) for v in reader.since()]
    assert kept == list(range(kept[0], 30)) and len(kept) >= 6


def _write_for(name: str, seconds: float) -> None:
    channel, value, end = Channel(name, FIELDS), 0, time.monotonic() + seconds
    while time.monotonic() < end:
        value += 1
        fill(channel, value)


def test_no_torn_record_while_another_process_writes_as_fast_as_it_can(name) -> None:
    Channel(name, FIELDS, create=True)
    reader = Channel(name, FIELDS)
    process = mp.get_context("spawn").Process(target=_write_for, args=(name, 1.0))
    process.start()
    seen, last = 0, 0
    while process.is_alive():
        if reader.read():
            seen += 1
            assert (reader.value["copies"] == reader.value["value"]).all()
            assert reader.value["value"] > last
            last = int(reader.value["value"])
    process.join()
    assert seen > 100


def test_a_writer_that_died_in_the_middle_is_survived(name) -> None:
    writer, reader = Channel(name, FIELDS, create=True), Channel(name, FIELDS)
    fill(writer, 1)
    again = Channel(name, FIELDS)
    writer._memory[64 + writer._stride * 2 + 24] ^= 0xFF  # half a record in the next cell
    assert reader.read() and reader.value["value"] == 1
    fill(again, 2)
    assert reader.read() and reader.value["value"] == 2 and reader.number == 2
    start = 64 + 2 * writer._stride + 24
    writer._memory[start] ^= 0xFF  # a bit falls over: the checksum says so
    late = Channel(name, FIELDS)
    assert not late.read() and late.number == 0


def test_what_is_missing_or_of_another_layout_is_refused(name) -> None:
    with pytest.raises(ChannelError, match="start the graph"):
        Channel(name, FIELDS)
    Channel(name, FIELDS, create=True)
    with pytest.raises(ChannelError, match="another layout"):
        Channel(name, [("value", "f8")])


def test_equal_records_have_equal_checksums(name) -> None:
    channel = Channel(name, FIELDS, create=True)
    sums = []
    for value in (1, 1, 2):
        fill(channel, value)
        sums.append(channel.peek()[2])
    assert sums[0] == sums[1] != sums[2]
