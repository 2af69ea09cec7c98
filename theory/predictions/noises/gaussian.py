"""Gaussian noise: E|h+n| = σ√(2/π) e^{−h²/2σ²} + h·erf(h/(σ√2)), the mean of the folded normal distribution."""

from sympy import erf, exp, pi, sqrt

from theory.predictions._folded import FoldedNoise
from theory.symbols import h, v

NOISE = FoldedNoise(
    title="Gaussian noise",
    folded_mean=sqrt(2 * v / pi) * exp(-(h**2) / (2 * v)) + h * erf(h / sqrt(2 * v)),
)
