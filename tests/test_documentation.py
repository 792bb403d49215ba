"""The documentation holds together: links lead somewhere, and commands have the options shown."""

import re
import shlex
from pathlib import Path

import pytest

from pontine.cli import COMMANDS
from pontine.commands.option_help import HELP
from pontine.commands.training import TrainCommand
from pontine.commands.validation import settings

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("models/*/README.md")])
TWO_SCREENS = 100  # lines
PICTURE = 150_000  # bytes


def anchors(page: Path) -> set[str]:
    """What GitHub calls the headings of a page."""
    heads = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    bare = [re.sub(r"[^\w\- ]", "", head.strip().lower()) for head in heads]
    return {head.replace(" ", "-") for head in bare}


def spoken(text: str) -> list[str]:
    """The command lines of `pontine` in code blocks and in backticks."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    quoted = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    lines += [words.replace("\\|", "|") for words in quoted]
    return [
        line.partition("pontine ")[2]
        for line in lines
        if re.match(r"\s*(\.venv/bin/)?pontine [a-z]", line)
    ]


def faults(line: str) -> list[str]:
    """Options of a command line that its command does not have."""
    words = shlex.split(line, comments=True)
    name = next((n for n in (" ".join(words[:2]), words[0]) if n in COMMANDS), None)
    if name is None:  # "train", "data" or "ros" alone, or words about a command that is not ours
        return []
    command = COMMANDS[name]
    if isinstance(command, TrainCommand):
        command, words = command.of_suite(words)
    known = {setting.option for setting in settings(command.settings())} | HELP
    known |= {f"--no-{option[2:]}" for option in known if option.startswith("--")}
    return [word for word in words if word.startswith("--") and word not in known]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files_and_headings(page: Path) -> None:
    for target, heading in re.findall(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)", page.read_text()):
        if target.startswith("http"):
            continue
        there = (page.parent / target) if target else page
        assert there.exists(), f"{page.name} points to {target}"
        if heading and there.suffix == ".md":
            assert heading in anchors(there), f"{page.name} points to {target}#{heading}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_have_the_options_that_are_shown(page: Path) -> None:
    wrong = {line: found for line in spoken(page.read_text()) if (found := faults(line))}
    assert not wrong


def test_an_option_that_is_not_there_is_found() -> None:
    assert faults('run --instruction "lift it" --turbo') == ["--turbo"]
    assert faults("eval --no-prefix --suite metaworld  # --whatever") == []
    assert faults("train brain --suite metaworld --codec bins --stills 3") == ["--stills"]


def test_the_readme_is_two_screens_with_a_small_picture() -> None:
    text = (ROOT / "README.md").read_text()
    assert len(text.splitlines()) <= TWO_SCREENS
    [picture] = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text)
    assert (ROOT / picture).stat().st_size < PICTURE
