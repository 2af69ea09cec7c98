"""T8: half of what staleness costs."""

from sympy import Rational

from reports.faults._fault import Fault, restated, scaled

FAULT = Fault(
    title="T8: half of what staleness costs",
    planted=lambda: restated("T8", rhs_terms=scaled(3, Rational(1, 2))),
    red=("theory-T8",),
)
