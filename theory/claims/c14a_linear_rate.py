"""C14a: the rate for the linear device, with 2σ² in front of the asymptotic error."""

from theory.claims._linear_rate import linear_rate

CLAIM = linear_rate("C14a", "arXiv:2502.06309, eq. (21)", factor=2)
