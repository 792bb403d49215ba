"""`--help` shows the common options, `--help-all` every one of them."""

import pytest

from pontine import cli
from pontine.agent.stack import StackConfig
from pontine.commands.option_help import ABOUT, GROUPS, form, grouped
from pontine.commands.validation import settings

SCREEN = 40  # lines
COMMON = ("instruction", "seed", "scene", "policy", "out", "robot")


def helped(command: str, word: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as end:
        cli._call(command, [word])
    assert end.value.code in (0, None)
    return capsys.readouterr().out


@pytest.fixture(autouse=True)
def eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def test_the_help_of_run_fits_a_screen_and_begins_with_what_is_common(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shown = helped("run", "--help", capsys)
    assert len(shown.splitlines()) <= SCREEN
    panel, _, below = shown.partition("explains these too:")
    assert all(f"--{name} " in panel for name in COMMON)
    assert "--open-gate" not in panel and "--open-gate" in below
    assert helped("run", "-h", capsys) == shown


@pytest.mark.parametrize("command", ["run", "eval", "collect", "train brain"])
def test_all_help_explains_every_option_under_the_name_it_is_typed_by(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = helped(command, "--help-all", capsys)
    for setting in settings(cli.COMMANDS[command].settings()):
        assert f"{setting.option} " in shown or f"{setting.option}," in shown


def test_ablations_stand_apart_from_what_a_robot_needs(capsys: pytest.CaptureFixture[str]) -> None:
    shown = helped("run", "--help-all", capsys)
    ablations = shown.split("ablation options")[1].split("timing options")[0]
    assert "--mask" in ablations and ABOUT["ablation"][:30] in ablations
    assert "--provider" not in ablations


def test_groups_name_options_that_exist_once() -> None:
    known = {
        setting.path.rpartition(".")[2].split(".")[0]
        for command in ("eval", "collect")
        for setting in settings(cli.COMMANDS[command].settings())
    }
    named = [name for options in GROUPS.values() for name in options]
    assert len(named) == len(set(named)) and set(named) <= known
    assert set(ABOUT) == set(GROUPS)


def test_a_configuration_without_groups_is_shown_as_it_is() -> None:
    config = cli.COMMANDS["compare"].settings()
    assert not grouped(config) and form(config, everything=False) is config


def test_a_stack_alone_has_only_its_nested_options_apart() -> None:
    assert list(grouped(StackConfig)) == ["models"]
