"""`pontine ros sim`: the whole ROS 2 graph in simulation, a process a node, without `launch`."""

import signal
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from body.setting import Count, Domain, Name, NewFolder, Robot, Seconds, Seed, Sentence
from brain.options import BrainOptions
from episodes.hold import holding
from episodes.model_setting import ControllerFolder
from episodes.splits import TEST
from pontine.agent.shipped import controller_of
from pontine.ros.graph import Graph, NodeEndedError, wait

CLIENT = "run_instructions"


@dataclass(frozen=True)
class RosSimConfig(BrainOptions):
    """Brain, cerebellum, simulated robot and supervisor as ROS 2 processes over DDS.

    Ends with the action's result. Exit status: 0 success, 1 failed, 3 refused (with --task: 0 once
    every episode has run). Ctrl-C cancels the goal, brings the arm to rest and ends every process.

    Attributes:
        instruction: what to do, in English or Chinese; a scene is fitted to it.
        task: "all" or names of tasks: run seeded episodes instead, and write OUT/results.json.
        episodes: episodes per task.
        seed: seed of the first episode; test seeds begin at 1,000,000.
        time_limit: seconds that an instruction may take.
        any_scene: use whatever scene the seed gives (if the object is missing, the brain refuses).
        out: folder of run.json, or results.json and episodes.jsonl.
        hz: robot states and commands per second.
        command: joint_trajectory (joint_trajectory_controller) or forward_command.
        robot: name of the robot.
        controller: the controller's model folder (None: the robot's own).
        transfer: permit the brain to move an arm on which it has not been validated.
        domain: DDS domain (None: ROS_DOMAIN_ID, or 77).
    """

    instruction: Annotated[str, Sentence()] = "put the red cube in the blue bowl"
    task: tuple[Name, ...] = ()
    episodes: Count = 20
    seed: Seed = TEST.start
    time_limit: Seconds = 20.0
    any_scene: bool = False
    out: NewFolder = Path("out/ros")
    hz: Literal[250, 500] = 250
    command: Literal["joint_trajectory", "forward_command"] = "joint_trajectory"
    robot: Robot = "fr3"
    controller: ControllerFolder | None = None
    transfer: bool = False
    domain: Domain | None = None

    def unread(self) -> frozenset[str]:
        """Fields that play no part under the others."""
        return frozenset({"instruction"} if self.task else ())

    def check(self) -> None:
        """Raises UnknownTaskError: no such task. BrainError: no such device, or nobody answers
        where the brain is said to be."""
        from sim.tasks import task  # here: it loads the simulator

        for name in self.task if self.task != ("all",) else ():
            task(name)
        from brain.backends import check_brain  # here: it loads what the brain needs

        check_brain(self)


def parameters(config: RosSimConfig) -> dict[str, dict[str, Any]]:
    """Of every node, in the order in which they are started."""
    nodes: dict[str, dict[str, Any]] = {
        "sim_node": {"robot": config.robot, "state_rate": config.hz},
        "cerebellum_node": {
            "robot": config.robot,
            "controller_model": (config.controller or controller_of(config.robot)).absolute(),
            "command_rate": config.hz, "command_interface": config.command,
        },
        "brain_node": {
            "robot": config.robot, "transfer": config.transfer,
            "brain": config.brain if config.address else Path(config.brain).absolute(),
            "brain_device": config.brain_device, "brain_dtype": config.brain_dtype,
            "brain_timeout": config.brain_timeout,
        },
        "supervisor_node": {},
    }  # fmt: skip
    # the simulation is the clock
    return {n: {"use_sim_time": n != "sim_node"} | found for n, found in nodes.items()}


def words(config: RosSimConfig) -> list[str]:
    """Of the client's command line."""
    what = ["--task", *config.task] if config.task else ["--instruction", config.instruction]
    return [
        *what, "--episodes", str(config.episodes), "--seed", str(config.seed),
        "--time-limit", str(config.time_limit), "--out", str(config.out),
        *(["--any-scene"] if config.any_scene else []),
    ]  # fmt: skip


@holding("out")
def run(config: RosSimConfig) -> int:
    """Start the graph, carry out the instruction, end the graph; the exit status.

    Raises:
        GraphError: a node is not built, or cannot be run as asked.
    """
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
    try:
        with Graph(config.domain) as graph:
            for name, found in parameters(config).items():
                graph.start(name, found)
            return wait(graph.start(CLIENT, words=words(config)), graph, CLIENT)
    except NodeEndedError as error:
        if error.status == 2:
            raise
        print(f"pontine ros sim: {error}", file=sys.stderr)
        return 1
