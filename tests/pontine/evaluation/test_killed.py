"""A run that is killed loses nothing it had finished, and ends with the same figures."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pontine.evaluation.config import EvalConfig
from pontine.evaluation.evaluate import evaluate

EPISODES = 5


@pytest.mark.slow
def test_killed_half_way_it_resumes_to_the_same_figures(tmp_path: Path) -> None:
    words = [
        "eval", "--policy", "expert", "--task", "reach", "--episodes", str(EPISODES),
        "--seed", "800000", "--workers", "1", "--videos", "0", "--out", str(tmp_path / "killed"),
    ]  # fmt: skip
    log = tmp_path / "killed" / "episodes.jsonl"
    with subprocess.Popen(
        [sys.executable, "-m", "pontine.cli", *words], stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, start_new_session=True,
    ) as process:  # fmt: skip
        deadline = time.monotonic() + 120
        while not (log.exists() and log.read_bytes().count(b"\n") >= 3):
            assert time.monotonic() < deadline and process.poll() is None
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGKILL)
    kept = log.read_bytes().count(b"\n") - 1
    assert 2 <= kept <= EPISODES

    def run(name: str) -> dict[str, object]:
        return evaluate(
            EvalConfig(
                policy="expert",
                task=("reach",),
                episodes=EPISODES,
                seed=800_000,
                workers=1,
                videos=0,
                out=tmp_path / name,
            )
        )

    resumed, whole = run("killed"), run("whole")
    assert resumed["per_task"] == whole["per_task"]
    assert len([json.loads(line) for line in log.read_text().splitlines()]) == EPISODES + 1
