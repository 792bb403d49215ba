"""The latest record wins; nobody waits; what is torn is never believed."""

import errno
import multiprocessing as mp
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from body.robots.fr3 import FR3
from cerebellum.runtime.bus import KEPT, layouts, room
from cerebellum.runtime.channel import FOLDER, Channel, ChannelError, Channels

FIELDS = [("value", "i8"), ("copies", "i8", 400)]


@pytest.fixture
def name():
    name = f"pontine.test-{os.getpid()}-{time.monotonic_ns()}"
    yield name
    for path in FOLDER.glob(f"{name}*"):
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


def _write_until_killed(name: str) -> None:
    channel, value = Channel(name, FIELDS), 0
    while True:
        value += 1
        fill(channel, value)


def test_no_torn_record_while_another_process_writes_as_fast_as_it_can(name) -> None:
    Channel(name, FIELDS, create=True)
    reader = Channel(name, FIELDS)
    process = mp.get_context("spawn").Process(target=_write_until_killed, args=(name,))
    process.start()
    seen, last = 0, 0
    try:
        while seen < 200:
            assert process.is_alive()
            if reader.read():
                seen += 1
                assert (reader.value["copies"] == reader.value["value"]).all()
                assert reader.value["value"] > last
                last = int(reader.value["value"])
    finally:
        process.kill()
        process.join()


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


@pytest.mark.parametrize("size", [1, 40, 100])
def test_a_file_that_is_cut_short_is_refused(tmp_path: Path, size: int) -> None:
    Channel("cut", FIELDS, create=True, folder=tmp_path)
    os.truncate(tmp_path / "cut", size)
    with pytest.raises(ChannelError, match="another layout"):
        Channel("cut", FIELDS, folder=tmp_path)


def test_equal_records_have_equal_checksums(name) -> None:
    channel = Channel(name, FIELDS, create=True)
    sums = []
    for value in (1, 1, 2):
        fill(channel, value)
        sums.append(channel.peek()[2])
    assert sums[0] == sums[1] != sums[2]


# Too little shared memory, as containers have it.


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A tmpfs of 256 kB: a graph needs four times as much."""
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(tmp_path)], capture_output=True
    )
    if done.returncode:
        pytest.skip(f"no tmpfs can be mounted here: {done.stderr.decode().strip()}")
    yield tmp_path
    subprocess.run(["umount", "-l", str(tmp_path)], check=True)


def test_a_graph_that_finds_no_room_says_what_it_needs_and_leaves_nothing(small: Path) -> None:
    needed = -(-room(FR3) // 1000)
    with pytest.raises(ChannelError, match=rf"262 kB left and {needed} kB are needed: .*shm-size"):
        Channels("pontine.test", layouts(FR3), create=True, depths=KEPT, folder=small)
    assert not list(small.iterdir())


def test_what_fills_up_in_the_meantime_ends_in_words_not_in_a_signal(small: Path) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from cerebellum.runtime.channel import Channel, ChannelError\n"
        "folder = Path(sys.argv[1])\n"
        "try:\n"
        "    for k in range(100):\n"
        "        fields = [('pixels', 'u1', 20_000)]\n"
        "        channel = Channel(f'c{k}', fields, create=True, folder=folder)\n"
        "        for _ in range(9):\n"
        "            channel.value['pixels'][...] = 1\n"
        "            channel.write(0)\n"
        "except ChannelError as error:\n"
        "    print(k, error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, small], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    made, _, words = done.stdout.partition(" ")
    assert "are needed" in words and "shm-size" in words
    assert sorted(path.name for path in small.iterdir()) == sorted(
        f"c{k}" for k in range(int(made))
    )


def test_a_disk_that_fills_up_between_two_channels_leaves_no_file(tmp_path, monkeypatch) -> None:
    real, calls = os.posix_fallocate, []

    def full(file: int, begin: int, size: int) -> None:
        calls.append(size)
        if len(calls) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(file, begin, size)

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(ChannelError, match="shared memory"):
        Channels("pontine.test", layouts(FR3), create=True, depths=KEPT, folder=tmp_path)
    assert len(calls) == 3 and not list(tmp_path.iterdir())


@pytest.mark.parametrize("where", ["missing", "file"])
def test_no_shared_memory_at_all_is_named(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ChannelError, match="no shared memory"):
        Channels("pontine.test", {"a": FIELDS}, create=True, folder=tmp_path / where)
