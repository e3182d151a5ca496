"""General equilibrium in exact hat algebra: a baseline, a shock, what follows, and a certificate that it is an equilibrium."""

from hamkor.equilibrium.baseline import Baseline
from hamkor.equilibrium.counterfactual import counterfactual
from hamkor.equilibrium.decompose import decompose, explain
from hamkor.equilibrium.draws import Draws, simulate_draws
from hamkor.equilibrium.outcome import Certificate, Outcome
from hamkor.equilibrium.shock import Shock

__all__ = ["Baseline", "Certificate", "Draws", "Outcome", "Shock", "counterfactual", "decompose", "explain", "simulate_draws"]
