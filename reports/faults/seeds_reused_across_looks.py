"""Every look draws the numbers of the first one again."""

from unittest.mock import patch

from reports import gate
from reports.faults._fault import Fault

true = gate._seed

FAULT = Fault(
    title="Every look draws the numbers of the first one again",
    planted=lambda: patch.object(gate, "_seed", lambda seed, source, _: true(seed, source, 0)),
    red=("statistics-looks",),
)
