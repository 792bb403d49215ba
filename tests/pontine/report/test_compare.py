import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pontine.evaluation.config import EvalConfig
from pontine.evaluation.evaluate import evaluate
from pontine.evaluation.log import EvaluationError
from pontine.report.compare import CompareConfig, main
from pontine.report.load import Run, load
from pontine.report.significance import compare, holm


def run(name: str, outcomes: list[bool], first: int = 0, steps: int = 100) -> Run:
    rows = {
        f"pick/{first + k}": {"success": won, "steps": steps + k} for k, won in enumerate(outcomes)
    }
    return Run(Path(name), {}, rows)


def test_on_the_same_scenes_only_what_differs_counts() -> None:
    before = run("a", [True] * 90 + [False] * 10)
    better = run("b", [True] * 100, steps=90)
    found = compare(before, better)
    assert found.points == pytest.approx(10.0) and (found.gained, found.lost) == (10, 0)
    assert found.p == pytest.approx(2 * 0.5**10) and found.test == "McNemar, 100 pairs"
    assert found.seconds == pytest.approx(-0.5) and found.seconds_p is not None
    assert found.seconds_p < 1e-6
    same = compare(before, before)
    assert same.p == 1.0 and same.points == 0.0 and same.seconds_p is None


def test_on_other_scenes_it_is_fishers_test() -> None:
    found = compare(run("a", [True] * 8 + [False] * 2), run("b", [True, False] * 5, first=1000))
    assert found.test.startswith("Fisher") and found.points == pytest.approx(-30.0)
    assert 0.1 < found.p < 0.6


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_never_lowers_and_keeps_the_order(values: list[float]) -> None:
    corrected = holm(values)
    assert all(c >= v and c <= 1 for c, v in zip(corrected, values, strict=True))
    order = sorted(range(len(values)), key=lambda i: values[i])
    assert [corrected[i] for i in order] == sorted(corrected)
    assert corrected[order[0]] == pytest.approx(min(1.0, len(values) * values[order[0]]))


def test_real_runs_are_put_side_by_side(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    for name, seed in (("one", 800_000), ("two", 800_000)):
        evaluate(
            EvalConfig(
                policy="expert",
                task=("reach",),
                episodes=2,
                seed=seed,
                workers=1,
                videos=0,
                out=tmp_path / name,
            )
        )
    assert main(CompareConfig((tmp_path / "one", tmp_path / "two"))) == 0
    text = capsys.readouterr().out
    assert "100.0%" in text and "McNemar, 2 pairs: 0 gained, 0 lost" in text
    assert "No difference of success is significant" in text

    path = tmp_path / "two" / "results.json"
    results = json.loads(path.read_text())
    for change, words in (
        ({"schema": "pontine.results/1"}, "this Pontine reads"),
        ({"suite": "kitchen"}, "is of suite kitchen"),
        ({"per_task": {"pick": results["overall"]}}, "run both with the same --task"),
        ({"seed": "first"}, r"\$.seed: 'first' is not of type 'integer'"),
    ):
        path.write_text(json.dumps(results | change))
        with pytest.raises(EvaluationError, match=words):
            main(CompareConfig((tmp_path / "one", tmp_path / "two")))
    path.write_text("{")
    with pytest.raises(EvaluationError, match="damaged"):
        load(tmp_path / "two")
    with pytest.raises(EvaluationError, match="two folders"):
        main(CompareConfig((tmp_path / "one",)))
