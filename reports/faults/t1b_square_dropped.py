"""T1b: noise passes once through the larger gain, not twice."""

from reports.faults._fault import Fault, restated
from theory.symbols import q_bar

FAULT = Fault(
    title="T1b: noise passes once through the larger gain, not twice",
    planted=lambda: restated("T1b", rhs_terms=lambda terms: tuple(term / q_bar for term in terms)),
    red=("theory-T1b",),
)
