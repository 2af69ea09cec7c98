"""What NumPy computes of each kind of expression, for those that read expressions at arrays."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sympy import Abs, Add, Expr, Mul, Pow, exp

OPERATIONS: Mapping[type[Expr], Callable[..., Any]] = {
    Add: lambda *terms: sum(terms),
    Mul: lambda *factors: math.prod(factors),
    Pow: np.power,
    Abs: np.abs,
    exp: np.exp,
}
"""By the parts of the expression; no other kind is known."""
