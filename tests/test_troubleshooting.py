"""docs/troubleshooting.md quotes the program: every quotation is looked up in the source."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("body", "episodes", "learning", "brain", "cerebellum", "sim", "pontine", "ros_ws/src")
LEAST = 8  # characters of a quotation that is no accident


@cache
def words() -> str:
    """Every string of the source, f-strings in their constant parts, one a line."""
    found: list[str] = []
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.append(node.value)
    return "\n".join(found)


def quotations() -> list[str]:
    """The backticked first cells of the page's tables."""
    rows = re.findall(r"^\| *`([^`]+)` *\|", (ROOT / "docs/troubleshooting.md").read_text(), re.M)
    return [row for row in rows if row.strip("- ")]


@pytest.mark.parametrize("said", quotations())
def test_what_the_page_quotes_stands_in_the_source(said: str) -> None:
    parts = [part.strip() for part in said.split("…") if part.strip()]
    assert max(map(len, parts)) >= LEAST, "too short to be found by"
    missing = [part for part in parts if part not in words()]
    assert not missing, f"no source says {missing}"
