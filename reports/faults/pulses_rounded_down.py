"""⌊|x|/Δw_min⌋ pulses in the place of ⌈|x|/Δw_min⌉."""

from unittest.mock import patch

import numpy as np

from reports.faults._fault import Fault

FAULT = Fault(
    title="⌊|x|/Δw_min⌋ pulses in the place of ⌈|x|/Δw_min⌉",
    planted=lambda: patch("simulation.fidelities.pulses.ceiling", np.floor),
    red=(
        "pulses-count",
        "pulses-response",
    ),
)
