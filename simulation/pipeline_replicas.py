"""The data-parallel baseline: replicas on arrays of their own, averaged now and then and written with error."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from simulation._arithmetic import arithmetic
from simulation._arrays import FloatArray, integer, nonnegative_array
from simulation.devices._response import Response
from simulation.pipeline_stage import checked_rate, initial_weights
from simulation.plan import Seed, generators
from simulation.problems._problem import StochasticProblem
from simulation.update import analog_update


@dataclass(frozen=True, kw_only=True, eq=False)
class ReplicaTrace:
    """Outcome of data-parallel runs; W̄ is the mean of the replicas' weights."""

    gradient_norm: FloatArray
    """(1/K) Σ_k ‖∇f(W̄_k)‖² before update k, (settings, runs) [gradient units²]."""
    spread: FloatArray
    """(1/K) Σ_k of the mean over replicas of ‖W_r − W̄‖², (settings, runs) [weight units²]."""
    final_weights: FloatArray
    """(settings, runs, replicas, dimension) [weight units]."""
    copies: int
    """Times that all weights were averaged and written back."""


def run_replicas(  # noqa: PLR0913  # each is a keyword that a caller names
    problem: StochasticProblem,
    device: Response,
    *,
    replicas: int,
    period: int = 1,
    copy_error: float = 0.0,
    step_size: ArrayLike,
    steps: int,
    runs: int,
    seed: Seed,
) -> ReplicaTrace:
    """Each replica trains with signals of its own; every `period` updates all are set to their mean.

    W_r ← U(W_r, −α g_r); after update k, if `period` divides k: W_r ← W̄ + copy_error·ξ_r with ξ_r standard
    normal in every coordinate, as far as the device holds it. An ideal device, period 1 and no error is
    synchronous descent with as many micro-batches as replicas.

    Args:
        problem: objective and stochastic gradient.
        device: response functions, of fields that do not vary over runs.
        replicas: copies of the model, ≥ 1.
        period: updates between two averagings, ≥ 1.
        copy_error: standard deviation of a written weight, ≥ 0 [weight units].
        step_size: α > 0, a number or shape (settings,) [weight units / gradient units].
        steps: updates of each replica, ≥ 1.
        runs: independent runs, ≥ 1.
        seed: int ≥ 0 or SeedSequence; the errors are drawn from a generator of their own.

    Raises:
        ValueError: if an argument is out of range or the shapes do not fit.
    """
    count, every = integer("replicas", replicas, minimum=1), integer("period", period, minimum=1)
    number, rows = integer("steps", steps, minimum=1), integer("runs", runs, minimum=1)
    error = nonnegative_array("copy_error", copy_error)
    rate = checked_rate(step_size)
    training, writing = generators(seed)
    # Replicas are further runs: (settings, runs · replicas, dimension), those of a run side by side.
    weights = initial_weights(problem, device, rate, rows * count)
    groups = (len(weights), rows, count, problem.dimension)
    norm, spread = np.zeros(groups[:2]), np.zeros(groups[:2])
    with arithmetic():
        for step in range(1, number + 1):
            mean = weights.reshape(groups).mean(axis=2)
            gradient, gaps = problem.moments(mean).gradient, weights.reshape(groups) - mean[:, :, np.newaxis]
            norm += np.vecdot(gradient, gradient)
            spread += np.vecdot(gaps, gaps).mean(axis=2)
            signal = problem.signal(weights, problem.draw(training, rows * count))
            weights = analog_update(device, weights, -rate * signal)
            if step % every == 0:
                weights = _written(device, weights.reshape(groups), error, writing)
    return ReplicaTrace(
        gradient_norm=norm / number,
        spread=spread / number,
        final_weights=weights.reshape(groups),
        copies=number // every,
    )


def _written(device: Response, weights: FloatArray, error: FloatArray, rng: np.random.Generator) -> FloatArray:
    """The mean over replicas, written to each with an error, (settings, runs · replicas, dimension)."""
    settings, runs, replicas, dimension = weights.shape
    errors = error * rng.standard_normal((runs, replicas, dimension))  # common to all settings
    copies = weights.mean(axis=2, keepdims=True) + errors
    return device.settle(copies.reshape(settings, runs * replicas, dimension))
