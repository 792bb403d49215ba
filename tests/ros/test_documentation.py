"""docs/ros2.md says what the code says."""

import re
from pathlib import Path

import pytest

from pontine_ros import tables, topics
from pontine_ros.parameters import NODES

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "ros2.md"


def test_tables_are_the_ones_made_from_the_code() -> None:
    page = PAGE.read_text()
    assert page == tables.rewritten(page), "run: python -m pontine_ros.tables docs/ros2.md"


def test_tables_hold_everything() -> None:
    page = PAGE.read_text()
    for named in (*topics.TOPICS, *topics.CALLS):
        assert f"| `{named.name}` | `{named.kind}` |" in page
    for node, parameters in NODES.items():
        part = page.split(f"\n`{node}`\n\n")[1].split("\n\n")[0]
        assert re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE) == [p.name for p in parameters]


def test_a_page_without_markers_is_refused() -> None:
    with pytest.raises(tables.MarkerError, match="topics"):
        tables.rewritten("no table here")


def test_commands_name_launch_files_and_arguments_that_exist() -> None:
    for name, words in re.findall(r"ros2 launch pontine_bringup (\S+)((?: .*)?)", PAGE.read_text()):
        launch = (ROOT / "ros_ws/src/pontine_bringup/launch" / name).read_text()
        for argument in re.findall(r"(\w+):=", words):
            assert f'"{argument}"' in launch, f"{name} has no argument {argument}"


def test_links_and_folders_exist() -> None:
    page = PAGE.read_text()
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page):
        assert (PAGE.parent / target).exists(), target
    called = {named.name for named in (*topics.TOPICS, *topics.CALLS)}
    folders = "ros_ws|body|cerebellum|pontine|docs|models|sim"
    for path in re.findall(rf"`((?:{folders})/[\w./-]+)`", page):
        assert path in called or (ROOT / path).exists(), path
