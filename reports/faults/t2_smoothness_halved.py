"""T2: Lα²/4 in the place of Lα²/2."""

from sympy import Rational

from reports.faults._fault import Fault, restated, scaled

FAULT = Fault(
    title="T2: Lα²/4 in the place of Lα²/2",
    planted=lambda: restated("T2", rhs_terms=scaled(3, Rational(1, 2))),
    red=("theory-T2",),
)
