"""The one place that knows every stage: it reads, runs the stages over tables, and writes what they return.

One module a verb; a verb is imported when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hamkor.workbench.briefs import FORMATS, Brief, brief
    from hamkor.workbench.chains import facts, nearest_fact, printed, why
    from hamkor.workbench.checks import Checked, check
    from hamkor.workbench.earlier import region_of
    from hamkor.workbench.estimates import (
        Estimated,
        actual_picture,
        coefficient_picture,
        estimate_file,
        read_frame,
        residual_picture,
    )
    from hamkor.workbench.files import read_file, write
    from hamkor.workbench.flow_reasons import why_flow
    from hamkor.workbench.indices import Indexed, index, index_bytes, index_definitions
    from hamkor.workbench.measures import Measured, indicators, measure, measured_bytes
    from hamkor.workbench.monitors import Monitored, monitor, monitor_bytes, revisions
    from hamkor.workbench.panels import Panel, panel, panel_bytes
    from hamkor.workbench.path_files import path_bytes
    from hamkor.workbench.paths import Paths, path
    from hamkor.workbench.reconciled import Agreed, reconcile, reconciled_bytes
    from hamkor.workbench.updates import guessed, import_file, known_sources, previewed, rebuild, update
    from hamkor.workbench.workspaces import Workspace, installed_regions, workspace

_HOMES = {
    "Checked": "checks",
    "check": "checks",
    "Estimated": "estimates",
    "actual_picture": "estimates",
    "coefficient_picture": "estimates",
    "estimate_file": "estimates",
    "read_frame": "estimates",
    "residual_picture": "estimates",
    "read_file": "files",
    "FORMATS": "briefs",
    "Brief": "briefs",
    "brief": "briefs",
    "facts": "chains",
    "nearest_fact": "chains",
    "printed": "chains",
    "why": "chains",
    "region_of": "earlier",
    "write": "files",
    "Indexed": "indices",
    "index": "indices",
    "index_bytes": "indices",
    "index_definitions": "indices",
    "Measured": "measures",
    "indicators": "measures",
    "measure": "measures",
    "measured_bytes": "measures",
    "Monitored": "monitors",
    "monitor": "monitors",
    "monitor_bytes": "monitors",
    "revisions": "monitors",
    "Panel": "panels",
    "panel": "panels",
    "panel_bytes": "panels",
    "path_bytes": "path_files",
    "Paths": "paths",
    "path": "paths",
    "Agreed": "reconciled",
    "reconcile": "reconciled",
    "reconciled_bytes": "reconciled",
    "why_flow": "flow_reasons",
    "guessed": "updates",
    "import_file": "updates",
    "known_sources": "updates",
    "previewed": "updates",
    "rebuild": "updates",
    "update": "updates",
    "Workspace": "workspaces",
    "installed_regions": "workspaces",
    "workspace": "workspaces",
}
__all__ = [
    "FORMATS",
    "Agreed",
    "Brief",
    "Checked",
    "Estimated",
    "Indexed",
    "Measured",
    "Monitored",
    "Panel",
    "Paths",
    "Workspace",
    "actual_picture",
    "brief",
    "check",
    "coefficient_picture",
    "estimate_file",
    "facts",
    "guessed",
    "import_file",
    "index",
    "index_bytes",
    "index_definitions",
    "indicators",
    "installed_regions",
    "known_sources",
    "measure",
    "measured_bytes",
    "monitor",
    "monitor_bytes",
    "nearest_fact",
    "panel",
    "panel_bytes",
    "path",
    "path_bytes",
    "previewed",
    "printed",
    "read_file",
    "read_frame",
    "rebuild",
    "reconcile",
    "reconciled_bytes",
    "region_of",
    "residual_picture",
    "revisions",
    "update",
    "why",
    "why_flow",
    "workspace",
    "write",
]


def __getattr__(name: str) -> Any:
    """Return what one of the modules offers."""
    if name not in _HOMES:
        raise AttributeError(f"module 'hamkor.workbench' has no attribute '{name}'")
    return getattr(import_module(f"hamkor.workbench.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
