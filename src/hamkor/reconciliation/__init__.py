"""Two records of a flow into one estimate with an interval and its reasons."""

from hamkor.reconciliation.additivity import balanced
from hamkor.reconciliation.gaps import classified
from hamkor.reconciliation.reconcile import Reconciled, reconcile

__all__ = ["Reconciled", "balanced", "classified", "reconcile"]
