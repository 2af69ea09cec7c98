"""T3: Δ/(αK) in the place of 2Δ/(αK)."""

from sympy import Rational

from reports.faults._fault import Fault, restated, scaled

FAULT = Fault(
    title="T3: Δ/(αK) in the place of 2Δ/(αK)",
    planted=lambda: restated("T3", rhs_terms=scaled(0, Rational(1, 2))),
    red=("theory-T3",),
)
