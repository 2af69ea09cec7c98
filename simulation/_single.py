"""A generator whose normal, uniform and exponential numbers are single precision unless asked otherwise."""

from typing import Any

import numpy as np

from simulation._normals import FastGenerator


class SingleGenerator(FastGenerator):
    """Draws are half as large and no slower, and no noise or problem need know: it asks its generator as ever.

    The numbers are those of NumPy's own single-precision methods: exact up to rounding, of 24 bits.
    """

    def standard_normal(self, size: Any = None, dtype: Any = np.float32, out: Any = None) -> Any:
        """As in NumPy."""
        return super().standard_normal(size, dtype, out)

    def random(self, size: Any = None, dtype: Any = np.float32, out: Any = None) -> Any:
        """As in NumPy."""
        return super().random(size, dtype, out)

    def standard_exponential(
        self, size: Any = None, dtype: Any = np.float32, method: Any = "zig", out: Any = None
    ) -> Any:
        """As in NumPy."""
        return super().standard_exponential(size, dtype, method, out)
