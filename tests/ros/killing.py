"""`kill -9` of any one process of `ros sim`, at any moment: what then becomes of the rest.

`python -m tests.ros.killing --moments 20 --seed 1` tries so many; a slow test tries two.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pontine.ros.graph import DOMAIN, environment, memory

NODES = ("sim_node", "cerebellum_node", "brain_node", "supervisor_node", "run_instructions")
REAL_TIME = ("command loop", "planner")  # in the order in which the cerebellum starts them
VICTIMS = (*NODES, *REAL_TIME, "ros sim")
ENDS = 60.0  # s for the rest to end
GOES_ON = 8.0  # s for the rest to go on, before it is told to end
UP = 240.0  # s to come up on a busy machine
SPAWNED = b"multiprocessing.spawn"


@dataclass(frozen=True)
class Moment:
    """Whom to kill, and how many s after the process is there."""

    victim: str
    seconds: float


def moments(count: int, seed: int, victims: tuple[str, ...] = VICTIMS) -> list[Moment]:
    """Every victim in turn, at moments from the first imports to motion."""
    rng = np.random.default_rng(seed)
    order = [*rng.permutation(len(victims))]
    return [
        Moment(victims[order[i % len(order)]], float(rng.exponential(6.0))) for i in range(count)
    ]


def graphs_processes(domain: str) -> Iterator[tuple[int, bytes]]:
    """Pid and command line of every process of a graph in `domain`."""
    mine = f"ROS_DOMAIN_ID={domain}".encode()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words, found = path.read_bytes(), path.with_name("environ").read_bytes()
        except OSError:
            continue
        ours = b"lib/pontine_ros" in words or SPAWNED in words
        if ours and mine in found.split(b"\0"):
            yield int(path.parent.name), words


def left_over(domain: str) -> list[str]:
    """Processes and shared memory of graphs in `domain`."""
    return memory(domain) + [f"{pid} {words.decode()}" for pid, words in graphs_processes(domain)]


def find(victim: str, parent: int, domain: str) -> int | None:
    """The pid of a process of the running graph; None: it is not there."""
    if victim == "ros sim":
        return parent
    found = sorted(graphs_processes(domain))
    if victim in NODES:
        pids = [pid for pid, words in found if f"pontine_ros/{victim}".encode() in words]
        return pids[0] if pids else None
    pids = [pid for pid, words in found if b"spawn_main" in words]
    number = REAL_TIME.index(victim)
    return pids[number] if len(pids) == len(REAL_TIME) else None


def start(out: Path, domain: str) -> "subprocess.Popen[str]":
    """`pontine ros sim` of some episodes."""
    return subprocess.Popen(
        [sys.executable, "-m", "pontine.cli", "ros", "sim", "--task", "place_in", "--episodes", "9",
         "--seed", "800000", "--out", str(out)],
        env=environment(int(domain)), text=True, start_new_session=True,
        stdout=(out / "log.txt").open("w"), stderr=subprocess.STDOUT,
    )  # fmt: skip


def trial(moment: Moment, out: Path, domain: str) -> str:
    """Kill, wait, look; what is wrong afterwards, or ""."""
    out.mkdir(parents=True)
    process = start(out, domain)
    end = time.monotonic() + UP
    while (pid := find(moment.victim, process.pid, domain)) is None:
        if time.monotonic() > end or process.poll() is not None:
            process.send_signal(signal.SIGINT)
            return f"{moment.victim} was not there: {_log(out)}"
        time.sleep(0.05)
    time.sleep(moment.seconds)
    os.kill(pid, signal.SIGKILL)
    if moment.victim in REAL_TIME:
        time.sleep(GOES_ON)
        if process.poll() is not None:
            return f"ended with {process.returncode} without {moment.victim}: {_log(out)}"
        process.send_signal(signal.SIGINT)
    expected = {"ros sim": -9} | dict.fromkeys(REAL_TIME, 130)
    try:
        status = process.wait(ENDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return f"did not end within {ENDS:.0f} s: {_log(out)}"
    end = time.monotonic() + ENDS  # whose parent was killed come to rest first
    while (left := left_over(domain)) and time.monotonic() < end:
        time.sleep(0.2)
    told = (out / "log.txt").read_text()
    if left:
        return f"left behind: {left}"
    if status != expected.get(moment.victim, 1):
        return f"exit status {status}: {_log(out)}"
    if "Traceback" in told:
        return f"a traceback: {_log(out)}"
    if moment.victim in NODES and f"{moment.victim} ended by itself, by SIGKILL" not in told:
        return f"does not say who was killed: {_log(out)}"
    return ""


def _log(out: Path) -> str:
    return (out / "log.txt").read_text()[-2000:]


def main() -> None:
    """Try them; exit status 1 where one went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moments", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--domain", default=os.environ.get("ROS_DOMAIN_ID", DOMAIN))
    options = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for number, moment in enumerate(moments(options.moments, options.seed)):
            said = trial(moment, Path(folder) / str(number), options.domain)
            wrong += bool(said)
            print(f"{moment.victim:<16} {moment.seconds:5.1f} s  {said or 'as it should'}",
                  flush=True)  # fmt: skip
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
