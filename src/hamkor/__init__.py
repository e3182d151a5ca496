"""Hamkor: an open workbench for regional economic integration.

>>> import hamkor as hk
>>> sorted(hk.brief("toyland", languages=["en"], formats=["html"]).files)
['brief.en.html', 'facts.json']
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hamkor.workbench import brief, check, facts, import_file, installed_regions, monitor, update, why, write

__all__ = [
    "brief", "check", "facts", "import_file", "installed_regions", "monitor", "update", "why", "write",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Return a verb of the workbench, imported when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module 'hamkor' has no attribute '{name}'")
    from hamkor import workbench

    return getattr(workbench, name)


def __dir__() -> list[str]:
    return sorted(__all__)
