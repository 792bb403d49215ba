"""Up and down, again and again: nothing may grow."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rclpy
from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState
from rclpy.node import Node
from rclpy.qos import qos_profile_sensor_data as BEST_EFFORT
from sensor_msgs.msg import CameraInfo

from pontine.ros.graph import Graph
from pontine.ros.sim import RosSimConfig, parameters

pytestmark = pytest.mark.alone
ROUND = (
    Transition.TRANSITION_CONFIGURE, Transition.TRANSITION_ACTIVATE,
    Transition.TRANSITION_DEACTIVATE, Transition.TRANSITION_CLEANUP,
)  # fmt: skip
ROUNDS, SETTLED = 50, 10  # rounds in all; those after which nothing may grow any more
PICTURES = "camera/fixed/camera_info"  # published with each picture
LEAST = 4  # rounds; the least memory of these counts, for what is freed is not returned at once
MORE_MEMORY = 1.08  # of what it was: caches of the allocator


@pytest.fixture
def client() -> Iterator[Node]:
    rclpy.init()
    node = rclpy.create_node("test_lifecycle")
    yield node
    node.destroy_node()
    rclpy.try_shutdown()


def change(node: Node, name: str, step: int) -> bool:
    client = node.create_client(ChangeState, f"{name}/change_state")
    assert client.wait_for_service(30)
    future = client.call_async(ChangeState.Request(transition=Transition(id=step)))
    rclpy.spin_until_future_complete(node, future, timeout_sec=90)
    node.destroy_client(client)
    answer: Any = future.result()
    return bool(answer and answer.success)


def wait_for(node: Node, messages: list[CameraInfo], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not messages and time.monotonic() < end:
        rclpy.spin_once(node, timeout_sec=0.1)
    assert messages, f"no picture within {seconds} s"


def footprint(pid: int) -> dict[str, int]:
    root = Path(f"/proc/{pid}")
    pages = int((root / "statm").read_text().split()[1])
    children = (root / f"task/{pid}/children").read_text().split()
    return {
        "threads": len(list((root / "task").iterdir())),
        "handles": len(list((root / "fd").iterdir())),
        "children": len(children), "memory": pages * 4096,
    }  # fmt: skip


def rounds(client: Node, name: str, count: int, settled: int) -> None:
    """Raises AssertionError where something has grown between round `settled` and the last."""
    config = RosSimConfig()
    pictures: list[CameraInfo] = []
    client.create_subscription(CameraInfo, PICTURES, pictures.append, BEST_EFFORT)
    kept: list[dict[str, int]] = []
    with Graph() as graph:
        process = graph.start(name, parameters(config)[name] | {"use_sim_time": False})
        for number in range(count):
            for step in ROUND:
                assert change(client, name, step), f"round {number}, transition {step}"
                if name == "sim_node" and step == Transition.TRANSITION_ACTIVATE:
                    pictures.clear()
                    wait_for(client, pictures)  # the first one starts the threads of OpenGL
            if number + 1 in (settled, count):
                time.sleep(0.5)
            kept.append(footprint(process.pid))
        assert graph.stop(name) == 0
    before, after = kept[settled - 1], kept[-1]
    assert after["threads"] <= before["threads"]
    assert after["handles"] <= before["handles"]
    assert after["children"] == before["children"]
    before["memory"], after["memory"] = (
        min(one["memory"] for one in some[-LEAST:]) for some in (kept[:settled], kept)
    )
    assert after["memory"] <= MORE_MEMORY * before["memory"], (before, after)


def test_the_simulation_goes_up_and_down(client: Node) -> None:
    rounds(client, "sim_node", 12, 8)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sim_node", "cerebellum_node", "brain_node"])
def test_nothing_grows_in_fifty_rounds(client: Node, name: str) -> None:
    rounds(client, name, ROUNDS, SETTLED)


def test_nodes_end_when_whoever_started_them_is_killed() -> None:
    code = (
        "import os, signal, time\n"
        "from pontine.ros.graph import Graph\n"
        "process = Graph().start('sim_node')\n"
        "print(process.pid, flush=True)\n"
        "time.sleep(4)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    pid = int(done.stdout.split()[0])
    end = time.monotonic() + 90
    while Path(f"/proc/{pid}").exists() and time.monotonic() < end:
        time.sleep(0.1)
    assert not Path(f"/proc/{pid}").exists()


def test_a_wrong_parameter_ends_in_a_sentence_not_a_traceback(
    client: Node, capfd: pytest.CaptureFixture[str]
) -> None:
    with Graph() as graph:
        graph.start("cerebellum_node", {"robot": "r2d2"})
        assert not change(client, "cerebellum_node", Transition.TRANSITION_CONFIGURE)
    told = capfd.readouterr().out
    assert "no robot 'r2d2'; known: fr3" in told and "Traceback" not in told


def test_a_parameter_out_of_range_is_refused(capfd: pytest.CaptureFixture[str]) -> None:
    with Graph() as graph:
        process = graph.start("cerebellum_node", {"command_rate": 5})
        assert process.wait(30) == 2
    told = capfd.readouterr().out
    assert "command_rate" in told and "Traceback" not in told
