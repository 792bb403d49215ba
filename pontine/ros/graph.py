"""Starts ROS executables by name, a process each, and ends them in order.

What `ros2 launch` does, for where ROS 2 came from the package registry and `launch` is not there.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from body import BodyError
from cerebellum.runtime.channel import FOLDER
from cerebellum.runtime.priority import die_with_parent

PACKAGE = "pontine_ros"
PATIENCE = 10.0  # s to end after SIGTERM: the arm comes to rest first
DOMAIN = "77"  # where the environment says nothing: not 0, on which everybody is


class GraphError(BodyError):
    """An executable is missing, or ended by itself."""


class NodeEndedError(GraphError):
    """A process of the graph has ended that should not have.

    Attributes:
        status: its exit status; negative: the signal that killed it.
    """

    def __init__(self, name: str, status: int, said: str) -> None:
        how = f"with exit status {status}" if status >= 0 else f"by {signal.Signals(-status).name}"
        said = f"; the last it said: {said}" if said else ""
        super().__init__(f"{name} ended by itself, {how}{said}")
        self.status = status


def prefixes() -> list[Path]:
    """Where ROS packages may be installed: the sourced workspaces, then this environment."""
    named = os.environ.get("AMENT_PREFIX_PATH", "").split(os.pathsep)
    return [Path(p) for p in named if p] + [Path(sys.prefix)]


def memory(domain: str) -> list[str]:
    """Names of the shared memory of graphs in `domain`, which has a name while they come up."""
    return sorted(path.name for path in FOLDER.glob(f"pontine.ros{os.getuid()}.{domain}.*"))


def executable(name: str) -> Path:
    """An executable of `pontine_ros`; raises GraphError where it has not been built."""
    for prefix in prefixes():
        path = prefix / "lib" / PACKAGE / name
        if path.is_file():
            return path
    raise GraphError(
        f"{PACKAGE}/{name} is not installed; `make ros` builds it here, "
        "`colcon build` in ros_ws on a ROS 2 install (then source install/setup.bash)"
    )


def environment(domain: int | None = None) -> dict[str, str]:
    """Of the processes: this machine alone, no display, one thread a process."""
    found = dict(os.environ)
    found.setdefault("AMENT_PREFIX_PATH", sys.prefix)
    found.setdefault("ROS_AUTOMATIC_DISCOVERY_RANGE", "LOCALHOST")
    found.setdefault("ROS_DOMAIN_ID", DOMAIN)
    if domain is not None:
        found["ROS_DOMAIN_ID"] = str(domain)
    found.setdefault("OMP_NUM_THREADS", "1")
    found.setdefault("MUJOCO_GL", "egl")
    found.setdefault("RCUTILS_COLORIZED_OUTPUT", "0")
    found["PYTHONUNBUFFERED"] = "1"
    return found


def arguments(parameters: Mapping[str, Any]) -> list[str]:
    """ROS arguments that set `parameters` of whatever node the process has."""
    words = ["--ros-args"]
    for name, value in parameters.items():
        if isinstance(value, bool):
            text = str(value).lower()
        elif isinstance(value, (list, tuple)):
            text = "[" + ", ".join(map(str, value)) + "]"
        else:
            text = str(value)
        words += ["-p", f"{name}:={text}"]
    return words


class Graph:
    """Processes by name. Use it as a context: what it started, it ends, last one first.

    Args:
        domain: DDS domain; None: ROS_DOMAIN_ID, or 77.
        quiet: names whose output is not shown.
    """

    def __init__(self, domain: int | None = None, quiet: Sequence[str] = ()) -> None:
        self._environment = environment(domain)
        self._quiet = set(quiet)
        self.processes: dict[str, subprocess.Popen[str]] = {}
        self._said: dict[str, str] = {}
        self._printers: list[threading.Thread] = []

    def start(
        self, name: str, parameters: Mapping[str, Any] | None = None, words: Sequence[str] = ()
    ) -> "subprocess.Popen[str]":
        """Start executable `name` with command-line `words` and ROS `parameters`."""
        command = [str(executable(name)), *words, *arguments(parameters or {})]
        process = subprocess.Popen(
            command, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True, encoding="utf-8", errors="replace",
            preexec_fn=lambda: die_with_parent(signal.SIGTERM),  # at rest, even if we are killed
        )  # fmt: skip
        self.processes[name] = process
        printer = threading.Thread(target=self._print, args=(name, process.stdout), daemon=True)
        printer.start()
        self._printers.append(printer)
        return process

    def ended(self) -> list[str]:
        """Names of those that have ended."""
        return [name for name, process in self.processes.items() if process.poll() is not None]

    def ended_by_itself(self, name: str) -> NodeEndedError:
        """What is to be said of process `name`, which has ended."""
        for printer in self._printers:
            printer.join(0.2)  # its last words may be on their way
        return NodeEndedError(name, self.processes[name].wait(), self._said.get(name, ""))

    def stop(self, name: str, number: int = signal.SIGTERM) -> int:
        """Signal `name`, wait, and return its exit status; kill it where it does not end.

        On SIGTERM as on SIGINT the arm comes to rest first; what is still being imported ends at
        once, and without a traceback.
        """
        process = self.processes.pop(name)
        if process.poll() is None:
            process.send_signal(number)
        try:
            return process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            print(f"{name} did not end within {PATIENCE:.0f} s: killed", file=sys.stderr)
            process.kill()
            return process.wait()

    def __enter__(self) -> "Graph":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not cut it
        try:
            for name in reversed(list(self.processes)):
                self.stop(name)
            for printer in self._printers:
                printer.join(1.0)
            self._forget_memory()
        finally:
            signal.signal(signal.SIGINT, before)

    def _forget_memory(self) -> None:
        """Remove the shared memory that a cerebellum left which was killed as it came up."""
        for name in memory(self._environment["ROS_DOMAIN_ID"]):
            (FOLDER / name).unlink(missing_ok=True)

    def _print(self, name: str, output: IO[str]) -> None:
        for line in output:
            self._said[name] = line.strip() or self._said.get(name, "")
            if name not in self._quiet:
                print(f"[{name}] {line}", end="", flush=True)


def wait(process: "subprocess.Popen[str]", graph: Graph, name: str) -> int:
    """The exit status of `process`, called `name`.

    Raises:
        NodeEndedError: another process of the graph ended before, or a signal killed this one.
    """
    while (status := process.poll()) is None:
        for other in graph.ended():
            if other != name:
                raise graph.ended_by_itself(other)
        time.sleep(0.05)
    if status < 0:
        raise graph.ended_by_itself(name)
    return status
