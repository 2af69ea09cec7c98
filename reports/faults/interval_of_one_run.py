"""The value of the first run in the place of an interval of the mean."""

from unittest.mock import patch

from reports import claims
from reports.faults._fault import Fault

FAULT = Fault(
    title="The value of the first run in the place of an interval of the mean",
    planted=lambda: patch.object(claims, "interval", lambda sample, _: (float(sample[0]), float(sample[0]))),
    red=(
        "statistics-coverage",
        "statistics-student",
    ),
)
