"""Keeps Gradio from writing type stubs while it is imported: half of its six seconds, and files beside its own source.

Gradio parses the source of every component and renders a `.pyi` for editors; nothing at run time reads them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

_MODULE, _FUNCTION = "gradio.component_meta", "create_or_modify_pyi"


class _Finder(MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != _MODULE:
            return None
        sys.meta_path.remove(self)
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            run = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                run(module)
                setattr(module, _FUNCTION, _written)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def skip() -> None:
    """Call it before the first import of Gradio; later it does nothing."""
    if _MODULE not in sys.modules and not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


def _written(*_: object) -> None:
    """In the place of the function that writes the stubs of one component."""
