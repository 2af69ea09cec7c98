"""Bisection of many functions at once."""

from collections.abc import Callable

import numpy as np

from theory.predictions._checks import FloatArray

# Each halving gains a bit: after these the bracket is narrower than the spacing of float64 at its larger end.
HALVINGS = 54


class NoBracket(ValueError):
    """The ends of an interval do not enclose a change of sign."""


def bisect(function: Callable[[FloatArray], FloatArray], lower: FloatArray, upper: FloatArray) -> FloatArray:
    """The point of each interval at which the function changes sign; error ≤ 2⁻⁵⁴ of the interval, and rounding.

    `function` maps an array to an array of its shape, entry by entry. An end at which it vanishes is a solution.

    Raises:
        NoBracket: naming the first interval at whose ends the function has the same sign.
    """
    left, right = function(lower), function(upper)
    if np.any(same := np.sign(left) * np.sign(right) > 0):
        first = tuple(int(i) for i in np.argwhere(same)[0])
        raise NoBracket(
            f"the bracket must enclose a sign change; at index {first}, [{lower[first]}, {upper[first]}] has "
            f"values {left[first]} and {right[first]}"
        )
    low, high = lower, upper
    side = np.where(left == 0, -np.sign(right), np.sign(left))  # an end that vanishes counts as on the other side
    for _ in range(HALVINGS):
        middle = low + (high - low) / 2
        before = np.sign(function(middle)) == side
        low, high = np.where(before, middle, low), np.where(before, high, middle)
    return np.where(left == 0, lower, np.where(right == 0, upper, low + (high - low) / 2))
