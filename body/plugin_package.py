"""A file with its folder as a package of its own: it finds the files beside it, nobody else does.

Names of siblings are rewritten as they are imported, `import helper` to `from PACKAGE import
helper`, so that two files may have siblings of one name in one process, and an import within a
function finds its own, whenever it is run.
"""

import ast
import sys
from collections.abc import Sequence
from hashlib import sha256
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType

from body.plugin_sources import is_library, sibling

PREFIX = "pontine_plugin_"
FILES: set[str] = set()  # of what was added and run, in this process
_folders: dict[str, Path] = {}  # of the packages


def run(path: Path) -> ModuleType:
    """The module of the file at `path`, an absolute path; it and its siblings are run anew."""
    package = PREFIX + sha256(str(path).encode()).hexdigest()[:12]
    for name in [n for n in sys.modules if n == package or n.startswith(f"{package}.")]:
        del sys.modules[name]
    _folders[package] = path.parent
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
    sys.modules[package] = ModuleType(package)
    sys.modules[package].__path__ = []
    spec = _spec(f"{package}.{path.stem}", path, package)
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    assert spec.loader is not None
    spec.loader.exec_module(module)
    return module


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        package, _, name = fullname.partition(".")
        if package not in _folders or not name:
            return None
        file = sibling(_folders[package], name)
        if file is None:
            return None
        if file.is_dir():
            spec = ModuleSpec(fullname, None, is_package=True)
            spec.submodule_search_locations = []
            return spec
        return _spec(fullname, file, package)


def _spec(name: str, file: Path, package: str) -> ModuleSpec:
    FILES.add(str(file))
    inside: list[str] | None = [] if file.name == "__init__.py" else None
    loader = _Loader(name, str(file), package)
    spec = spec_from_file_location(name, file, loader=loader, submodule_search_locations=inside)
    assert spec is not None
    return spec


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, package: str) -> None:
        super().__init__(name, path)
        self._package = package

    def get_code(self, fullname: str) -> CodeType:
        """Compiled each time: kept bytecode has other imports, and may be older."""
        tree = ast.parse(self.get_data(self.path), self.path)
        renamed = _Renamed(self._package, _folders[self._package]).visit(tree)
        code: CodeType = compile(renamed, self.path, "exec", dont_inherit=True)
        return code


class _Renamed(ast.NodeTransformer):
    def __init__(self, package: str, folder: Path) -> None:
        self._package, self._folder = package, folder
        self._alone = is_library(folder)

    def visit_Import(self, node: ast.Import) -> list[ast.stmt]:
        return [statement for alias in node.names for statement in self._imports(node, alias)]

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom:
        if not node.level and node.module and self._own(node.module):
            node.module = f"{self._package}.{node.module}"
        return node

    def _imports(self, node: ast.Import, alias: ast.alias) -> list[ast.stmt]:
        if not self._own(alias.name):
            return [ast.copy_location(ast.Import([alias]), node)]
        parents, _, last = f"{self._package}.{alias.name}".rpartition(".")
        if alias.asname:
            return [_from(node, parents, last, alias.asname)]
        top = alias.name.partition(".")[0]
        found = [_from(node, self._package, top, top)]
        if "." in alias.name:  # binds the first name, and runs the last
            found.insert(0, _from(node, parents, last, "_pontine_sibling"))
        return found

    def _own(self, name: str) -> bool:
        return not self._alone and sibling(self._folder, name.partition(".")[0]) is not None


def _from(node: ast.stmt, module: str, name: str, called: str) -> ast.stmt:
    made = ast.ImportFrom(module, [ast.alias(name, called)], 0)
    return ast.fix_missing_locations(ast.copy_location(made, node))
