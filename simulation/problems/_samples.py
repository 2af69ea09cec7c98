"""The fields of a softmax regression, with stages and without."""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from simulation._arrays import FloatArray, IntArray
from simulation.problems._problem import Constants


@dataclass(frozen=True, kw_only=True, eq=False)
class SampleFields:
    """Base of both; each checks them."""

    features: FloatArray
    """x_i, shape (n, features)."""
    labels: IntArray
    """y_i, shape (n,)."""
    batch: int
    """Samples a mini-batch, drawn with replacement."""
    classes: int = 10
    """Number of classes."""
    bias: bool = True
    """Whether a constant 1 is appended to each sample."""
    initial: FloatArray = field(default_factory=lambda: np.zeros(1))
    """W_0, broadcasts with (settings, runs, dimension) [weight units]."""
    constants: ClassVar[Constants] = "exact"
    """L is proved (with stages L_Φ, too), and the lower bound of f."""
    optimal_value: ClassVar[float] = 0.0
    """A rigorous lower bound of f (not the minimum)."""
