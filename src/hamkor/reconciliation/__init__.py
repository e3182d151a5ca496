"""Two records of a flow into one estimate with an interval and its reasons."""

from hamkor.reconciliation.additivity import balanced
from hamkor.reconciliation.evidence import Agreeing, agreeing, growth, links, sums
from hamkor.reconciliation.gaps import classified
from hamkor.reconciliation.reconcile import Reconciled, reconcile

__all__ = ["Agreeing", "Reconciled", "agreeing", "balanced", "classified", "growth", "links", "reconcile", "sums"]
