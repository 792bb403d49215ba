"""`pontine ros faults`: the executable that makes a ROS graph fail, by name."""

from dataclasses import dataclass
from pathlib import Path

from body.setting import Count, Domain, Name, NewFile
from pontine.ros.graph import Graph, wait

TRIALS = "fault_trials"


@dataclass(frozen=True)
class FaultsConfig:
    """Start the graph in simulation and make it fail, fault by fault, while the arm moves.

    A killed brain, a paused simulation, joint states that stop or name a joint otherwise, tokens of
    a foreign codec, hostile messages, a cerebellum deactivated or interrupted, a killed supervisor:
    each must end in its state, in its time, within the limits, and be recovered from. Exit status:
    0; 1 if one did not.

    Attributes:
        faults: "all" or names of faults.
        rounds: trials of each fault.
        out: file for the figures.
        domain: DDS domain (None: ROS_DOMAIN_ID, or 77).
    """

    faults: tuple[Name, ...] = ("all",)
    rounds: Count = 1
    out: NewFile = Path("out/ros-faults.json")
    domain: Domain | None = None


def faults(config: FaultsConfig) -> int:
    """Try them; the exit status.

    Raises:
        GraphError: the nodes are not built.
    """
    words = ["--out", str(config.out), "--rounds", str(config.rounds), "--faults", *config.faults]
    words += [] if config.domain is None else ["--domain", str(config.domain)]
    with Graph(config.domain) as graph:
        return wait(graph.start(TRIALS, words=words), graph, TRIALS)
