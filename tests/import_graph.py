"""Which of our modules imports which, read from the sources."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

Graph = Mapping[str, set[str]]


def modules(roots: Mapping[Path, tuple[str, ...]]) -> dict[str, Path]:
    """Full name -> file, of everything in the packages of each root folder."""
    found = {}
    for root, packages in roots.items():
        for path in (path for package in packages for path in (root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def import_graph(files: Mapping[str, Path]) -> dict[str, set[str]]:
    """Module -> those of `files` that it imports, within functions and for type checking too.

    Who imports `a.b.c` runs the `__init__` of `a` and of `a.b`, unless it lies in them itself.
    """
    return {name: set(_imports(name, files)) for name in files}


def _imports(name: str, files: Mapping[str, Path]) -> Iterator[str]:
    for target in _targets(ast.parse(files[name].read_text()), files):
        parts = target.split(".")
        for end in range(1, len(parts) + 1):
            module = ".".join(parts[:end])
            own = name == module or (end < len(parts) and name.startswith(f"{module}."))
            if module in files and not own:
                yield module


def _targets(tree: ast.Module, files: Mapping[str, Path]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in files else str(node.module)


def circles(graph: Graph) -> list[set[str]]:
    """Groups of modules of which each imports every other, at some remove.

    They are those that reach each other, found by what each reaches.
    """
    reached = {name: _reach(name, graph) for name in graph}
    found: list[set[str]] = []
    for name in graph:
        if name in reached[name] and not any(name in circle for circle in found):
            found.append({other for other in reached[name] if name in reached[other]})
    return found


def _reach(name: str, graph: Graph) -> set[str]:
    reached, ahead = set[str](), [name]
    while ahead:
        fresh = graph[ahead.pop()] - reached
        reached |= fresh
        ahead += fresh
    return reached
