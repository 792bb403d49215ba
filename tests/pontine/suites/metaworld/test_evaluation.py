import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from body.setting import SettingError
from pontine.evaluation.config import EvalConfig
from pontine.evaluation.evaluate import evaluate, main
from pontine.evaluation.log import EvaluationError
from pontine.policies.plugin import PolicyError
from pontine.report.page import ReportConfig
from pontine.report.page import main as report
from sim.suites.metaworld import SuiteError

OWN = '''
from pontine.suites.metaworld.policy import MetaWorldPolicy

class Lifts(MetaWorldPolicy):
    """Goes up, whatever it is asked, and knows no more than it may."""

    def reset(self, look, instruction):
        assert instruction == "Open a drawer" and look.full.size == 0

    def act(self, look):
        assert look.picture.shape == (224, 224, 3) and look.state.shape == (4,)
        return [0, 0, 1, -1]
'''
EXPERT = EvalConfig(
    suite="metaworld", policy="expert", task=("drawer-open-v3", "assembly-v3"), episodes=2,
    seed=800_000, workers=1, videos=0, shadows=False,
)  # fmt: skip


@pytest.fixture(autouse=True)
def installed() -> None:
    pytest.importorskip("metaworld", reason="Meta-World is not installed: make metaworld")


@pytest.mark.slow
def test_the_expert_is_measured_filmed_and_shown(tmp_path: Path, capsys) -> None:
    config = replace(EXPERT, videos=1, out=tmp_path / "one")
    assert main(config) == 0
    printed = capsys.readouterr().out
    assert "tier average 100.0%: easy 100.0%, hard 100.0%" in printed
    results = json.loads((tmp_path / "one" / "results.json").read_text())
    overall = results["overall"]
    assert overall["episodes"] == 4 and overall["success_rate"] == 1.0
    assert overall["unsafe_rate"] is None and overall["spl"] is None, "nobody looked"
    assert results["step_s"] == 0.0125 and results["tiers"]["average"] == 1.0
    assert 0.5 < overall["time_to_success_s"]["p50"] < 4.0
    assert len(results["videos"]) == 2
    assert report(ReportConfig((tmp_path / "one",))) == 0
    assert "tier average" in (tmp_path / "one" / "report.html").read_text()
    two = evaluate(replace(EXPERT, workers=2, out=tmp_path / "two"))
    assert two["per_task"] == results["per_task"]


def test_protocols_are_other_episodes(tmp_path: Path) -> None:
    config = replace(EXPERT, task=("drawer-open-v3",), episodes=1)
    hashes = {
        evaluate(replace(config, protocol=name, out=tmp_path / name))["per_task"]["drawer-open-v3"][
            "trajectory_hash"
        ]
        for name in ("p1", "p2")
    }
    assert len(hashes) == 2


def test_a_policy_of_ones_own_sees_what_it_may(tmp_path: Path) -> None:
    (tmp_path / "lifts.py").write_text(OWN)
    config = replace(
        EXPERT, policy=f"{tmp_path}/lifts.py:Lifts", task=("drawer-open-v3",), episodes=1,
        protocol="p2", out=tmp_path / "out",
    )  # fmt: skip
    results = evaluate(config)
    assert results["overall"]["failures"] == {"stood still": 1}
    assert results["overall"]["episode_length"] == 400
    assert results["config"]["model_hashes"]["policy"]


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"ask": "swap"}, SettingError, "plays no part in metaworld"),
        ({"perturb": ("light=1",)}, SettingError, "plays no part in metaworld"),
        ({"task": ("juggle",)}, EvaluationError, "no task juggle; known: all, assembly"),
        ({"policy": "nothing.py:Nobody"}, PolicyError, "no file nothing.py"),
    ],
)
def test_what_does_not_fit_is_refused(changes, error, words, tmp_path: Path) -> None:
    with pytest.raises(error, match=words):
        evaluate(replace(EXPERT, out=tmp_path, **changes))


def test_a_suite_that_is_not_installed_is_refused_with_the_remedy(tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "metaworld.env_dict", None)
    with pytest.raises(SuiteError, match="run `make metaworld`"):
        evaluate(replace(EXPERT, out=tmp_path))
