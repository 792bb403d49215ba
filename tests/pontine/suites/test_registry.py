"""A suite's name decides nothing but which suite it is; names that are none are refused."""

import ast
from pathlib import Path

import pytest

from body.setting import SettingError
from pontine.suites.registry import SUITES, suite

ROOT = Path(__file__).resolve().parents[3]
OWN = Path(__file__).with_name("point_mass.py")
NONE = r"there is no such suite.*Remedy: choose one of"
FOLDERS = ("body", "brain", "cerebellum", "episodes", "learning", "pontine", "sim")


def decided_by_name(source: str) -> list[int]:
    """Lines that compare something with a suite's name."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Compare | ast.Match)
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and part.value in SUITES
    ]


def test_nothing_outside_the_suites_is_decided_by_a_suites_name() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*.py")
        if "suites" not in path.parts
        for line in decided_by_name(path.read_text(encoding="utf-8"))
    ]
    assert not found


def test_what_is_decided_by_name_is_found() -> None:
    assert decided_by_name('x = 1\nif config.suite == "metaworld":\n    x = 2') == [2]
    assert not decided_by_name('suite = "metaworld"')


@pytest.mark.parametrize("name", SUITES)
def test_a_suite_goes_by_the_name_that_it_is_listed_by(name: str) -> None:
    assert suite(name).name == name and suite(name) is suite(name)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nowhere.py:SUITE", "no file"), (f"{OWN}:Worker", "it is a type, no"),
        (f"{OWN}:OTHER", "has no 'OTHER'"), ("tabletops", "choose one of tabletop"),
        ("nothing.py:SUITE", NONE), ("body.setting:Count", NONE), ("kitchen", NONE),
        ("a:b:c", NONE), ("", NONE),
    ],
)  # fmt: skip
def test_what_is_no_suite_is_refused_in_words(name: str, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        suite(name)
