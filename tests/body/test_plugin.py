"""A file of one's own with what lies beside it: found, kept apart, and part of its hash."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from body.plugin import PluginCodeError, PluginError, find, source_hash

ROOT = Path(__file__).parents[2]


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / (name.replace("__in__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


DEEP = "from deep import word"
IMPORTS = {
    "import helper\nword = helper.word": "import",
    "import helper as h\nword = h.word": "renamed",
    "from helper import word": "from",
    "def say():\n    import helper\n    return helper.word\nword = say()": "within a function",
    "from .helper import word": "relative",
    "import parts.helper\nword = parts.helper.word": "dotted",
    "import parts.helper as h\nword = h.word": "dotted and renamed",
    "from parts import helper\nword = helper.word": "out of a package",
    "from parts.helper import word": "from within a package",
    "from bare.helper import word": "out of a folder without __init__",
    "import helper, json\nword = helper.word if json else ''": "beside another",
}


@pytest.mark.parametrize("text", IMPORTS, ids=list(IMPORTS.values()))
def test_what_lies_beside_a_file_is_found_and_part_of_its_hash(tmp_path: Path, text: str) -> None:
    inner = dict.fromkeys(("helper", "parts__in__helper", "bare__in__helper"), DEEP)
    inner |= {"parts__in____init__": "", "deep": "word = 'one'", "unused": "word = 'unused'"}
    write(tmp_path, mine=text, **inner)
    name = f"{tmp_path / 'mine.py'}:word"
    before = source_hash(name)
    assert find(name) == "one" and len(before) == 16
    write(tmp_path, deep="word = 'two'")  # as long, and in the same second: no bytecode of before
    assert find(name) == "two" and source_hash(name) != before
    write(tmp_path, deep="word = 'one'", unused="word = 'changed'")
    assert source_hash(name) == before
    assert str(tmp_path) not in sys.path and "helper" not in sys.modules


def test_two_files_with_siblings_of_one_name_have_their_own_whenever_they_are_imported(
    tmp_path: Path,
) -> None:
    late = "def say():\n    import helper\n    return helper.word\n"
    for word in ("red", "blue"):
        write(tmp_path / word, mine=late, helper=f"word = {word!r}")
    said = [find(f"{tmp_path / word / 'mine.py'}:say") for word in ("red", "blue")]
    assert [say() for say in said] == ["red", "blue"]  # type: ignore[operator]


def test_siblings_may_import_each_other_and_the_file_itself(tmp_path: Path) -> None:
    write(tmp_path, mine="base = 1\nimport helper\nword = helper.total()",
          helper="import mine\ndef total():\n    return mine.base + 1")  # fmt: skip
    assert find(f"{tmp_path / 'mine.py'}:word") == 2


def test_neither_the_standard_library_nor_pontine_is_taken_from_the_folder(tmp_path: Path) -> None:
    write(tmp_path, mine="import json, body\nword = json.dumps(1) + body.Intent.__module__",
          json="1 / 0", body="1 / 0")  # fmt: skip
    assert find(f"{tmp_path / 'mine.py'}:word") == "1body.contract.tokens"


def test_in_the_current_folder_a_sibling_counts_too(tmp_path: Path) -> None:
    """There `import helper` works by Python's own path."""
    write(tmp_path, mine="from helper import word", helper="word = 'one'")
    code = "from body.plugin import *; print(find('mine.py:word'), source_hash('mine.py:word'))"

    def told() -> list[str]:
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        words = [sys.executable, "-c", code]
        run = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        return run.stdout.split()

    before = told()
    write(tmp_path, helper="word = 'two'")
    assert before[0] == "one" and told()[0] == "two" and told()[1] != before[1]


def test_of_an_installed_module_its_package_counts(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    write(tmp_path, own__in____init__="", own__in__mine="from own.helper import word",
          own__in__helper="word = 'one'", own__in__other="word = 1")  # fmt: skip
    before = source_hash("own.mine:word")
    write(tmp_path, own__in__other="word = 2")
    assert source_hash("own.mine:word") == before
    write(tmp_path, own__in__helper="word = 'two'")
    assert source_hash("own.mine:word") != before
    assert source_hash("numpy.linalg:norm") and source_hash("pontine.policies.pid:PidTracker")


@pytest.mark.parametrize("text", ["import sys\nsys.exit()", "import helper", "raise SystemExit(0)"])
def test_a_file_that_exits_as_it_is_loaded_is_refused(tmp_path: Path, text: str) -> None:
    write(tmp_path, mine=text, helper="import sys\nsys.exit(0)")
    with pytest.raises(PluginError, match=r"it calls sys.exit\((0|None)\), which would end"):
        find(f"{tmp_path / 'mine.py'}:word")


def test_an_error_names_the_users_own_line(tmp_path: Path) -> None:
    write(tmp_path, mine="import helper\n", helper="import json\n\n\nword = 1 / 0")
    with pytest.raises(PluginCodeError, match=r"helper\.py, line 4, in <module>: ZeroDivision"):
        find(f"{tmp_path / 'mine.py'}:word")
