"""What has been published in the place of several statements: for comparison only, nothing here is certified."""

from sympy import Abs, sqrt

from theory.counterpart import Counterpart
from theory.operators import Total
from theory.symbols import Delta, F, F_max, G, K, L, M, alpha, f, h, s_bar, sigma, v

LINEAR_DEVICE_RATES = tuple(
    Counterpart(
        source=source,
        text=f"at a step size of its own, for bounded saturation: rate 4/(1−s̄²), asymptotic error {factor}σ²s̄²/(1−s̄²)",
        rhs=(4 * sqrt(Delta * sigma**2 * L / K) + factor * sigma**2 * s_bar**2) / (1 - s_bar**2),
        device="asymmetric_linear",
    )
    for source, factor in (("arXiv:2502.06309, eq. (21)", 2), ("arXiv:2406.12774, Theorem 2", 4))
)
ONE_STEP = Counterpart(
    source="arXiv:2502.06309, eq. (72)",
    text="for α ≤ 1/(4 L F_max), with the largest G²/F of all coordinates in the place of each",
    rhs=f
    - alpha / (2 * F_max) * Total(M * h**2)
    + alpha**2 * L * F_max**2 * Total(v)
    + alpha * Total(G**2 / F * v)
    - alpha / (8 * F_max) * Total((F * h + G * Abs(h)) ** 2),
)
ASYNCHRONOUS = Counterpart(
    source="arXiv:2410.15155",
    text="asynchronous pipeline: O(ε⁻²+ε⁻¹) iterations to ε above the asymptotic error, leading term as digital SGD's",
)
SYNCHRONOUS = Counterpart(
    source="arXiv:2410.15155",
    text="synchronous pipeline: the leading term of digital SGD above the asymptotic error",
)
