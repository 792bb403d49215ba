"""docs/tasks.md lists what there is."""

from pathlib import Path

from episodes.vocabulary import TASK_LABELS
from sim.tasks import TASKS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tasks.md"


def test_every_task_stands_on_the_page_with_its_label_and_difficulty() -> None:
    text = PAGE.read_text()
    for name, task in TASKS.items():
        assert f"| `{name}` | {task.label} | {task.difficulty} |" in text
        assert TASK_LABELS[name] == task.label
    assert len(TASKS) == 12 == sum(line.startswith("| `") for line in text.splitlines())
