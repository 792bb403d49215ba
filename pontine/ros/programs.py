"""`pontine ros record`, `replay` and `teleop`: the executables that do it, by name."""

import os
from dataclasses import dataclass
from typing import Literal

import tyro

from body.setting import Amount, Domain, FolderOrFile, Name, NewFolder, Rate
from pontine.ros.graph import Graph, arguments, environment, executable, wait

RECORD, REPLAY, TELEOP = "record_bag", "replay_bag", "teleop_node"


@dataclass(frozen=True)
class RecordConfig:
    """Record the graph's topics, pictures included, to MCAP; Ctrl-C ends and finishes the bag."""

    out: NewFolder | None = None
    """New folder (None: bag-DATE-TIME)."""
    topics: tuple[Name, ...] = ()
    """Topics of the graph by name, others as NAME:package/msg/Type (none: all of the graph)."""
    cameras: tuple[Name, ...] = ("fixed", "wrist")
    """Cameras whose pictures are recorded."""
    max_seconds: Amount = 0.0
    """End after this many seconds; 0: only with Ctrl-C."""
    domain: Domain | None = None
    """DDS domain (none: ROS_DOMAIN_ID, or 77)."""


@dataclass(frozen=True)
class ReplayConfig:
    """Publish a bag to the nodes again, with its stamps and at its pace, and with /clock."""

    bag: tyro.conf.Positional[FolderOrFile]
    """Folder (or .mcap file)."""
    what: tuple[Literal["sensors", "tokens", "instruction", "others"], ...] = (
        "sensors", "tokens", "instruction",
    )  # fmt: skip
    """What is published. Leave out "tokens" to let a brain think; others go below recorded/."""
    rate: Rate = 1.0
    """Recorded seconds per second of wall time."""
    domain: Domain | None = None
    """DDS domain (none: ROS_DOMAIN_ID, or 77)."""


@dataclass(frozen=True)
class TeleopConfig:
    """Take over from the brain with the keyboard or a stick, in motion, and hand back."""

    source: Literal["keyboard", "twist"] = "keyboard"
    """Keys of this terminal, or a stick's messages on teleop_twist and teleop_joy."""
    simulated: bool = True
    """Whether the graph runs by simulated time; --no-simulated beside a robot."""
    domain: Domain | None = None
    """DDS domain (none: ROS_DOMAIN_ID, or 77)."""


def teleop(config: TeleopConfig) -> None:
    """Become the node, so that it has this terminal.

    Raises:
        GraphError: it is not built.
    """
    path = str(executable(TELEOP))
    chosen = arguments({"source": config.source, "use_sim_time": config.simulated})
    os.execve(path, [path, *chosen], environment(config.domain))


def record(config: RecordConfig) -> int:
    """Record until Ctrl-C; the executable's exit status.

    Raises:
        GraphError: it is not built.
    """
    words = ["--max-seconds", str(config.max_seconds), "--cameras", *config.cameras]
    words += ["--out", str(config.out)] if config.out is not None else []
    words += ["--topics", *config.topics] if config.topics else []
    return _run(RECORD, words, config.domain)


def replay(config: ReplayConfig) -> int:
    """Publish to the end or until Ctrl-C; the executable's exit status.

    Raises:
        GraphError: it is not built.
    """
    words = [str(config.bag), "--rate", str(config.rate), "--what", *config.what]
    return _run(REPLAY, words, config.domain)


def _run(name: str, words: list[str], domain: int | None) -> int:
    with Graph(domain) as graph:
        process = graph.start(name, words=words)
        try:
            return wait(process, graph, name)
        except KeyboardInterrupt:  # the ordinary end
            status = graph.stop(name)
            return status if status >= 0 else 130
