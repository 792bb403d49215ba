"""`pontine ros to-dataset`: bags become a LeRobot data set that the controller trains on.

One episode a sentence, at 20 Hz, time-aligned by stamps; torn where senses are missing. A bag
holds no scene of known objects: `scene.objects` stays empty (kind -1), so these episodes teach the
controller and the codec, not the brain, whose lessons are made from scenes.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import tyro
from tqdm import tqdm

from body.geometry.kinematics import Kinematics
from body.robots.registry import robot
from body.setting import Amount, FolderOrFile, NewFolder, Robot
from cerebellum.codec import WaypointCodec, load_codec
from episodes.cache_build import CacheSettings, build
from episodes.check import check
from episodes.columns import FIXED, TABLETOP, WRIST
from episodes.features import Feature
from episodes.hold import holding
from episodes.model_setting import CodecFolder
from episodes.places import DATA
from episodes.splits import split_of
from episodes.vocabulary import TASK_LABELS
from episodes.writer import Note, Recorder
from pontine.agent.shipped import CODEC
from pontine.ros.align import latest
from pontine.ros.bag import Bag
from pontine.ros.errors import BagError
from pontine.ros.labels import Commanded, commanded, plan
from pontine.ros.stream_reader import HowToRead
from pontine.ros.takes import CODES, PERIOD, Account, Take, takes

UNKNOWN = -1
IN_ALREADY = "in the data set already"
FAILED = "nobody judged that it was accomplished (--keep-failures keeps them)"
PIECES = 4096  # of a bag, at most
ASTRAY = 0.5  # rad that an arm which follows its commands may lag behind
FEATURES: dict[str, Feature] = {
    **TABLETOP,
    # the tokens in force: -1 where there are none, and codes where they are stale
    "token.codes": Feature("int64", (CODES,), ("x", "y", "z", "yaw", "closed", "time")),
    "token.age": Feature("int64", (1,)),  # ns
    "token.ttl": Feature("float64", (1,)),  # s
    "token.intent": Feature("int64", (1,)),
    "takeover": Feature("int64", (1,)),  # 1: a person steers
}


@dataclass(frozen=True)
class ToDatasetConfig:
    """Turn bags into a LeRobot data set: one episode per instruction, at 20 Hz."""

    bags: tyro.conf.Positional[tuple[FolderOrFile, ...]]
    """Folders (or .mcap files) that `pontine ros record` or `ros2 bag record` wrote."""
    out: NewFolder = DATA / "bags"
    """Folder of the data set. More bags may be added later; one that is in it is skipped."""
    codec: CodecFolder = CODEC
    """Codec of the action tokens; tokens of another codec are left out, and counted."""
    robot: Robot = "fr3"
    """Name of the robot: its joints, cameras and kinematics."""
    reading: Annotated[HowToRead, tyro.conf.arg(name="")] = field(default_factory=HowToRead)
    shortest: Amount = 1.0
    """Seconds. Shorter pieces between two gaps are dropped, and counted."""
    split: Literal["train", "validation", "test"] = "train"
    """Split of the simulated scenes' seeds; episodes of other splits are left out, and counted."""
    keep_failures: bool = False
    """Also keep episodes that the simulation (or else the brain) judged as failed."""
    keyframes: Literal["reached", "tokens"] = "reached"
    """Label with the place an order led to, or with the place its tokens named."""
    cache: bool = True
    """Build the training cache beside the data set."""


@holding("out")
def to_dataset(config: ToDatasetConfig) -> dict[str, Any]:
    """Convert, merge, read everything back, build the cache; counts of what was left out."""
    codec = load_codec(config.codec)
    if not isinstance(codec, WaypointCodec):
        raise BagError(config.codec, f"holds a {codec.kind} codec", "name the waypoint codec")
    if not config.bags:
        raise BagError(config.out, "no bag is named", "pontine ros to-dataset BAG --out DIR")
    spec = robot(config.robot)
    recorder = Recorder(config.out, FEATURES, 1_000_000_000 // PERIOD, spec.name)
    left_out: Counter[str] = Counter()
    done = recorder.finished()
    for path in config.bags:
        with Bag(path, spec, config.reading) as bag:
            _convert(config, bag, recorder, done, codec, left_out)
    for why, count in left_out.items():
        print(f"{count} episodes left out: {why}")
    if not recorder.finished():
        raise BagError(
            config.bags[0], "gave no episode",
            "the counts above say why; --split, --keep-failures and --shortest decide",
        )  # fmt: skip
    recorder.merge()
    result = check(config.out)
    print(
        f"{config.out}: {result.episodes} episodes, {result.frames} frames, read back and "
        f"checked, hash {result.hash}"
    )
    if config.cache:
        folder = config.out.with_name(config.out.name + "-cache")
        build(config.out, folder, CacheSettings(12), checked=result)
        print(f"{folder}: training cache ready")
    return {"episodes": result.episodes, "frames": result.frames, "left_out": left_out}


def _convert(
    config: ToDatasetConfig,
    bag: Bag,
    recorder: Recorder,
    done: set[int],
    codec: WaypointCodec,
    left_out: Counter[str],
) -> None:
    account, first = Account(), _first_key(bag.storage.files)
    bar = tqdm(desc=f"convert {bag.path.name}", unit="episode")
    try:
        for take in takes(bag, codec.codec_id, config.shortest, account):
            if take.piece >= PIECES:
                raise BagError(
                    bag.path, f"is torn into more than {PIECES} pieces",
                    "the gaps above say by what; ask for longer pieces (--shortest)",
                )  # fmt: skip
            key = first + take.piece
            why = IN_ALREADY if key in done else _left_out(config, take)
            if why:
                left_out[why] += 1
                continue
            save(recorder, key, bag, take, codec, config.keyframes == "reached")
            bar.update()
    finally:
        bar.close()
        print(f"{bag.path}: " + "\n".join([*account.lines(), *bag.lines()]))


def save(
    recorder: Recorder, key: int, bag: Bag, take: Take, codec: WaypointCodec, reached: bool
) -> None:
    """Record one take as one episode."""
    command = commanded(take.stretch, take.times, Kinematics(bag.spec))
    scene = take.span.scene
    task = scene.task if scene else ""
    notes: dict[str, Note] = {
        "bag": bag.path.resolve().name, "begin": int(take.times[0]), "piece": take.piece,
        "codec_id": codec.codec_id, "seed": scene.seed if scene else UNKNOWN,
        "success": successful(take), "judge": "simulation" if scene else "brain",
    }  # fmt: skip
    columns = _columns(take, command, codec, reached, TASK_LABELS.get(task, UNKNOWN))
    columns |= {
        FIXED: np.stack(take.pictures(bag, "fixed")),
        WRIST: np.stack(take.pictures(bag, "wrist")),
    }
    recorder.save(key, columns, take.span.text, notes)


def _columns(
    take: Take, command: Commanded, codec: WaypointCodec, reached: bool, label: int
) -> dict[str, np.ndarray]:
    count, joints = len(take), len(command.action[0]) - 1
    width = take.state[:, 2 * joints].astype(np.float64)
    objects = np.zeros((count, 6, 10))
    objects[..., 0] = UNKNOWN
    columns: dict[str, np.ndarray] = {
        "observation.state": take.state,
        "observation.command": np.column_stack([command.pose, command.increment, command.closed]),
        "action": command.action,
        **plan(take.orders, command, width, codec, reached),
        "plan.report": take.report,
        "scene.objects": objects,
        "scene.goal": np.full((count, 3), UNKNOWN),
        "task_label": np.full(count, label),
        "token.codes": take.orders.codes,
        "token.age": take.orders.age,
        "token.ttl": take.orders.ttl,
        "token.intent": take.orders.intent,
        "takeover": taken_over(take),
    }
    return columns


def taken_over(take: Take) -> np.ndarray:
    """(T,) 1 where a person steers, as `teleop` said last."""
    stream = take.stretch.takeovers
    active = np.array([0, *stream.values], np.int64)
    return active[latest(stream.stamps, take.times) + 1]


def successful(take: Take) -> bool:
    """Whether the sentence was carried out, as simulation judged, or else the brain."""
    span, stretch = take.span, take.stretch
    if span.scene is not None:
        return span.scene.success
    return any(
        tokens.intent == 1 and tokens.instruction == span.number
        for time, tokens in zip(stretch.tokens.times, stretch.tokens.values, strict=True)
        if span.begin <= time < span.end
    )


def _left_out(config: ToDatasetConfig, take: Take) -> str:
    scene = take.span.scene
    if not _obeyed(take):
        return "the arm was not where its commands sent it (other units, or another arm's)"
    if scene is not None and split_of(scene.seed) != config.split:
        return "of another split"
    return "" if config.keep_failures or successful(take) else FAILED


def _obeyed(take: Take) -> bool:
    """Whether the arm was near its commands at half of the frames at least."""
    stream, joints = take.stretch.commands, len(take.stretch.commands.values[0])
    sent = np.array([stream.values[i] for i in latest(stream.stamps, take.times)])
    off = np.abs(sent - take.state[:, :joints]).max(axis=1)
    return bool(np.median(off) <= ASTRAY)


def _first_key(files: Sequence[Path]) -> int:
    """Keys of a bag's episodes begin here: from its contents, so that it is added only once."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(str(file.stat().st_size).encode())
        with file.open("rb") as opened:
            digest.update(opened.read(1 << 20))
            opened.seek(max(0, file.stat().st_size - (1 << 20)))
            digest.update(opened.read())
    return int.from_bytes(digest.digest()[:5]) * PIECES
