"""Structural gravity: PPML with exporter, importer and pair effects, its errors and what follows from it."""

from hamkor.gravity.estimate import estimate, estimate_many
from hamkor.gravity.fit import Fit
from hamkor.gravity.instruments import Instrumented, control_function
from hamkor.gravity.solve import NotConverged

__all__ = ["Fit", "Instrumented", "NotConverged", "control_function", "estimate", "estimate_many"]
