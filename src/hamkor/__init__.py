"""Hamkor: an open workbench for regional economic integration.

>>> import hamkor as hk
>>> sorted(hk.brief("toyland", languages=["en"], formats=["html"]).files)
['brief.en.html', 'facts.json']
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hamkor.gravity import estimate, estimate_many
    from hamkor.workbench import (
        brief,
        check,
        facts,
        import_file,
        index,
        installed_regions,
        measure,
        monitor,
        panel,
        path,
        reconcile,
        update,
        why,
        write,
    )

__all__ = [
    "brief", "check", "estimate", "estimate_many", "facts", "import_file", "index", "installed_regions", "measure", "monitor",
    "panel", "path", "reconcile", "update", "why", "write",
]  # fmt: skip


_MODELS = ("equilibrium", "gravity")
"""Stages that are used as they are: `hk.equilibrium.counterfactual`."""


def __getattr__(name: str) -> Any:
    """Return a verb of the workbench, or a model, imported when it is first asked for."""
    if name in _MODELS:
        return import_module(f"hamkor.{name}")
    if name in ("estimate", "estimate_many"):
        return getattr(import_module("hamkor.gravity"), name)
    if name not in __all__:
        raise AttributeError(f"module 'hamkor' has no attribute '{name}'")
    from hamkor import workbench

    return getattr(workbench, name)


def __dir__() -> list[str]:
    return sorted([*__all__, *_MODELS])
