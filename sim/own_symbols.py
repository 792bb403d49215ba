"""Triton and Mesa in one process: each has an LLVM, and Triton is to use its own.

Mesa draws with libLLVM, whose symbols are visible to everything that is loaded later. Triton comes
with PyTorch's CUDA builds and contains an LLVM of another version. Imported after the first picture
(PyTorch does so when transformers is imported) it is bound to Mesa's: a segmentation fault.
RTLD_DEEPBIND makes it look for each symbol in itself first (dlopen(3)).
"""

import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ExtensionFileLoader, ModuleSpec, PathFinder
from types import ModuleType

LIBRARY = "triton._C.libtriton"


class _DeepBound(ExtensionFileLoader):
    def create_module(self, spec: ModuleSpec) -> ModuleType:
        flags = sys.getdlopenflags()
        sys.setdlopenflags(flags | os.RTLD_DEEPBIND)
        try:
            return super().create_module(spec)
        finally:
            sys.setdlopenflags(flags)


class OwnSymbols(MetaPathFinder):
    """Finds Triton's library, where it is installed, and nothing else."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != LIBRARY:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and isinstance(spec.loader, ExtensionFileLoader):
            spec.loader = _DeepBound(spec.loader.name, spec.loader.path)
        return spec


def keep_apart() -> None:
    """Called before anything draws; costs nothing where Triton is never imported."""
    known = any(isinstance(finder, OwnSymbols) for finder in sys.meta_path)
    if hasattr(os, "RTLD_DEEPBIND") and not known:  # glibc alone has it, and Mesa's trouble
        sys.meta_path.insert(0, OwnSymbols())
