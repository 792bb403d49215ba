"""Whatever is typed behind `pontine` is carried out, or refused in words: no traceback, no hang.

PONTINE_COMMAND_LINES says how many command lines are made up.

Everything is real but the carrying out, which is left out where a command line is sound.
"""

import contextlib
import io
import os
import time
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pontine import cli
from pontine.commands.validation import settings as options

EXAMPLES = int(os.environ.get("PONTINE_COMMAND_LINES", "200"))
LONGEST = 60.0  # s, in which a busy machine, too, must have an answer
FOLDER = Path("generated")
ODD = [
    "", " ", "-1", "0", "1", "7", "-0.5", "0.5", "1e400", "nan", "-inf", "9" * 30, "9" * 5000,
    "0x10", "1_0", "１２", "None", "all", "中文", "שלום", "🤖", "a\nb", "\x00", "\x1b[2J", "\udce4",
    "\ud800", "--", "-", "'", "*", "a=b", "light=nan", "light=-1", "light", "cuda:9999", "x" * 300,
    "x" * 5000, ".", "..", "~", "/", "/proc/1/out", "/dev/null", "/etc/passwd", "no/such/thing",
    "generated/file", "generated/file/below", "generated/loop", "generated/nowhere",
    "generated/空 格", "~nobody-has-this-name/x.py", "generated/loop.py",
    "generated/broken.py", "generated/broken.py:Thing", "json:loads", ":", "a:b",
]  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a file, links that lead nowhere, and a program with a mistake."""
    root = tmp_path_factory.mktemp("command lines")
    folder = root / FOLDER
    (folder / "空 格").mkdir(parents=True)
    (folder / "file").write_text("x", encoding="utf-8")
    (folder / "broken.py").write_text("def (:\n", encoding="utf-8")
    (folder / "loop").symlink_to("loop")
    (folder / "loop.py").symlink_to("loop.py")
    (folder / "nowhere").symlink_to("nothing")
    return root


@st.composite
def command_lines(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A command, and up to four of its options with values that nobody would think of."""
    name = draw(st.sampled_from(sorted(cli.COMMANDS)))
    known = list(options(cli.COMMANDS[name].settings()))
    words: list[str] = []
    for option in draw(st.lists(st.sampled_from(known), max_size=4)) if known else []:
        values = [*ODD, *(str(choice) for choice in get_args(option.kind))]
        named = option.option.startswith("--")
        if option.kind is bool:
            words.append(draw(st.sampled_from([option.option, "--no-" + option.option[2:]])))
            continue
        if named:
            words.append(option.option)
        words += draw(st.lists(st.sampled_from(values) | st.text(max_size=8), max_size=2))
    return name, words


@settings(max_examples=EXAMPLES, derandomize=True, database=None, phases=[Phase.generate])
@given(command_lines())
def test_a_command_line_is_answered(place: Path, line: tuple[str, list[str]]) -> None:
    name, words = line
    said, begun = io.StringIO(), time.monotonic()
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
    ):
        patch.chdir(place)
        patch.setattr(cli, "_carry_out", lambda command, config: 0)
        try:
            status: Any = cli._call(name, words)
        except SystemExit as end:
            status = 0 if end.code is None else end.code
    assert status in (0, 2, 3), said.getvalue()
    assert status == 0 or said.getvalue().strip()
    assert time.monotonic() - begun < LONGEST
    assert "Traceback" not in said.getvalue()
    assert sorted(p.name for p in place.iterdir()) == [FOLDER.name], "something was left behind"
