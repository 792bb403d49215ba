"""Every way in which rosbag2 leaves a bag holds the same frames; what is lost of one is said."""

import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("rosbags")

from pontine.ros.epochs import JUMP, epochs
from pontine.ros.errors import BagError
from pontine.ros.storage import Storage
from tests.ros.other_bags import (
    Message,
    messages,
    metadata,
    seen,
    write_mcap,
    write_sqlite,
    zstd,
)
from tests.ros.recorded_graph import Plot, write_bag

MS = 1_000_000


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> Path:
    plot = Plot(seconds=2.0, sentences=((0.2, "pick up the red cube"),))
    return write_bag(tmp_path_factory.mktemp("plain") / "bag", plot)


@pytest.fixture(scope="module")
def found(plain) -> list[Message]:
    return messages(plain)


@pytest.fixture(scope="module")
def frames(plain) -> list[tuple[bytes, ...]]:
    whole, said = seen(plain)
    assert len(whole) == 1 and "left out" not in said
    return whole


def humble(folder: Path, found: list[Message]) -> Path:
    folder.mkdir()
    write_sqlite(folder / "bag_0.db3", found)
    return metadata(folder, ["bag_0.db3"], len(found))


def split(folder: Path, found: list[Message], kind: str) -> Path:
    """Eleven files, so that 10 comes after 2."""
    folder.mkdir()
    cuts = np.linspace(0, len(found), 12).astype(int).tolist()
    for i, (a, b) in enumerate(pairwise(cuts)):
        file = folder / f"bag_{i}.{kind}"
        if kind == "db3":
            write_sqlite(file, found[a:b])
        else:
            write_mcap(file, found[a:b])
    return folder


@pytest.mark.parametrize(
    "kind",
    ["humble", "split mcap", "file-packed db3", "message-packed", "no metadata", *(
        pytest.param(kind, marks=pytest.mark.slow) for kind in
        ("humble file", "packed mcap", "split db3", "file-packed mcap", "bare mcap",
         "garbled metadata")
    )],
)  # fmt: skip
def test_the_frames_are_the_same_whatever_wrote_the_bag(tmp_path, plain, found, frames, kind):
    folder = tmp_path / "bag"
    path = folder
    if kind.startswith("humble"):
        path = humble(folder, found)
        path = path / "bag_0.db3" if kind == "humble file" else path
    elif kind.startswith("split"):
        split(folder, found, kind.split()[1])
    elif kind.startswith("file-packed"):
        folder.mkdir()
        end = kind.split()[1]
        name = folder / f"bag_0.{end}"
        write_sqlite(name, found) if end == "db3" else write_mcap(name, found, packed=False)
        metadata(folder, [zstd(name).name], len(found), compression_mode="FILE")
    elif kind == "message-packed":
        import zstandard

        folder.mkdir()
        packed = [m._replace(data=zstandard.compress(m.data)) for m in found]
        write_sqlite(folder / "bag_0.db3", packed)
        metadata(folder, ["bag_0.db3"], len(found), compression_mode="MESSAGE")
    elif kind == "no metadata":
        shutil.copytree(plain, folder)
        (folder / "metadata.yaml").unlink()
    elif kind == "garbled metadata":
        shutil.copytree(plain, folder)
        (folder / "metadata.yaml").write_bytes(b"\x00\xff{[:")
    else:
        path = write_mcap(tmp_path / "bare.mcap", found, packed=kind == "packed mcap")
    again, said = seen(path)
    assert again == frames, said
    if "metadata" in kind:
        assert "metadata.yaml" in said


def test_what_a_killed_recorder_of_mcap_had_written_is_read(tmp_path, found, frames):
    path = write_mcap(tmp_path / "bag.mcap", found, finished=False)
    again, said = seen(path)
    assert again == frames and "was not finished (its recorder was killed" in said
    whole = path.read_bytes()
    for part in (0.3, 0.6, 0.9):
        path.write_bytes(whole[: int(part * len(whole))])
        (cut, *_), said = seen(path)
        assert "was not finished" in said
        for mine, all_of_it in zip(cut, frames[0], strict=True):
            assert len(mine) and all_of_it.startswith(mine)


def test_what_a_killed_recorder_of_sqlite_had_committed_is_read(tmp_path, found):
    folder = tmp_path / "bag"
    folder.mkdir()
    whole = folder / "bag_0.db3"
    base = write_sqlite(whole, found[:900], close=False)
    base.commit()
    base.execute("PRAGMA cache_size = 1")  # so that the transaction reaches the file, and a journal
    rows = [(1, m.time, m.data) for m in found[900:]]
    base.executemany("INSERT INTO messages (topic_id, timestamp, data) VALUES (?, ?, ?)", rows)
    killed = tmp_path / "killed"
    killed.mkdir()
    journal = folder / "bag_0.db3-journal"
    assert journal.stat().st_size
    for file in (whole, journal):
        shutil.copy(file, killed / file.name)
    base.close()
    before = {file.name: file.read_bytes() for file in killed.iterdir()}
    with Storage(killed) as bag:
        assert sum(bag.topics.values()) == 900
        assert any("bag_0.db3-journal lies beside it" in note for note in bag.notes)
    assert before == {file.name: file.read_bytes() for file in killed.iterdir()}, "left as it was"


def test_a_damaged_page_of_sqlite_costs_what_was_on_it(tmp_path, found):
    path = tmp_path / "bag.db3"
    write_sqlite(path, [m for m in found if "camera" not in m.topic])
    count = len([m for m in found if "camera" not in m.topic])
    data = bytearray(path.read_bytes())
    page = len(data) // 4096 // 2 * 4096
    data[page : page + 4096] = bytes(4096)
    path.write_bytes(data)
    with Storage(path) as bag:
        assert 0.5 * count < sum(bag.topics.values()) < count
        assert any("is damaged" in note for note in bag.notes)


def test_a_damaged_chunk_costs_what_was_in_it_and_the_rest_is_read(tmp_path, found):
    path = write_mcap(tmp_path / "bag.mcap", found, packed=False)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with Storage(path) as bag:
        left = sum(bag.topics.values())
        assert 0.6 * len(found) < left < len(found)
        assert any(f"{len(found) - left} of {len(found)} messages are lost" in n for n in bag.notes)
    data = bytearray(path.read_bytes())
    data[200:208] = b"\xff" * 8  # the length of a record: the index leads on
    path.write_bytes(data)
    with Storage(path) as bag:
        assert sum(bag.topics.values()) > 0 or bag.notes


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda p: p.write_bytes(b""), "is empty"),
        (lambda p: p.write_bytes(b"no bag at all" * 9), "holds nothing that could be read"),
        (lambda p: p.mkdir(), "holds neither .mcap nor .db3"),
    ],
)
def test_what_is_no_bag_is_refused_with_a_remedy(tmp_path, make, why):
    path = tmp_path / "bag.mcap"
    make(path)
    with pytest.raises(BagError, match=why) as error:
        Storage(path)
    assert error.value.remedy


def test_other_files_are_refused_by_what_they_are(tmp_path, found):
    for name, why in (("a.bag", "ROS 1"), ("a.txt", "neither .mcap nor .db3"),
                      ("a.db3", "is no sqlite3 bag")):  # fmt: skip
        path = tmp_path / name
        path.write_bytes(b"#ROSBAG V2.0\n" * 40)
        with pytest.raises(BagError, match=why):
            Storage(path)
    folder = tmp_path / "two"
    folder.mkdir()
    for name in ("one_0.mcap", "other_0.mcap"):
        write_mcap(folder / name, found[:40])
    with pytest.raises(BagError, match=r"several recordings \(one, other\)"):
        Storage(folder)


def test_a_file_of_a_split_bag_that_is_missing_or_damaged_is_named(tmp_path, found):
    folder = split(tmp_path / "bag", found, "mcap")
    metadata(folder, [f"bag_{i}.mcap" for i in range(11)], len(found))
    (folder / "bag_3.mcap").unlink()
    (folder / "bag_4.mcap").write_bytes(b"x" * 1000)
    with Storage(folder) as bag:
        said = "\n".join(bag.notes)
    assert "bag_3.mcap, which metadata.yaml lists, is not there" in said
    assert "bag_4.mcap: holds nothing" in said and f"metadata.yaml counts {len(found)}" in said


# The recorder's clock.


def order(times: list[int], topics: list[int]) -> list[int]:
    return epochs(np.array(topics), np.array(times)).tolist()


def test_a_clock_that_fell_back_begins_an_epoch_for_every_topic():
    before = [(t, topic) for t in range(0, 3000, 10) for topic in (0, 1)]
    after = [(t - 2000, topic) for t, topic in before]
    lone = [(1500, 2), (-1500, 2)]  # a topic with a word before and one after
    all_of_them = [*before, lone[0], *after, lone[1]]
    times = [t * MS for t, _ in all_of_them]
    found = order(times, [topic for _, topic in all_of_them])
    assert found == [0] * (len(before) + 1) + [1] * (len(after) + 1)


def test_one_message_out_of_place_is_no_jump_and_topics_one_after_the_other_are_none():
    times = [t * 10 * MS for t in range(100)]
    misplaced = [*times[:30], times[80], *times[30:80], *times[81:]]
    assert set(order(misplaced, [0] * 100)) == {0}
    assert set(order([*times, *times], [0] * 100 + [1] * 100)) == {0}
    assert set(order([*times, *(t - JUMP for t in times)], [0] * 200)) == {0, 1}
