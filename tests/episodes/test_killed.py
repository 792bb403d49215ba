"""A recording killed (-9) at any moment keeps what was finished, and ends as if never killed."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from episodes.check import check
from episodes.reader import Reader
from episodes.writer import Recorder
from tests.episodes.small import FEATURES

KEYS = 10
RECORD = f"""
import sys
from pathlib import Path
from episodes.writer import Recorder
from tests.episodes.small import FEATURES, frames
folder = Path(sys.argv[1])
print("begun", flush=True)
recorder = Recorder(folder, FEATURES, file_mb=0.02)
done = recorder.finished()
for key in range({KEYS}):
    if key not in done:
        notes = {{"seed": key, "success": True}}
        recorder.save(key, frames(6 + key % 5, key), f"task {{key % 3}}", notes)
        print("kept", key, flush=True)
    if key % 3 == 2:
        recorder.merge(progress=False)
recorder.merge(progress=False)
"""


def start(folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", RECORD, str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "begun\n"
    return process


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """A recording that was never killed, and how long one took (s)."""
    folder = tmp_path_factory.mktemp("straight")
    process, begun = start(folder), time.monotonic()
    process.communicate()
    assert process.returncode == 0
    return folder, time.monotonic() - begun


def killed_again_and_again(
    folder: Path, wanted: Path, seconds: float, kills: int, seed: int
) -> int:
    """Returns how many kills came before the process had ended."""
    rng, kept, hits = random.Random(seed), set[int](), 0
    for _ in range(kills):
        process = start(folder)
        time.sleep(rng.uniform(0, seconds))
        process.kill()
        told, _ = process.communicate()
        hits += process.returncode == -9
        kept |= {int(line.split()[1]) for line in told.splitlines()}
        assert kept <= Recorder(folder, FEATURES, file_mb=0.02).finished()
    process = start(folder)
    process.communicate()
    assert process.returncode == 0
    assert Reader(folder).hash == Reader(wanted).hash
    assert check(folder, progress=False).episodes == KEYS
    left = [path.name for path in folder.rglob("*") if ".partial" in path.name]
    assert not left and not (folder / "merge.ready").exists()
    return hits


def test_it_ends_as_if_never_killed(straight: tuple[Path, float], tmp_path: Path) -> None:
    killed_again_and_again(tmp_path / "set", *straight, kills=3, seed=0)


@pytest.mark.slow
def test_at_many_moments(straight: tuple[Path, float], tmp_path: Path) -> None:
    hits = sum(
        killed_again_and_again(tmp_path / str(seed), *straight, kills=4, seed=seed)
        for seed in range(1, 11)
    )
    assert hits > 10  # of 40: most come in time
