"""Two-point noise g = ±√(h²+σ²): E|h+n| = √(h²+σ²), the largest that the variance allows (T4)."""

from sympy import sqrt

from theory.predictions._folded import FoldedNoise
from theory.symbols import h, v

NOISE = FoldedNoise(title="two-point noise of constant magnitude", folded_mean=sqrt(h**2 + v))
