"""The parts of a pipeline: which blocks a stage holds, its weights, and how a batch's signals reach the device."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulation._arrays import FloatArray, positive_array
from simulation.devices._response import Response
from simulation.problems._problem import StochasticProblem
from simulation.problems._staged import StagedProblem, on_block
from simulation.update import analog_update

BatchRule = Literal["accumulated", "sample_wise", "sequential"]
RULES: tuple[BatchRule, ...] = ("accumulated", "sample_wise", "sequential")


def assign(problem: StagedProblem, stages: int) -> tuple[range, ...]:
    """Give each stage consecutive blocks, as equal in number as can be: [m·n/M] to [(m+1)·n/M] of n blocks.

    Raises:
        ValueError: if there are more stages than blocks.
    """
    count = len(problem.blocks)
    if stages > count:
        raise ValueError(f"stages must be in 1..{count}, the number of the problem's blocks, got {stages}")
    return tuple(range(m * count // stages, (m + 1) * count // stages) for m in range(stages))


def checked_rate(step_size: ArrayLike) -> FloatArray:
    """α as (settings, 1, 1).

    Raises:
        ValueError: if it is not > 0, or neither a number nor of shape (settings,).
    """
    rate = positive_array("step_size", step_size)
    if rate.ndim > 1:
        raise ValueError(f"step_size must be a number or have shape (settings,), got shape {rate.shape}")
    return rate.reshape(-1, 1, 1)


def initial_weights(problem: StochasticProblem, device: Response, rate: FloatArray, runs: int) -> FloatArray:
    """W_0 (settings, runs, dimension); the settings are what evaluating everything at W_0 broadcasts to.

    W_0 is what the device holds of the problem's initial weights, as in `simulation.run`.

    Raises:
        ValueError: if the fields of problem and device and the step size do not broadcast to such a shape.
    """
    try:
        probe = device.settle(np.array(problem.initial, ndmin=3))
        moments, gains = problem.moments(probe), device.gains(probe)
        parts = (probe, rate, moments.gradient, moments.noise_variance, *gains)
        shape = np.broadcast_shapes((1, runs, problem.dimension), *(np.shape(part) for part in parts))
    except ValueError as error:
        raise ValueError(f"fields of problem and device and step_size must broadcast: {error}") from error
    if shape[1:] != (runs, problem.dimension):
        expected = f"(settings, {runs}, {problem.dimension})"
        raise ValueError(f"fields of problem and device must broadcast to {expected}, got shape {shape}")
    return np.array(np.broadcast_to(probe, shape), order="C")


def applied(
    device: Response, weights: FloatArray, signals: Sequence[FloatArray], negative_rate: FloatArray, rule: BatchRule
) -> FloatArray:
    """Weights after an update with a batch's signals g_1, …, g_B; one update of the device if B = 1.

    accumulated: U(W, −α·(1/B)Σ g_b), summed digitally, then applied once (T5);
    sample_wise: (1/B)Σ U(W, −α·g_b), every signal pulsed with the gains at W (T6);
    sequential: W ← U(W, −(α/B)·g_b) for b = 1, …, B, the weight moves within the batch.
    """
    count = len(signals)
    if rule == "sequential":
        for signal in signals:
            weights = analog_update(device, weights, negative_rate / count * signal)
        return weights
    if rule == "accumulated" or count == 1:
        return analog_update(device, weights, negative_rate * (_total(signals) / count))
    moved = [analog_update(device, weights, negative_rate * signal) for signal in signals]
    return _total(moved) / count


def apply_to_block(
    problem: StagedProblem,
    device: Response,
    part: slice,
    weights: FloatArray,
    signals: Sequence[FloatArray],
    negative_rate: FloatArray,
    rule: BatchRule,
) -> FloatArray:
    """`applied` for one block, for which a device with a field for each coordinate uses the block's entries."""

    def change(block: FloatArray, *block_signals: FloatArray) -> FloatArray:
        return applied(device, block, block_signals, negative_rate, rule)

    changed = on_block(change, device, problem.dimension, part, weights, *signals)
    # One layout for every stage's weights, so that elementwise functions take one path through them.
    return np.ascontiguousarray(changed)


def _total(parts: Sequence[FloatArray]) -> FloatArray:
    """Sum in the order given."""
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


class Draws:
    """Raw randomness of the samples, drawn in sample order, kept only while a sample is in flight."""

    def __init__(self, problem: StochasticProblem, rng: np.random.Generator, runs: int) -> None:
        """Draw nothing yet."""
        self._draw = partial(problem.draw, rng, runs)
        self._kept: dict[int, NDArray[Any]] = {}
        self._next = 0

    def __getitem__(self, sample: int) -> NDArray[Any]:
        """Raw randomness of a sample, drawn when first asked for."""
        while self._next <= sample:
            self._kept[self._next] = self._draw()
            self._next += 1
        return self._kept[sample]

    def drop(self, sample: int) -> None:
        """Forget a sample."""
        del self._kept[sample]


class Stage:
    """One stage on one worker: the only place where these weights are."""

    def __init__(self, problem: StagedProblem, blocks: range, weights: FloatArray, *, stashed: bool) -> None:
        """Take the blocks' part of the weights (settings, runs, dimension)."""
        self._problem, self._blocks, self._stashed = problem, blocks, stashed
        self.weights = {block: np.ascontiguousarray(weights[..., problem.parts[block]]) for block in blocks}
        self._entered: dict[int, dict[int, FloatArray]] = {}
        self._stash: dict[int, dict[int, FloatArray]] = {}
        self.held = 0

    def forward(self, sample: int, message: FloatArray) -> FloatArray:
        """Pass a message on; keep what entered each block until the sample comes back."""
        entered = self._entered[sample] = {}
        for block in self._blocks:
            entered[block] = message
            message = self._problem.forward(block, self.weights[block], message)
        if self._stashed:
            self._stash[sample] = dict(self.weights)
        self.held = max(self.held, len(self._entered))
        return message

    def backward(self, sample: int, error: FloatArray, raw: NDArray[Any]) -> tuple[FloatArray, dict[int, FloatArray]]:
        """Error to the stage before, and the signal of each block, with the weights as they are now."""
        entered, signals = self._entered.pop(sample), {}
        weights = self._stash.pop(sample, self.weights)
        for block in reversed(self._blocks):
            error, gradient = self._problem.backward(block, weights[block], entered[block], error)
            signals[block] = self._problem.observed(block, gradient, raw)
        return error, signals
