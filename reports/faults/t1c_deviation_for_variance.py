"""T1c: σ in the place of σ²."""

from sympy import sqrt

from reports.faults._fault import Fault, restated
from theory.symbols import v

FAULT = Fault(
    title="T1c: σ in the place of σ²",
    planted=lambda: restated("T1c", rhs_terms=lambda terms: tuple(term.subs(v, sqrt(v)) for term in terms)),
    red=("theory-T1c",),
)
