"""E|h + n| without the part that grows with the gradient."""

from unittest.mock import patch

import numpy as np

from reports.faults._fault import Fault
from theory.predictions import FoldedNoise

FAULT = Fault(
    title="E|h + n| without the part that grows with the gradient",
    planted=lambda: patch.object(
        FoldedNoise, "at", lambda _, gradient, variance: np.sqrt(2 * np.asarray(variance) / np.pi)
    ),
    red=("noises-gaussian-magnitude",),
)
