"""No noise: E|h+n| = |h|, whatever variance is given."""

from sympy import Abs

from theory.predictions._folded import FoldedNoise
from theory.symbols import h

NOISE = FoldedNoise(title="no noise", folded_mean=Abs(h))
