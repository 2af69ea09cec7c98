"""T5 and T6: the biases of the two batch rules exchanged."""

from collections.abc import Iterator
from contextlib import contextmanager

import theory
from reports.faults._fault import Fault, restated


@contextmanager
def planted() -> Iterator[None]:
    """Each with the right-hand side of the other."""
    first, second = theory.STATEMENTS["T5"], theory.STATEMENTS["T6"]
    with restated("T5", rhs_terms=lambda _: second.rhs_terms), restated("T6", rhs_terms=lambda _: first.rhs_terms):
        yield


FAULT = Fault(
    title="T5 and T6: the biases of the two batch rules exchanged",
    planted=planted,
    red=(
        "theory-T5",
        "theory-T6",
    ),
)
