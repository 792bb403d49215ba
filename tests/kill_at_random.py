"""Kill any one process of a command at random moments; the same command then gives the same.

python -m tests.kill_at_random eval --moments 20 --seed 1
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 900  # s
POLICY = """
import numpy as np
from body import ActionChunk
from pontine.policies import Policy, Status

class Unwilling(Policy):
    def __init__(self, robot):
        self.robot = robot

    def reset(self, observation, instruction):
        return

    def status(self, now):
        return Status(refuses=True, reason="no")

    def cameras(self, now):
        return ()

    def act(self, observation):
        width = np.array([self.robot.gripper_open])
        return ActionChunk(self.robot.home[None], width, observation.stamp)
"""
Fingerprint = Callable[[Path], object]


@dataclass(frozen=True)
class Scenario:
    """Attributes:
    words: of the command line; {out} is a new folder, {cache} a training cache, {policy} one that
        refuses everything, so that episodes are short.
    result: what has to be the same, of {out}.
    """

    words: str
    result: Fingerprint


def rows(folder: Path) -> object:
    """Of an evaluation, without wall times."""
    found = [json.loads(line) for line in (folder / "episodes.jsonl").read_text().splitlines()[1:]]
    timed = ("brain_ms", "controller_ms")
    kept = [{key: row[key] for key in row if key not in timed} for row in found]
    return sorted(kept, key=lambda row: str(row["key"]))


def evaluation(folder: Path) -> object:
    results = json.loads((folder / "e" / "results.json").read_text())
    assert (folder / "e" / "report.html").exists()
    return results["overall"]["success_rate"], rows(folder / "e")


def recording(folder: Path) -> object:
    """The data set's hash, which is over all its files, and the cache's arrays."""
    manifest = json.loads((folder / "d" / "meta" / "pontine.json").read_text())
    return manifest["files"], hashes(folder / "d-cache", "**/*.npy")


def pages(folder: Path) -> object:
    points = sorted(path.parent for path in folder.glob("r/*/results.json"))
    return (folder / "p" / "instruction.md").read_text(), [rows(point) for point in points]


def weights(folder: Path) -> object:
    return hashes(folder / "m", "*.safetensors")


def hashes(folder: Path, pattern: str) -> dict[str, str]:
    found = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob(pattern))
    }
    assert found
    return found


SCENARIOS = {
    "eval": Scenario(
        "eval --policy {policy} --task reach pick --episodes 6 --seed 800000 --workers 2 "
        "--videos 0 --out {out}/e", evaluation,
    ),
    "collect": Scenario("collect --task stills --episodes 8 --workers 2 --out {out}/d", recording),
    "sweep": Scenario(
        "sweep instruction --policy {policy} --task pick --episodes 4 --seed 800000 --workers 2 "
        "--out {out}/r --pages {out}/p", pages,
    ),
    "train controller": Scenario(
        "train controller --data {cache} --steps 12 --batch 8 --checkpoint-every 4 --log-every 2 "
        "--out {out}/m --run {out}/run", weights,
    ),
    "train brain": Scenario(
        "train brain --data {cache} --from models/tabletop-brain --stages vision grounding "
        "--steps 2 --wider 0.05 --workers 1 --out {out}/m --runs {out}/run", weights,
    ),
    "train flat": Scenario(
        "train flat --data {cache} --steps 4 --checkpoint-every 2 --log-every 1 "
        "--batching.pictures 4 --batching.validation 4 --out {out}/m --runs {out}/run", weights,
    ),
}  # fmt: skip


def make_cache(folder: Path) -> Path:
    """A training cache of a few episodes."""
    run(
        command(
            "collect --task pick place_in stills --episodes 9 --workers 2 --out {out}/d", folder
        )
    )
    return folder / "d-cache"


def command(words: str, out: Path, cache: Path | None = None) -> list[str]:
    policy = out.parent / "policy.py"
    policy.parent.mkdir(parents=True, exist_ok=True)
    policy.write_text(POLICY)
    given = {"out": out, "cache": cache, "policy": f"{policy}:Unwilling"}
    filled = [word.format(**given) for word in words.split()]
    return [sys.executable, "-m", "pontine.cli", *filled]


def run(words: list[str]) -> float:
    """Seconds that it took; it must succeed."""
    begun = time.monotonic()
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr[-3000:]
    return time.monotonic() - begun


def family(pid: int) -> list[int]:
    """`pid` and all that came of it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(one for child in children for one in family(int(child)))]


def role(pid: int, parent: int) -> str:
    if pid == parent:
        return "the command"
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return "gone"
    names = {"resource_tracker": "a tracker", "spawn_main": "a worker", "ffmpeg": "a film's writer"}
    return next((name for word, name in names.items() if word in words), "a forked worker")


def struck(words: list[str], after: float, rng: random.Random) -> tuple[str, int, str] | None:
    """Start it, kill one of its processes after so many seconds; which, its exit status, and what
    it said. None: it had ended before."""
    with (
        tempfile.TemporaryFile("w+") as said,
        subprocess.Popen(words, cwd=ROOT, stdout=said, stderr=said) as process,
    ):
        time.sleep(after)
        if process.poll() is not None:
            assert process.returncode == 0
            return None
        members = family(process.pid)
        victim = rng.choice(members)
        name = role(victim, process.pid)
        os.kill(victim, signal.SIGKILL)
        try:
            status = process.wait(PATIENCE)
        finally:
            process.kill()
        deadline = time.monotonic() + 60  # torch's workers look for their parent every 5 s
        while left := [pid for pid in members if running(pid)]:
            assert time.monotonic() < deadline, f"{name} was killed, and {left} are left behind"
            time.sleep(0.1)
        if victim == process.pid and status == 0:
            return None  # it was ending already
        said.seek(0)
        return name, status, said.read()


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@dataclass
class Trial:
    """A command that was never killed, and what it gave, in a folder of its own."""

    name: str
    folder: Path
    cache: Path | None

    def __post_init__(self) -> None:
        self.scenario = SCENARIOS[self.name]
        whole = self.folder / "whole"
        self.seconds = run(command(self.scenario.words, whole, self.cache))
        self.expected = self.scenario.result(whole)

    def kill(self, rng: random.Random) -> str:
        """What was killed, and what came of it.

        Raises:
            AssertionError: another result, a traceback, or processes that are left behind.
        """
        out = self.folder / "killed"
        words = command(self.scenario.words, out, self.cache)
        found = None
        while found is None:
            shutil.rmtree(out, ignore_errors=True)
            found = struck(words, rng.uniform(0.0, self.seconds), rng)
        killed, status, said = found
        then = "went on" if status == 0 else f"ended with {status}"
        assert "Traceback" not in said, said[-3000:]
        if status != 0:
            run(words)
        assert self.scenario.result(out) == self.expected, f"{killed} was killed, {then}: differs"
        return f"{killed} was killed: {then}, same result"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*SCENARIOS, []])
    parser.add_argument("--moments", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cache = make_cache(Path(folder) / "data")
        for name in asked.names or SCENARIOS:
            trial = Trial(name, Path(folder) / name.replace(" ", "-"), cache)
            rng = random.Random(asked.seed)
            counted = Counter(trial.kill(rng) for _ in range(asked.moments))
            for line, count in counted.items():
                print(f"| {name} | {line} | {count} |", flush=True)


if __name__ == "__main__":
    main()
