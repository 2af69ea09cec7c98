"""T3: the gap at the start is used but not assumed."""

from reports.faults._fault import Fault, restated
from theory.assumptions import GAP

FAULT = Fault(
    title="T3: the gap at the start is used but not assumed",
    planted=lambda: restated("T3", assumptions=lambda given: tuple(a for a in given if a != GAP)),
    red=("theory-T3",),
)
