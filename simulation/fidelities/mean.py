"""The mean dynamics: the whole change in one step, with the gain that the cell has before it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulation import _loops
from simulation._arrays import FloatArray
from simulation._compiled import KERNELS, Kernel
from simulation.devices._response import Gains, Response
from simulation.fidelities._fidelity import UpdateRule
from simulation.update import analog_update, step


@dataclass(frozen=True, kw_only=True, eq=False)
class Fidelity(UpdateRule):
    """w + x·F(w) − |x|·G(w), the model of the theory.

    Raises:
        ValueError: if `kernel` is unknown, or 'numba' and numba is not installed; from `update`, if it is 'numba'
            and the device is not made of operations that have the same bits everywhere.

    Source: arXiv:2410.15155, section 2.
    """

    kernel: Kernel = "auto"
    """What computes it: 'numpy', 'numba' (extra `fast`) or whichever is faster. The numbers are the same."""

    def __post_init__(self) -> None:
        """Validate the kernel."""
        if self.kernel not in KERNELS:
            raise ValueError(f"kernel must be one of {list(KERNELS)}, got {self.kernel!r}")
        if self.kernel == "numba" and not _loops.available():
            raise ValueError("kernel can be 'numba' only if it is installed (pip install 'aimc-pipeline[fast]')")

    @property
    def formula(self) -> Callable[[Any, Any, Any, Gains], Any] | None:
        """That of `analog_update`, unless numpy is asked for."""
        return None if self.kernel == "numpy" else step

    def update(
        self,
        device: Response,
        weights: FloatArray,
        change: FloatArray,
        *,
        gains: Gains | None = None,
        rng: np.random.Generator | None = None,
        out: FloatArray | None = None,
    ) -> FloatArray:
        """`analog_update`; draws nothing. `out`, which may be `weights` itself, receives the result if given."""
        return analog_update(device, weights, change, gains=gains, out=out, kernel=self.kernel)
