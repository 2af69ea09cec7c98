"""C14b: the rate for the linear device, with 4σ² in front of the asymptotic error."""

from theory.claims._linear_rate import linear_rate

CLAIM = linear_rate("C14b", "arXiv:2406.12774, Theorem 2", factor=4)
