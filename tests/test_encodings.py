"""Text is read and written as UTF-8, whatever the locale: every place in the source says so."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("body", "episodes", "learning", "brain", "cerebellum", "sim", "pontine", "benchmarks",
           "ros_ws/src")  # fmt: skip
PROCESSES = ("run", "Popen", "check_output")


def bare(tree: ast.AST) -> Iterator[int]:
    """Lines where text crosses a file or a pipe in the locale's encoding."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or any(k.arg == "encoding" for k in node.keywords):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if isinstance(node.func, ast.Name) and node.func.id == "open":
            texts = not _binary(node.args[1:])
        elif name == "open":  # of a path; others' take something else than a mode
            texts = not _binary(node.args) and not _of_another_kind(node)
        elif name in PROCESSES:
            texts = any(k.arg in ("text", "universal_newlines") for k in node.keywords)
        else:
            texts = name in ("read_text", "write_text")
        if texts:
            yield node.lineno


def _binary(arguments: list[ast.expr]) -> bool:
    mode = arguments[0] if arguments else None
    return isinstance(mode, ast.Constant) and "b" in str(mode.value)


def _of_another_kind(call: ast.Call) -> bool:
    """`Cache.open(folder)`, `Image.open(file)`, `writer.open()`."""
    if call.args and not isinstance(call.args[0], ast.Constant):
        return True
    return isinstance(call.func, ast.Attribute) and "writer" in ast.unparse(call.func.value)


@pytest.mark.parametrize("folder", SOURCES)
def test_text_has_an_encoding(folder: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for line in bare(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not found, 'say encoding="utf-8"'


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("p.read_text()", 1), ("p.read_text(encoding='utf-8')", 0), ("p.write_text(t)", 1),
        ("open(p)", 1), ("open(p, 'rb')", 0), ("p.open('a', newline='')", 1), ("p.open('r+b')", 0),
        ("Cache.open(folder)", 0), ("subprocess.run(c, text=True)", 1),
        ("subprocess.run(c, text=True, encoding='utf-8')", 0), ("subprocess.run(c)", 0),
    ],
)  # fmt: skip
def test_what_is_found(code: str, count: int) -> None:
    assert len(list(bare(ast.parse(code)))) == count
