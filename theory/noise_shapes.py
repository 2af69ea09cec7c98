"""The shape of a noise: the κ and ζ for which (E|h+n|)² ≤ ζh² + κσ², which T4b turns into a smaller asymptotic term.

Any noise allows κ = ζ = 1, and no noise of variance σ² less than κ = (E|n|)²/σ² (put h = 0). Source: this project.
"""

from dataclasses import dataclass
from functools import cache

from sympy import Derivative, Integer, Limit, Rational, erf, exp, oo, pi, sqrt

from theory.complexity import Derived, Equality
from theory.predictions._checks import positive
from theory.predictions._notation import table_symbol
from theory.predictions.noises.gaussian import NOISE as GAUSSIAN
from theory.symbols import h, v

_ratio, _deviation = table_symbol("gradient_ratio", "positive"), table_symbol("noise_deviation", "positive")
"""x = h/σ > 0 (E|h+n| is even in h), and σ."""

DIGITS = 60
"""The chord of a short interval is a difference of nearly equal numbers; float64 keeps 16 digits of the result."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """(E|h+n|)² ≤ ζh² + κσ² for every |h| up to `largest_gradient`."""

    kappa: float
    zeta: float
    largest_gradient: float
    """Infinite if it holds for every h [gradient units]."""


@cache
def gaussian() -> Derived:
    """κ = 2/π with ζ = 1: (E|h+n|)² is convex in h², its slope tends to 1, so it stays below h² + its value at 0."""
    x = _ratio
    size, density, mass = GAUSSIAN.folded_mean.subs({h: x, v: 1}), exp(-(x**2) / 2) / sqrt(2 * pi), erf(x / sqrt(2))
    slope, sign = size * mass / x, 2 * density * x + (x**2 - 1) * mass
    steps = (
        Equality(
            text="E|h+n| is σ times a function a of x = h/σ",
            lhs=GAUSSIAN.folded_mean.subs({h: x * _deviation, v: _deviation**2}),
            rhs=_deviation * size,
        ),
        Equality(text="whose derivative is erf(x/√2)", lhs=Derivative(size, x), rhs=mass),
        Equality(
            text="the slope of a² as a function of x² is a·erf(x/√2)/x", lhs=Derivative(size**2, x) / (2 * x), rhs=slope
        ),
        Equality(
            text="it has a derivative of the sign of P = 2φx + (x²−1)erf(x/√2), φ the normal density",
            lhs=Derivative(slope, x),
            rhs=2 * density * sign / x**2,
        ),
        Equality(text="P vanishes at 0", lhs=sign.subs(x, 0), rhs=Integer(0)),
        Equality(text="and increases: a² is convex in x²", lhs=Derivative(sign, x), rhs=2 * x * mass),
        Equality(text="the slope tends to 1, so it is at most 1", lhs=Limit(slope, x, oo), rhs=Integer(1)),
        Equality(text="at h = 0 a² is 2/π", lhs=size.subs(x, 0) ** 2, rhs=2 / pi),
    )
    return Derived(name="κ of Gaussian noise with ζ = 1", unit="1", value=2 / pi, steps=steps)


def gaussian_chord(largest_gradient: float, noise_variance: float) -> Shape:
    """The chord of the convex (E|h+n|)² over h² from 0 to the largest gradient, where it is attained (T4b-sharp).

    Raises ValueError unless both numbers are finite and > 0.
    """
    largest = float(positive("largest_gradient", largest_gradient))
    variance = float(positive("noise_variance", noise_variance))
    kappa, size = gaussian().value, GAUSSIAN.folded_mean.subs({h: Rational(largest), v: Rational(variance)})
    zeta = ((size**2 - kappa * Rational(variance)) / Rational(largest) ** 2).evalf(DIGITS)
    return Shape(kappa=float(kappa), zeta=float(zeta), largest_gradient=largest)
