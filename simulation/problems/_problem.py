"""What a problem is: an objective with known constants, and a stochastic gradient with known moments."""

from abc import ABC, abstractmethod
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from simulation._arrays import FloatArray
from simulation.noises._noise import NoiseModel

Constants = Literal["exact", "estimated"]


class Moments(NamedTuple):
    """Exact moments of the signal at weights of shape (settings, runs, dimension)."""

    objective: FloatArray
    """f(W), shape (settings, runs) [objective units]."""
    gradient: FloatArray
    """h = ∇f(W) = E g, shape (settings, runs, dimension) [objective / weight units]."""
    noise_variance: FloatArray
    """σ_d² = Var g_d of the signal that is used, broadcasts with the gradient [gradient units²]."""


class StochasticProblem(Protocol):
    """f with a stochastic gradient. Weights have shape (settings, runs, dimension) throughout."""

    @property
    def dimension(self) -> int:
        """Number of coordinates D."""

    @property
    def smoothness(self) -> float:
        """L, a Lipschitz constant of ∇f; never smaller than the true one if `constants` is 'exact'."""

    @property
    def optimal_value(self) -> float:
        """f*, or a lower bound of f; the class says which."""

    @property
    def constants(self) -> Constants:
        """Whether `smoothness` and `optimal_value` are proved ('exact') or found numerically."""

    @property
    def initial(self) -> FloatArray:
        """W_0, of a shape that broadcasts with (settings, runs, dimension) [weight units]."""

    def draw(self, rng: np.random.Generator, runs: int) -> NDArray[Any]:
        """Raw randomness of one step for all runs; its first axis has length `runs`."""

    def signal(self, weights: FloatArray, raw: NDArray[Any]) -> FloatArray:
        """Stochastic gradient g (settings, runs, dimension) for that randomness, in an array of its own."""

    def moments(self, weights: FloatArray) -> Moments:
        """Exact moments of `signal` at these weights."""


class Additive(ABC):
    """Base of the problems whose signal is a noise around the exact gradient, coordinate by coordinate."""

    noise: NoiseModel
    """Additive noise of the gradient."""

    @property
    @abstractmethod
    def dimension(self) -> int:
        """Number of coordinates D."""

    @abstractmethod
    def gradient(self, weights: FloatArray) -> FloatArray:
        """h = ∇f(W), (settings, runs, dimension), in an array of its own; that of `moments` to the last bit."""

    def draw(self, rng: np.random.Generator, runs: int) -> FloatArray:
        """Raw noise of one step, (runs, dimension)."""
        return self.noise.draw(rng, (runs, self.dimension))

    def signal(self, weights: FloatArray, raw: FloatArray) -> FloatArray:
        """The gradient with noise, (settings, runs, dimension)."""
        return self.noise.apply(self.gradient(weights), raw)


def additive(problem: StochasticProblem) -> Additive | None:
    """The problem, if its signal is a noise around its gradient and no subclass has made it another one."""
    own: Any = type(problem).signal
    return problem if isinstance(problem, Additive) and own is _plain else None


_plain = Additive.signal
