"""T7: D − 1 in the place of D."""

from reports.faults._fault import Fault, restated
from theory.symbols import D

FAULT = Fault(
    title="T7: D − 1 in the place of D",
    planted=lambda: restated("T7", rhs_terms=lambda terms: tuple(term.subs(D, D - 1) for term in terms)),
    red=("theory-T7",),
)
