"""Bags gone wrong in one of twelve ways, by seed; and what a data set made of one may hold."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from body.robots.fr3 import FR3
from episodes.columns import WRIST
from episodes.reader import Reader
from pontine.ros.messages import nanoseconds
from pontine.ros.takes import PERIOD
from tests.ros.other_bags import Message, metadata, write_mcap, write_sqlite
from tests.ros.recorded_graph import FINGERS, store

Random = np.random.Generator
Found = list[Message]
ODD = (0.0, -1.0, 1e-3, 57.3, 100.0, 1e30, -1e308, np.nan, np.inf)
WORDS = ("", " ", "\n", "x" * 600, "\x00", "机器人", "fr3_joint1", "rgb8", "16UC1", "yuyv")


def mutant(seed: int, found: Found, plain: Path, folder: Path) -> tuple[str, Path, Found]:
    """How it was changed, the bag, and the messages that it holds at most."""
    rng = np.random.default_rng(seed)
    names = list(WAYS)
    way = names[seed % len(names)]
    path, left = WAYS[way](rng, found, plain, folder)
    return way, path, left


def _copy(plain: Path, folder: Path) -> Path:
    shutil.copytree(plain, folder / "bag")
    return folder / "bag"


def _file(bag: Path) -> Path:
    return next(bag.glob("*.mcap"))


def _flipped(rng: Random, found: Found, plain: Path, folder: Path) -> tuple[Path, Found]:
    bag = _copy(plain, folder)
    data = bytearray(_file(bag).read_bytes())
    for place in rng.integers(0, len(data), rng.integers(1, 20)).tolist():
        data[place] ^= 1 << int(rng.integers(8))
    _file(bag).write_bytes(data)
    return bag, found


def _cut(rng: Random, found: Found, plain: Path, folder: Path) -> tuple[Path, Found]:
    bag = _copy(plain, folder)
    data = _file(bag).read_bytes()
    _file(bag).write_bytes(data[: int(rng.integers(0, len(data)))])
    if rng.random() < 0.5:
        (bag / "metadata.yaml").unlink()
    return bag, found


def _spliced(rng: Random, found: Found, plain: Path, folder: Path) -> tuple[Path, Found]:
    bag = _copy(plain, folder)
    data = _file(bag).read_bytes()
    a, b = sorted(rng.integers(0, len(data), 2).tolist())
    b = min(b, a + 5000)
    put = rng.bytes(int(rng.integers(0, 40))) if rng.random() < 0.5 else b""
    _file(bag).write_bytes(data[:a] + put + data[b:])
    return bag, found


def _dropped(rng: Random, found: Found, plain: Path, folder: Path) -> tuple[Path, Found]:
    if rng.random() < 0.3:
        topic = str(rng.choice(sorted({m.topic for m in found})))
        left = [m for m in found if m.topic != topic]
    elif rng.random() < 0.5:
        a, b = sorted(rng.integers(0, len(found), 2).tolist())
        left = [*found[:a], *found[b:]]
    else:
        keep = rng.random(len(found)) > rng.random()
        left = [m for m, kept in zip(found, keep, strict=True) if kept]
    return write_mcap(folder / "bag.mcap", left), left


def _moved(rng: Random, found: Found, plain: Path, folder: Path) -> tuple[Path, Found]:
    kind = rng.random()
    if kind < 0.4:
        order = np.argsort(np.arange(len(found)) + rng.uniform(0, 60, len(found)))
    elif kind < 0.7:
        order = rng.permutation(len(found))
    else:
        a, b, c = sorted(rng.integers(0, len(found), 3).tolist())
        order = np.array([*range(a), *range(b, c), *range(a, b), *range(c, len(found))])
    return write_mcap(folder / "bag.mcap", [found[i] for i in order]), found


def _twice(rng: Random, found: Found, plain: Path, folder: Path) -> tuple[Path, Found]:
    left = [m for m in found for _ in range(int(rng.integers(1, 4)))]
    return write_mcap(folder / "bag.mcap", left), found


def _logged(rng: Random, found: Found, plain: Path, folder: Path) -> tuple[Path, Found]:
    shift = int(rng.choice([-(10**9), 10**9, -3 * 10**8, 10**17, -(10**18)]))
    first = int(rng.integers(0, len(found)))
    last = len(found) if rng.random() < 0.5 else first + 1
    left = [
        m._replace(time=max(0, m.time + shift)) if first <= i < last else m
        for i, m in enumerate(found)
    ]
    return write_mcap(folder / "bag.mcap", left), found


def _changed(
    rng: Random, found: Found, folder: Path, change: Callable[[Any], None], share: float
) -> tuple[Path, Found]:
    """`share` of one topic's messages changed."""
    topic = str(rng.choice(sorted({m.topic for m in found})))
    left = []
    for one in found:
        if one.topic == topic and rng.random() < share:
            made = store().deserialize_cdr(one.data, one.kind)
            change(made)
            try:
                one = one._replace(data=bytes(store().serialize_cdr(made, one.kind)))
            except Exception:  # no such message can be written
                continue
        left.append(one)
    return write_mcap(folder / "bag.mcap", left), left


def _stamped(rng: Random, found: Found, plain: Path, folder: Path) -> tuple[Path, Found]:
    shift = int(rng.choice([-(10**10), -(10**9), -(10**8), 5 * 10**7, 10**9, 10**12, 0]))

    def change(made: Any) -> None:
        if hasattr(made, "header"):
            time = max(0, nanoseconds(made.header.stamp) + shift) if shift else 0
            made.header.stamp.sec, made.header.stamp.nanosec = divmod(time, 10**9)

    return _changed(rng, found, folder, change, float(rng.choice([0.02, 0.5, 1.0])))


def _replaced(rng: Random, found: Found, plain: Path, folder: Path) -> tuple[Path, Found]:
    value, word = float(rng.choice(ODD)), str(rng.choice(WORDS))
    pick = int(rng.integers(100))

    def change(made: Any) -> None:
        fields = [name for name in vars(made) if not name.startswith("__") and name != "header"]
        name = fields[pick % len(fields)]
        old = getattr(made, name)
        if isinstance(old, np.ndarray) and old.size:
            new = old.copy()
            with np.errstate(all="ignore"):
                new[pick % old.size] = np.array(value).astype(old.dtype)
            setattr(made, name, new)
        elif isinstance(old, str):
            setattr(made, name, word)
        elif isinstance(old, list) and old and isinstance(old[0], str):
            old[pick % len(old)] = word
        elif isinstance(old, list) and old:
            old[0].positions = old[0].positions * 57.3
        elif isinstance(old, int) and np.isfinite(value):
            setattr(made, name, int(abs(value)) % 2**8)

    return _changed(rng, found, folder, change, float(rng.choice([0.02, 0.5, 1.0])))


def _garbled(rng: Random, found: Found, plain: Path, folder: Path) -> tuple[Path, Found]:
    left = []
    for one in found:
        if rng.random() < 0.1:
            cut = int(rng.integers(0, len(one.data)))
            one = one._replace(data=one.data[:cut] + (rng.bytes(8) if rng.random() < 0.3 else b""))
        left.append(one)
    return write_mcap(folder / "bag.mcap", left), found


def _described(rng: Random, found: Found, plain: Path, folder: Path) -> tuple[Path, Found]:
    bag = _copy(plain, folder)
    file = bag / "metadata.yaml"
    text = file.read_text()
    kind = int(rng.integers(5))
    if kind == 0:
        data = bytearray(text.encode())
        for place in rng.integers(0, len(data), 10).tolist():
            data[place] = int(rng.integers(256))
        file.write_bytes(data)
    elif kind == 1:
        file.write_text(text[: int(rng.integers(0, len(text)))])
    elif kind == 2:
        metadata(bag, ["other.mcap", "../bag/bag.mcap"], 10**9)
    elif kind == 3:
        file.write_text(
            "&a [*a, *a]\n" if rng.random() < 0.5 else "rosbag2_bagfile_information: 3\n"
        )
    else:
        file.write_text(text.replace("message_count: ", "message_count: 9"))
    return bag, found


def _sqlite(rng: Random, found: Found, plain: Path, folder: Path) -> tuple[Path, Found]:
    path = folder / "bag_0.db3"
    write_sqlite(path, found)
    data = path.read_bytes()
    if rng.random() < 0.5:
        path.write_bytes(data[: int(rng.integers(0, len(data)))])
    else:
        page = int(rng.integers(0, len(data) // 4096)) * 4096
        path.write_bytes(data[:page] + bytes(4096) + data[page + 4096 :])
    return path, found


WAYS = {
    "bytes flipped": _flipped, "cut off": _cut, "bytes lost or put in": _spliced,
    "messages dropped": _dropped, "messages moved": _moved, "messages twice": _twice,
    "log times changed": _logged, "stamps changed": _stamped, "values replaced": _replaced,
    "messages garbled": _garbled, "metadata changed": _described, "sqlite3 damaged": _sqlite,
}  # fmt: skip


class Truth:
    """What the messages say, read without any of the code under test."""

    def __init__(self, found: Found) -> None:
        self.joints: dict[bytes, list[int]] = {}
        self.pictures: dict[bytes, list[int]] = {}
        for one in found:
            if one.topic not in ("/joint_states", "/camera/wrist/image_raw"):
                continue
            try:
                made = store().deserialize_cdr(one.data, one.kind)
            except Exception:  # garbled on purpose
                continue
            stamp = nanoseconds(made.header.stamp)
            if one.topic == "/joint_states":
                place = {name: i for i, name in enumerate(made.name)}
                names = (*FR3.joint_names, *FINGERS)
                if not set(names) <= set(place) or len(made.position) != len(made.name):
                    continue
                q = [made.position[place[name]] for name in FR3.joint_names]
                width = max(0.0, sum(made.position[place[name]] for name in FINGERS))
                with np.errstate(all="ignore"):
                    key = np.array([*q, width]).astype(np.float32).tobytes()
                self.joints.setdefault(key, []).append(stamp)
            else:
                self.pictures.setdefault(made.data.tobytes(), []).append(stamp)

    def faults(self, data: Path, stamped: bool) -> list[str]:
        """What the data set holds that nobody said, or at another time.

        Args:
            stamped: the stamps are as they were, so that they are held against the frames' times.
        """
        wrong = []
        reader = Reader(data)
        for episode in reader.episodes:
            found = reader.episode(episode.index)
            times = int(episode.notes["begin"]) + PERIOD * np.arange(len(found["action"]))
            state = found["observation.state"]
            for row, time in enumerate(times.tolist()):
                own = state[row, [*range(7), 14]].astype(np.float32).tobytes()
                wrong += _said(self.joints, own, time, 0.1, stamped, "joints")
                seen = np.ascontiguousarray(found[WRIST][row]).tobytes()
                wrong += _said(self.pictures, seen, time, 0.5, stamped, "picture")
            q = found["action"][:, :7]
            if not np.isfinite(state).all() or not np.isfinite(found["action"]).all():
                wrong.append("a value that is not finite")
            if (q < FR3.position_lower - 0.2).any() or (q > FR3.position_upper + 0.2).any():
                wrong.append("a command beyond the limits")
        return wrong


def _said(
    known: dict[bytes, list[int]], own: bytes, time: int, old: float, stamped: bool, what: str
) -> list[str]:
    if own not in known:
        return [f"{what} that no message holds"]
    if stamped and not any(0 <= time - stamp <= old * 1e9 for stamp in known[own]):
        return [f"{what} of another time"]
    return []
