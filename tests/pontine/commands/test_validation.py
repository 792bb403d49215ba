"""Every command says what its options may be, and refuses the rest before anything is loaded."""

import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import pytest
import tyro

from body.contract.errors import RangeError
from body.setting import Count, NewFolder, Number, SettingError
from episodes.places import MODELS
from pontine.cli import COMMANDS
from pontine.commands.validation import settings, validate

HEAVY = {"torch", "transformers"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_number_path_and_word_has_a_rule(name: str) -> None:
    bare = [
        setting.option
        for setting in settings(COMMANDS[name].settings())
        if setting.kind in (int, float, str, Path) and not setting.rules
    ]
    assert not bare, "say what it may be: body/setting.py"


@pytest.mark.parametrize("name", COMMANDS)
def test_defaults_that_need_nothing_on_disk_are_sound(name: str) -> None:
    for setting in settings(COMMANDS[name].settings()):
        assert isinstance(setting.option, str) and setting.path


def test_no_configuration_loads_what_trains() -> None:
    code = (
        "import sys\nfrom pontine.cli import COMMANDS\n"
        "for command in COMMANDS.values(): command.settings()\n"
        f"print(*sorted({HEAVY!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


@dataclass(frozen=True)
class Inner:
    rate: Annotated[float, Number(0, 10)] = 1.0
    start: Annotated[Annotated[int, Number(0, 9)] | None, tyro.conf.arg(name="from")] = None


@dataclass(frozen=True)
class Outer:
    workers: Count = 1
    sizes: tuple[Count, ...] = ()
    out: NewFolder = Path("out")
    flat: Annotated[Inner, tyro.conf.arg(name="")] = field(default_factory=Inner)
    nested: Inner = field(default_factory=Inner)

    def unread(self) -> frozenset[str]:
        return frozenset({"nested"} if self.workers == 7 else ())

    def check(self) -> None:
        if self.workers == 3:
            raise RangeError("three is too many")


@pytest.mark.parametrize(
    ("config", "option"),
    [
        (Outer(workers=0), "--workers 0"), (Outer(sizes=(1, 0)), "--sizes 0"),
        (Outer(flat=Inner(rate=11.0)), "--rate 11.0"), (Outer(flat=Inner(start=10)), "--from 10"),
        (Outer(nested=Inner(rate=float("nan"))), "--nested.rate nan"),
        (Outer(out=Path("/proc/x")), "--out '/proc/x'"),
    ],
)  # fmt: skip
def test_a_refusal_names_option_value_cause_and_remedy(config: Outer, option: str) -> None:
    with pytest.raises(SettingError, match="Remedy: ") as refused:
        validate(config)
    assert str(refused.value).startswith(f"{option}: ")


def test_several_are_named_at_once_and_what_plays_no_part_is_left_alone() -> None:
    with pytest.raises(SettingError) as refused:
        validate(Outer(workers=0, flat=Inner(rate=-1.0)))
    assert len(str(refused.value).splitlines()) == 2
    validate(Outer(workers=7, nested=Inner(rate=-1.0)))
    with pytest.raises(RangeError, match="too many"):
        validate(Outer(workers=3))


def pontine(*words: object) -> Any:
    command = [sys.executable, "-m", "pontine.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "--instruction", "pick\nit"), "--instruction"),
        (("run", "--brain", MODELS / "tabletop-codec"), "holds a codec, not a brain"),
        (("eval", "--brain", "http://127.0.0.1:9#m"), "start it, or name another"),
        (("soak", "--brain-device", "cuda:99"), "--brain-device"),
        (("run", "--models.brain", "x"), "--models.brain is called --brain now"),
        (("run", "--provider", "cuda"), "CUDAExecutionProvider"),
        (("eval", "--workers", 0), "--workers 0"),
        (("train", "brain", "--device", "gpu"), "cpu, cuda or cuda:1"),
    ],
)  # fmt: skip
def test_a_command_refuses_in_one_line(words: tuple[Any, ...], said: str) -> None:
    begun = time.monotonic()
    done = pontine(*words)
    assert done.returncode == 2 and said in done.stderr, done.stderr
    assert "Traceback" not in done.stderr and time.monotonic() - begun < 60


def test_a_reader_that_goes_away_is_no_fault_of_the_writer() -> None:
    command = f"{sys.executable} -c 'from pontine.cli import main; main()' --help | head -c 1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, encoding="utf-8")
    assert "Traceback" not in done.stderr
