"""T3-rate: 2 in the place of 2√2."""

from sympy import sqrt

from reports.faults._fault import Fault, restated, scaled

FAULT = Fault(
    title="T3-rate: 2 in the place of 2√2",
    planted=lambda: restated("T3-rate", rhs_terms=scaled(0, 1 / sqrt(2))),
    red=("theory-T3-rate",),
)
