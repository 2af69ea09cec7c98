"""What has been published in the place of several statements: for comparison only, nothing here is certified."""

from sympy import sqrt

from theory.counterpart import Counterpart
from theory.symbols import Delta, K, L, s_bar, sigma

LINEAR_DEVICE_RATES = tuple(
    Counterpart(
        source=source,
        text=f"at a step size of its own, for bounded saturation: rate 4/(1−s̄²), asymptotic error {factor}σ²s̄²/(1−s̄²)",
        rhs=(4 * sqrt(Delta * sigma**2 * L / K) + factor * sigma**2 * s_bar**2) / (1 - s_bar**2),
        device="asymmetric_linear",
    )
    for source, factor in (("arXiv:2502.06309, eq. (21)", 2), ("arXiv:2406.12774, Theorem 2", 4))
)
ASYNCHRONOUS = Counterpart(
    source="arXiv:2410.15155",
    text="asynchronous pipeline: O(ε⁻²+ε⁻¹) iterations to ε above the asymptotic error, leading term as digital SGD's",
)
SYNCHRONOUS = Counterpart(
    source="arXiv:2410.15155",
    text="synchronous pipeline: the leading term of digital SGD above the asymptotic error",
)
