"""A locale that is not UTF-8, no home, a user without a name: commands run all the same."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from pontine.commands import surroundings

ROOT = Path(__file__).resolve().parents[3]

CHINESE = "把红色方块放进蓝色碗里"


def started(
    *words: str, code: str = "", cwd: Path | None = None, **environment: str | None
) -> "subprocess.CompletedProcess[str]":
    """`pontine WORDS`, or `code` after :func:`settle`; None takes a variable away."""
    found = {**os.environ, **environment}
    if code:
        code = f"from pontine.commands.surroundings import settle\nsettle()\n{code}"
    what = ["-c", code] if code else ["-m", "pontine.cli"]
    return subprocess.run(
        [sys.executable, *what, *words], capture_output=True, encoding="utf-8", cwd=cwd,
        env={name: value for name, value in found.items() if value is not None},
    )  # fmt: skip


ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.skipif(
    not str(ROOT).isascii(), reason="in an ASCII locale Python finds nothing in this clone's folder"
)
def test_in_any_locale_words_files_and_output_are_utf8(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\n"
        "Path(sys.argv[1]).write_text(sys.argv[1], encoding='utf-8')\nprint(sys.argv[1])"
    )
    done = started(CHINESE, code=code, cwd=tmp_path, **ASCII)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{CHINESE}\n"
    assert (tmp_path / CHINESE).read_text(encoding="utf-8") == CHINESE


def test_a_sentence_in_chinese_is_read_in_any_locale() -> None:
    done = started("run", "--instruction", CHINESE, "--seed", "-1", **ASCII)
    assert done.returncode == 2 and "--seed -1" in done.stderr
    assert "--instruction" not in done.stderr, "the sentence itself is sound"


def test_without_a_home_caches_go_among_temporary_files(tmp_path: Path) -> None:
    code = "import os\nprint(os.environ['XDG_CACHE_HOME'], os.environ['MPLCONFIGDIR'])"
    free = dict.fromkeys(("XDG_CACHE_HOME", "MPLCONFIGDIR"))
    done = started(code=code, HOME="/proc", TMPDIR=str(tmp_path), **free)
    assert done.returncode == 0 and "note: the home folder /proc cannot be written" in done.stderr
    assert all(Path(word).is_relative_to(tmp_path) for word in done.stdout.split())
    assert started(code=code, HOME=str(tmp_path), XDG_CACHE_HOME="x", MPLCONFIGDIR="y").stderr == ""


def test_another_users_folder_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    mine = surroundings.own_scratch()
    assert surroundings.own_scratch() == mine
    mine.rmdir()
    mine.symlink_to(tmp_path)
    assert surroundings.own_scratch() != mine


@pytest.mark.skipif(os.getuid() != 0, reason="only root may become somebody without a name")
def test_a_user_without_a_name_has_one() -> None:
    code = (
        "import getpass, os, pathlib\n"
        "for name in ('HOME', 'USER', 'LOGNAME', 'LNAME', 'USERNAME'): os.environ.pop(name, None)\n"
        "from pontine.commands import surroundings\nos.setuid(54321)\n"
        "assert not surroundings.named()\nsurroundings.settle()\n"
        "print(getpass.getuser(), pathlib.Path.home())"
    )
    root = Path(surroundings.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", cwd=root
    )
    assert done.returncode == 0, done.stderr
    name, home = done.stdout.split()
    assert name == "uid54321" and home.startswith(tempfile.gettempdir())
