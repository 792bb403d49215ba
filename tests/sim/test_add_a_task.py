"""docs/add-a-task.md, followed to the letter."""

import re
from pathlib import Path

import pytest

from body import BodyError
from pontine.evaluation.config import EvalConfig
from pontine.evaluation.evaluate import evaluate
from pontine.report.load import load
from pontine.suites.tabletop.demonstration import demonstrate
from sim.expert import Expert
from sim.tasks import UnknownLanguageError, UnknownTaskError, sample_episode, task
from sim.worlds import World

GUIDE = Path(__file__).parents[2] / "docs" / "add-a-task.md"
[(NAME, TEXT)] = re.findall(r"```python\n# (\w+\.py)\n(.*?)```", GUIDE.read_text(), re.DOTALL)


@pytest.fixture
def beside(tmp_path) -> str:
    (tmp_path / NAME).write_text(TEXT)
    return f"{tmp_path / NAME}:Beside"


def test_the_guides_task_is_solved_and_its_seeds_are_episodes(world: World, beside: str) -> None:
    expert = Expert(world)
    for seed in range(1_000_000, 1_000_003):
        episode = sample_episode(beside, seed)
        assert episode.instruction == sample_episode(beside, seed).instruction
        target, there = (
            episode.scene.objects[i].name for i in (episode.goal.target, episode.goal.destination)
        )
        assert episode.instruction == f"put the {target} right of the {there}"
        record = demonstrate(expert, episode, audit=True)
        assert record.success and record.violations == 0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("class Beside", "class Elsewhere", "has no 'Beside'"),
        ("class Beside(Task)", "class Beside", "is no subclass of sim.tasks.Task"),
        ("def holds", "def held", "lacks holds"),
        ("    label = 100", "    number = 100", "lacks label"),
    ],
)
def test_what_is_wrong_with_a_task_is_said(beside: str, old, new, message) -> None:
    path = Path(beside.removesuffix(":Beside"))
    assert old in TEXT
    path.write_text(TEXT.replace(old, new, 1))
    with pytest.raises(UnknownTaskError, match=message):
        task(beside)


def test_a_task_in_english_alone_is_not_said_in_chinese(beside: str) -> None:
    with pytest.raises(UnknownLanguageError, match=r"not said in 'zh', only in en; .*add-a-task"):
        sample_episode(beside, 1_000_000, language="zh")


@pytest.mark.parametrize("name", ["nowhere.py:Beside", "nowhere"])
def test_a_task_that_is_not_there_is_said(name: str) -> None:
    with pytest.raises(UnknownTaskError, match=r"no task 'nowhere.*add-a-task"):
        task(name)


def test_the_guides_own_example_reports_its_episodes(beside: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert f"--task {NAME}:Beside" in GUIDE.read_text(encoding="utf-8")
    evaluate(EvalConfig(policy="expert", task=(beside,), episodes=2, workers=1, videos=0, out=out))
    [run] = [load(out)]  # what the table, the report and `pontine compare` read
    assert run.results["per_task"][beside]["episodes"] == 2
    assert run.results["overall"]["success_rate"] == 1.0
    assert {row["task"] for row in run.rows.values()} == {beside}
    (out / "episodes.jsonl").write_text(  # as versions before this test wrote it
        (out / "episodes.jsonl").read_text().replace(f'"task": "{beside}"', '"task": "beside"')
    )
    again = evaluate(
        EvalConfig(policy="expert", task=(beside,), episodes=2, workers=1, videos=0, out=out)
    )
    assert again["speed"] is None and again["per_task"][beside]["episodes"] == 2


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("class Beside(Task):", "class Beside(Task:", r"beside.py, line \d+: SyntaxError"),
        ("GAP = 0.09", "GAP = 0.09 / 0", r"beside.py, line \d+, in <module>: ZeroDivisionError"),
        ("        while True:", "        raise KeyError(7)\n        while True:",
         r"beside.py, line \d+, in draw: KeyError: 7"),
    ],
)  # fmt: skip
def test_an_error_in_a_task_is_said_to_be_its_own(
    beside: str, tmp_path: Path, old: str, new: str, message: str
) -> None:
    path = Path(beside.removesuffix(":Beside"))
    assert old in TEXT
    path.write_text(TEXT.replace(old, new, 1))
    config = EvalConfig(policy="expert", task=(beside,), episodes=1, workers=1, videos=0,
                        out=tmp_path / "out")  # fmt: skip
    with pytest.raises(BodyError, match=message):
        evaluate(config)
