"""T3: F in the place of q̄ in the noise that is amplified."""

from reports.faults._fault import Fault, restated
from theory.averages import gain_variance, symmetric_variance

EXCHANGED = (gain_variance, symmetric_variance)

FAULT = Fault(
    title="T3: F in the place of q̄ in the noise that is amplified",
    planted=lambda: restated(
        "T3", rhs_terms=lambda terms: tuple(term.subs(gain_variance, symmetric_variance) for term in terms)
    ),
    red=("theory-T3",),
)
