"""Old or new, never half; and nothing is left of writers that were killed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from episodes.replacing import remove_folder, replacing, write_text


def test_a_block_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "new" / "page.md"
    write_text(path, "whole")
    with pytest.raises(ArithmeticError), replacing(path) as part:
        part.write_text("ha")
        raise ArithmeticError
    assert path.read_text() == "whole" and list(path.parent.iterdir()) == [path]


def test_what_a_killed_writer_left_is_cleared_and_a_live_ones_is_not(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    dead, live = (tmp_path / f"page.md.{pid}.partial" for pid in (ended.pid, os.getppid()))
    dead.write_text("ha")
    live.write_text("ha")
    write_text(path, "whole")
    assert sorted(tmp_path.iterdir()) == [path, live]


def test_a_folder_goes_at_one_stroke_and_what_a_kill_left_of_it_later(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    for name in ("cache", ".cache.old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "array").touch()
    remove_folder(folder)
    assert not list(tmp_path.iterdir())
