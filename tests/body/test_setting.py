"""Rules of settings: what they refuse, why, and that they leave nothing behind."""

import math
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from body.setting import Matches, Number, OneOf, Readable, RobotName, Rule, Word, Writable


@given(st.floats() | st.integers())
def test_a_number_lies_within_its_range(value: float) -> None:
    refused = Number(0, 100, beyond=True).refuse(value)
    assert (refused is None) == (math.isfinite(value) and 0 < value <= 100)


@pytest.mark.parametrize(
    ("rule", "value", "cause"),
    [
        (Number(0, 9), -1, "at least 0"), (Number(0, 9), 10, "at most 9"),
        (Number(0, 9), math.nan, "no finite number"), (Word(), "", "empty"),
        (Word(), "a\nb", "control characters"), (Word(), "\udce4", "no UTF-8"),
        (Word(), "x" * 2000, "2000 characters"), (OneOf(lambda: ("a", "b")), "c", "none of those"),
        (Matches("a+", "aa"), "b", "no such name"), (RobotName(), "r2d2", "no such robot"),
        (RobotName(), "nowhere.py", "no file"), (RobotName(), "\x00.py", "control characters"),
    ],
)  # fmt: skip
def test_what_is_refused_is_said(rule: Rule, value: Any, cause: str) -> None:
    refused = rule.refuse(value)
    assert refused is not None and cause in refused[0] and refused[1]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "nowhere").symlink_to("nothing")
    (tmp_path / "loop").symlink_to("loop")
    return tmp_path


@pytest.mark.parametrize(
    ("rule", "name", "cause"),
    [
        (Readable("folder"), "none", "not there"), (Readable("folder"), "file", "not a folder"),
        (Readable("file"), "folder", "not a file"), (Readable("either"), "nowhere", "to nothing"),
        (Readable("file"), "loop", "to nothing"), (Readable("file"), "x" * 300, "no name"),
        (Writable("folder"), "file", "not a folder"), (Writable("file"), "folder", "not a file"),
        (Writable("folder"), "file/below", "no folder"),
        (Writable("file"), "nowhere", "to nothing"),
        (Writable("folder"), "x" * 300, "no name"), (Writable("folder"), "a\x00b", "control"),
        (Writable("folder"), "\udce4", "no UTF-8"), (Writable("file"), "x/" * 3000, "characters"),
    ],
)  # fmt: skip
def test_a_path_that_cannot_be_is_refused(place: Path, rule: Rule, name: str, cause: str) -> None:
    refused = rule.refuse(place / name)
    assert refused is not None and cause in refused[0] and refused[1]


def test_a_place_where_nothing_can_be_made_is_refused(place: Path) -> None:
    refused = Writable("folder").refuse(Path("/proc/1/below"))
    assert refused is not None and "cannot be made in /proc" in refused[0]
    if os.getuid():
        (place / "folder").chmod(0o500)
        assert Writable("folder").refuse(place / "folder/below") is not None


@pytest.mark.parametrize("name", ["new", "folder", "folder/a/b", "空 格/a"])
def test_a_place_that_can_be_is_left_as_it_was(place: Path, name: str) -> None:
    before = sorted(place.rglob("*"))
    assert Writable("folder").refuse(place / name) is None
    assert sorted(place.rglob("*")) == before
