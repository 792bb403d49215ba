"""Triton's library sees its own symbols, whatever was made visible to all before it."""

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("own_symbols.c")
MESA, TRITON = 15, 23  # versions of the LLVM that each has
IMPORT = """
import ctypes, sys
if "apart" in sys.argv:
    import sim
ctypes.CDLL(sys.argv[1] + "/libLLVM.so", mode=ctypes.RTLD_GLOBAL)
sys.path.insert(0, sys.argv[1])
from triton._C import libtriton
print(libtriton.LLVM)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a library that is visible to all, and a package whose library has the same symbol."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler to make two libraries with")
    headers = Path(sysconfig.get_path("include"))
    if not (headers / "Python.h").exists():
        pytest.skip("no headers of Python to make a module with")
    made = tmp_path_factory.mktemp("libraries")
    package = made / "triton" / "_C"
    package.mkdir(parents=True)
    for init in (package.parent, package):
        (init / "__init__.py").touch()
    shared = [compiler, "-shared", "-fPIC", f"-I{headers}", SOURCE, "-o"]
    subprocess.run([*shared, made / "libLLVM.so", f"-DVERSION={MESA}", "-DONLY_SYMBOL"], check=True)
    subprocess.run([*shared, package / "libtriton.so", f"-DVERSION={TRITON}"], check=True)
    return made


@pytest.mark.parametrize(("word", "seen"), [("apart", TRITON), ("together", MESA)])
def test_triton_is_bound_to_its_own_symbols_where_sim_was_imported(
    folder: Path, word: str, seen: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORT, str(folder), word], capture_output=True, text=True,
        cwd=Path(__file__).parents[2], check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == seen
