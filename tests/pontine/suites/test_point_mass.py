"""A suite outside the package is recorded, trained, evaluated, swept and reported by its path."""

import json
import subprocess
import sys
from pathlib import Path

FILE = Path(__file__).with_name("point_mass.py")


def pontine(folder: Path, *words: object) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pontine.cli", *map(str, words)],
        cwd=folder, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_is_one_short_file() -> None:
    assert len(FILE.read_text(encoding="utf-8").splitlines()) < 150


def test_from_demonstrations_to_a_report(tmp_path: Path) -> None:
    own = ("--suite", f"{FILE}:SUITE")
    pontine(tmp_path, "collect", *own, "--per-task", 8, "--out", "data", "--workers", 1)
    assert "--data" in pontine(tmp_path, "train", "policy", *own, "--help")
    pontine(tmp_path, "train", "policy", *own, "--data", "data", "--out", "model")
    few = ("--policy", "model", "--episodes", 4, "--workers", 1)
    pontine(tmp_path, "eval", *own, *few, "--out", "eval")
    results = json.loads((tmp_path / "eval" / "results.json").read_text())
    assert results["suite"] == "point-mass" and set(results["per_task"]) == {"near", "far"}
    assert results["overall"]["success_rate"] == 1.0 and len(results["config"]["files"]) == 1
    assert set(results["config"]["model_hashes"]) == {"policy"}
    pontine(tmp_path, "sweep", "reach", *own, *few, "--out", "sweep", "--pages", "pages")
    assert "| near | 100.0%" in (tmp_path / "pages" / "reach.md").read_text()
    pontine(tmp_path, "report", "eval", "--out", "page.html")
    assert "point_mass.py:SUITE" in (tmp_path / "page.html").read_text(encoding="utf-8")
