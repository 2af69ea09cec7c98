"""T8: the asymptotic error without its factor 1 + u."""

from reports.faults._fault import Fault, restated, scaled
from theory.symbols import young

FAULT = Fault(
    title="T8: the asymptotic error without its factor 1 + u",
    planted=lambda: restated("T8", rhs_terms=scaled(2, 1 / (1 + young))),
    red=("theory-T8",),
)
