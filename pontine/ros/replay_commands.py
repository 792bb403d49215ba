"""`pontine ros commands`: what the cerebellum commands, given what a recording says it sensed.

Deterministic and offline: joint states, wrist pictures and tokens of a bag (or of the data set
made of it) go through the same driver, interpolator and limiter as in `pontine eval`, in the
recording's own simulated time. The same recording gives the same commands, bit by bit; so do a bag
and its data set. The recording does not answer to the commands: no loop is closed here.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import tyro
from numpy.typing import NDArray
from tqdm import tqdm

from body import CodecMismatchError, Observation
from body.contract.arrays import Array, Image
from body.contract.robot_spec import RobotSpec
from body.robots.registry import robot
from body.safety.interpolator import Interpolator
from body.safety.limiter import Limiter
from body.setting import Amount, FolderOrFile, NewFolder, Robot
from cerebellum.codec import load_codec
from cerebellum.playback import Playback
from cerebellum.runtime.controller import Cerebellum
from cerebellum.runtime.driver import Driver
from episodes import layout
from episodes.check import check
from episodes.columns import WRIST
from episodes.files import write_json
from episodes.model_setting import CodecFolder, ControllerFolder
from episodes.reader import Reader
from pontine.agent.shipped import CODEC, controller_of
from pontine.ros.bag import Bag
from pontine.ros.errors import BagError
from pontine.ros.stream_reader import HowToRead
from pontine.ros.takes import PERIOD, Account, Orders, freshness, takes

TICK = 2_000_000  # ns: commands at 500 Hz
CAMERA = "wrist"


@dataclass(frozen=True, eq=False)
class Sensed:
    """T frames, 50 ms apart, as a bag or a data set gives them.

    Attributes:
        name: for people. task: the sentence. state: (T, 2 J + 7) float32. pictures: T of the wrist
            camera. orders: the tokens.
    """

    name: str
    task: str
    state: NDArray[np.float32]
    pictures: Sequence[Image]
    orders: Orders

    def observation(self, frame: int) -> Observation:
        """Of `frame`, on a clock that begins with the first."""
        row = self.state[frame].astype(np.float64)
        joints = (len(row) - 7) // 2
        return Observation(
            frame * PERIOD, row[:joints], row[joints : 2 * joints], row[2 * joints],
            row[2 * joints + 1 :], {CAMERA: self.pictures[frame]},
        )  # fmt: skip


def of_bag(bag: Bag, codec_id: str, shortest: float, account: Account) -> Iterator[Sensed]:
    """The takes of a bag; without commands or a fixed camera in it, too."""
    for take in takes(bag, codec_id, shortest, account, everything=False):
        name = f"{bag.path.name}, piece {take.piece}"
        yield Sensed(name, take.span.text, take.state, take.pictures(bag, CAMERA), take.orders)


def of_dataset(folder: Path, codec_id: str) -> Iterator[Sensed]:
    """The episodes of a data set that `pontine ros to-dataset` made.

    Raises:
        DatasetError: it is damaged. BagError: it holds no tokens. CodecMismatchError: those of
            another codec.
    """
    check(folder)
    reader = Reader(folder)
    needed = {"codec_id", "bag", "piece"}
    if "token.codes" not in reader.features or not needed <= reader.episodes[0].notes.keys():
        raise BagError(folder, "holds no tokens", "name one that `pontine ros to-dataset` made")
    columns = (
        "observation.state",
        WRIST,
        *(f"token.{n}" for n in ("codes", "age", "ttl", "intent")),
    )
    for episode in reader.episodes:
        if episode.notes["codec_id"] != codec_id:
            raise CodecMismatchError(
                f"{folder}: episode {episode.index} speaks codec {episode.notes['codec_id']}, the "
                f"controller {codec_id}; name the controller it was recorded with"
            )
        found = reader.episode(episode.index, columns)
        orders = Orders(*(found[f"token.{name}"] for name in ("codes", "age", "ttl", "intent")))
        name = f"{episode.notes['bag']}, piece {episode.notes['piece']}"
        yield Sensed(name, episode.task, found["observation.state"], list(found[WRIST]), orders)


def commands(sensed: Sensed, driver: Driver) -> Iterator[tuple[Array, float]]:
    """Joint targets (J,) rad and opening m, 25 a frame, as they leave the limiter."""
    first = sensed.observation(0)
    driver.reset(first)
    limiter = Limiter(driver.spec, TICK * 1e-9)
    limiter.reset(first.joint_position, first.gripper_width)
    path = Interpolator(first.joint_position, first.gripper_width, 0)
    for frame in range(len(sensed.state)):
        seen = sensed.observation(frame)
        tokens = sensed.orders.tokens(frame, driver.codec_id)
        age = tokens.age(seen.stamp) if tokens is not None else 0.0
        state = freshness(sensed.orders, frame, driver.codec_id)
        path.put(driver.step(seen, tokens, age, state))
        for tick in range(seen.stamp + TICK, seen.stamp + PERIOD + 1, TICK):
            yield limiter.step(*path.at(tick))


def command_array(sensed: Sensed, driver: Driver) -> Array:
    """(25 T, J + 1) rad and m: all of :func:`commands`."""
    return np.array([[*q, width] for q, width in commands(sensed, driver)])


def command_hash(array: Array) -> str:
    """16 hex that stand for the commands, bit by bit."""
    return hashlib.sha256(np.ascontiguousarray(array, "<f8").tobytes()).hexdigest()[:16]


@dataclass(frozen=True)
class CommandsConfig:
    """Replay recordings through the cerebellum, offline, and print the hash of its commands."""

    recordings: tyro.conf.Positional[tuple[FolderOrFile, ...]]
    """Bags, or data sets made of them."""
    controller: ControllerFolder | None = None
    """The controller's model folder (none: the robot's own)."""
    codec: CodecFolder = CODEC
    """What the tokens mean, for plain playback."""
    mover: Literal["network", "playback"] = "network"
    """The controller, or the tokens' places gone to without one."""
    robot: Robot = "fr3"
    """Whose joints and limits."""
    reading: Annotated[HowToRead, tyro.conf.arg(name="")] = field(default_factory=HowToRead)
    shortest: Amount = 1.0
    """Seconds; pieces between two gaps that are shorter are dropped, as in to-dataset."""
    out: NewFolder | None = None
    """Folder for the commands (500 Hz, one .npy a piece) and hashes.json."""


def replay_commands(config: CommandsConfig) -> dict[str, Any]:
    """Hash of each piece's commands, by recording and piece."""
    spec = robot(config.robot)
    driver = _driver(config, spec)
    hashes: dict[str, dict[str, str]] = {}
    for path in config.recordings:
        own = hashes.setdefault(str(path), {})
        for sensed in tqdm(_sensed(path, config, spec, driver), desc=path.name, unit="piece"):
            array = command_array(sensed, driver)
            own[sensed.name] = command_hash(array)
            tqdm.write(f"{sensed.name}: {own[sensed.name]}  {len(array)} commands  {sensed.task!r}")
            if config.out is not None:
                config.out.mkdir(parents=True, exist_ok=True)
                np.save(config.out / f"{path.name}-{len(own) - 1:04d}.npy", array)
        if not own:
            raise BagError(
                path, "holds no piece to replay", "see --shortest; it needs instructions"
            )
    if config.out is not None:
        write_json(config.out / "hashes.json", hashes)
    return hashes


def _driver(config: CommandsConfig, spec: RobotSpec) -> Driver:
    if config.mover == "playback":
        return Playback(load_codec(config.codec), spec)
    return Cerebellum(config.controller or controller_of(config.robot), spec)


def _sensed(
    path: Path, config: CommandsConfig, spec: RobotSpec, driver: Driver
) -> Iterator[Sensed]:
    if (path / layout.INFO).exists():
        yield from of_dataset(path, driver.codec_id)
        return
    account = Account()
    with Bag(path, spec, config.reading) as bag:
        yield from of_bag(bag, driver.codec_id, config.shortest, account)
    tqdm.write("\n".join([*account.lines(), *bag.lines()]))
