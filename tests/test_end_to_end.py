"""The real thing, small: the shipped stack from the command line, and every stage from nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import imageio.v3 as iio
import pytest

COMMAND = [sys.executable, "-m", "pontine.cli"]
KEYS = {
    "success",
    "refused",
    "reason",
    "seed",
    "thoughts",
    "tokens",
    "limit_violations",
    "versions",
}


def pontine(*words: object) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    command = [*COMMAND, *(str(word) for word in words)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def test_help_names_every_command() -> None:
    done = pontine("--help")
    assert done.returncode == 0
    for command in ("run", "eval", "collect", "train brain", "models", "probe"):
        assert f"pontine {command}" in done.stdout
    assert pontine("juggle").returncode == 2


def test_a_run_prints_thoughts_and_leaves_film_and_report(tmp_path: Path) -> None:
    done = pontine("run", "--out", tmp_path)
    assert done.returncode in (0, 1), done.stderr
    assert "<think>" in done.stdout and "<act_" in done.stdout
    report = json.loads((tmp_path / "run.json").read_text())
    assert set(report) >= KEYS
    assert report["limit_violations"] == 0
    assert report["success"] is (done.returncode == 0)
    frames = iio.imread(tmp_path / "run.mp4")
    assert frames.shape[0] >= report["steps"] and frames.shape[1:] == (720, 1280, 3)


@pytest.mark.slow
@pytest.mark.skipif(os.getuid() != 0, reason="only root may become somebody without a name")
def test_a_user_without_name_and_home_runs_in_a_folder_of_any_name(tmp_path: Path) -> None:
    nobody, folder = 54321, tmp_path / "我的 机器人"
    folder.mkdir()
    for place in (folder, *list(folder.parents)[:3]):  # down from pytest's own, which is private
        os.chmod(place, 0o755)
    os.chown(folder, nobody, nobody)
    sentence = "把红色方块放进蓝色碗里"
    words = ["run", "--policy", "expert", "--instruction", sentence, "--out", "出 路"]
    bare = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    become: dict[str, Any] = {
        "user": nobody, "group": nobody, "extra_groups": [], "env": bare, "cwd": folder,
        "capture_output": True, "encoding": "utf-8",
    }  # fmt: skip
    try:
        able = (
            subprocess.run([sys.executable, "-c", "import pontine.cli"], **become).returncode == 0
        )
    except PermissionError:
        able = False
    if not able:
        pytest.skip("this Python lies where others may not look")
    done = subprocess.run([*COMMAND, *words], **become)
    assert done.returncode == 0, done.stderr
    assert (folder / "出 路" / "run.mp4").stat().st_size > 0
    assert "success" in done.stdout and "note: HOME is not set" in done.stderr


@pytest.mark.slow
def test_the_same_seed_moves_the_same(tmp_path: Path) -> None:
    reports = []
    for name in ("a", "b"):
        pontine("run", "--seed", 7, "--out", tmp_path / name)
        reports.append(json.loads((tmp_path / name / "run.json").read_text()))
    first, second = reports
    assert first["trajectory_hash"] == second["trajectory_hash"]
    assert first["tokens"] == second["tokens"] and first["thoughts"] == second["thoughts"]


@pytest.mark.slow
@pytest.mark.timeout(1800)  # of work, not of waiting: it trains every stage
def test_everything_from_nothing(tmp_path: Path) -> None:
    data, cache = tmp_path / "data", tmp_path / "data-cache"
    codec, controller, brain = (tmp_path / name for name in ("codec", "controller", "brain"))
    steps = (
        ("collect", "--episodes", 12, "--stills", 24, "--out", data, "--workers", 1),
        ("train", "codec", "--data", cache, "--out", codec),
        ("train", "controller", "--data", cache, "--codec", codec, "--out", controller,
         "--run", tmp_path / "runs", "--steps", 20, "--batch", 16),
        ("train", "brain", "--data", cache, "--codec", codec, "--out", brain,
         "--runs", tmp_path / "brain-runs", "--steps", 2, "--wider", 0.05),
        ("eval", "--task", "reach", "--episodes", 1, "--seed", 800_000, "--workers", 1,
         "--brain", brain, "--models.controller", controller, "--models.codec", codec,
         "--out", tmp_path / "eval"),
    )  # fmt: skip
    for words in steps:
        done = pontine(*words)
        assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
    results = json.loads((tmp_path / "eval" / "results.json").read_text())
    assert results["overall"]["episodes"] == 1
    assert list((tmp_path / "eval" / "videos").glob("*.mp4"))
