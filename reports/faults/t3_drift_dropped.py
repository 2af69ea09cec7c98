"""T3: the asymptotic error is left out."""

from reports.faults._fault import Fault, restated

FAULT = Fault(
    title="T3: the asymptotic error is left out",
    planted=lambda: restated("T3", rhs_terms=lambda terms: terms[:2]),
    red=("theory-T3",),
)
