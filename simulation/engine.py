"""The loop over steps: one array program over (settings, runs, dimension)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from simulation._arrays import FloatArray, positive_array
from simulation.devices._response import Gains, Response
from simulation.fidelities import UpdateRule, fidelity_of
from simulation.plan import Plan, Seed, generators, step_generator
from simulation.problems._problem import StochasticProblem
from simulation.statistics import STATISTICS, Averages, EveryStep, Stratified
from simulation.trace import Trace
from simulation.watch import Watch

_KEPT_BYTES = 30 * 2**20  # below 32 MiB, the largest threshold that glibc adopts
Progress = Callable[[int, int], None]
Observer = Callable[[int, FloatArray, Gains], None]


def run(  # noqa: PLR0913  # each is a keyword that a caller names
    problem: StochasticProblem,
    device: Response,
    *,
    step_size: ArrayLike,
    steps: int,
    runs: int,
    seed: Seed,
    checkpoints: Sequence[int] | None = None,
    evaluations: int | None = None,
    progress: Progress | None = None,
    fidelity: str | UpdateRule = "mean",
) -> Trace:
    """Train with W_{k+1} = W_k − α·Φ_{W_k}(g_k) and average the bounds' quantities over time.

    Weights have shape (settings, runs, dimension). The number of settings is what `step_size` and the
    fields of device, fidelity, noise and problem broadcast to. W_0 is what the device holds of the problem's
    initial weights: clipped to hard bounds, if it has any. All settings see the same random numbers, and adding
    settings or observations does not change them. Memory does not grow with `steps`.

    Args:
        problem: objective and stochastic gradient.
        device: response functions; array fields of shape (settings, 1, 1) vary over settings.
        step_size: α > 0, a number or shape (settings,) [weight units / gradient units].
        steps: updates, ≥ 1.
        runs: independent runs, ≥ 1.
        seed: int ≥ 0 or SeedSequence; the same seed gives the same numbers.
        checkpoints: increasing step counts in 1..steps at which averages are recorded; (steps,) if None.
        evaluations: observe every step if None; otherwise each run at one uniformly random step of each of
            this many equal strata, an unbiased estimate for problems whose exact moments are costly.
        progress: called now and then with (steps done, steps).
        fidelity: how each update is made, an object or a name in `FIDELITIES`; 'mean' is the formula above.

    Returns:
        The trace; call its `require_valid` unless violations are what is studied.

    Raises:
        ValueError: if an argument is out of range or the shapes do not fit.

    Source: arXiv:2410.15155, section 2.
    """
    plan = Plan(steps=steps, runs=runs, checkpoints=checkpoints, evaluations=evaluations)
    rate, rule = _rates(step_size), fidelity_of(fidelity)
    training, observation = generators(seed)
    _keep_freed_memory()
    # A run that diverges is reported by the watch, so numpy need not warn of its overflow.
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        weights, objective = _start(problem, device, rule, rate, plan.runs)
        watch = Watch((weights.shape[0], plan.runs, problem.dimension))
        averages = _averages(problem, device, plan, weights, observation)
        observers = watch.look, averages.visit
        parts: dict[str, Any] = {"problem": problem, "device": device, "rule": rule, "negative_rate": -rate}
        loop = _Loop(**parts, rng=training, seed=seed, observers=observers)
        for step in range(plan.steps):
            weights = loop.advance(step, weights)
            _report(progress, step + 1, plan.steps)
        watch.look(plan.steps, weights, device.gains(weights))
        end = problem.moments(weights).objective
        gap = np.broadcast_to(objective, end.shape) - problem.optimal_value
        record: dict[str, Any] = {"steps": plan.steps, "runs": plan.runs, "seed": seed}
        record |= {"checkpoints": plan.points, "evaluations": plan.evaluations}
        measured = {**_named(averages.result(), plan, watch), **watch.results()}
        rates = np.array(np.broadcast_to(rate[:, 0, 0], len(weights)))
        record |= {"initial_gap": gap, "final_objective": end, "final_weights": weights}
        return Trace(**measured, **record, step_size=rates)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Loop:
    """What stays the same from step to step."""

    problem: StochasticProblem
    device: Response
    rule: UpdateRule
    negative_rate: FloatArray
    rng: np.random.Generator
    seed: Seed
    observers: tuple[Observer, ...]

    def advance(self, step: int, weights: FloatArray) -> FloatArray:
        """Show W_k to the observers, then return W_{k+1}; the gains at W_k are evaluated once for both."""
        gains = self.device.gains(weights)
        for observer in self.observers:
            observer(step, weights, gains)
        signal = self.problem.signal(weights, self.problem.draw(self.rng, weights.shape[1]))
        rng = step_generator(self.seed, step) if self.rule.random else None
        return self.rule.update(self.device, weights, self.negative_rate * signal, gains=gains, rng=rng)


def _keep_freed_memory() -> None:
    """Make the C library keep the memory of freed temporaries: a third of the time at 50,000 entries.

    glibc raises its thresholds to the size of the largest block freed so far. Otherwise it hands the memory
    of every step's temporaries back and faults it in again. The block is never touched, so it costs nothing;
    other C libraries are unaffected.
    """
    np.empty(_KEPT_BYTES, dtype=np.uint8)


def _report(progress: Progress | None, done: int, total: int) -> None:
    """Call the hook about a hundred times a run, and at its end."""
    if progress is not None and (done % max(1, total // 100) == 0 or done == total):
        progress(done, total)


def _rates(step_size: ArrayLike) -> FloatArray:
    rate = positive_array("step_size", step_size)
    if rate.ndim > 1:
        raise ValueError(f"step_size must be a number or have shape (settings,), got shape {rate.shape}")
    return rate.reshape(-1, 1, 1)


def _start(
    problem: StochasticProblem, device: Response, rule: UpdateRule, rate: FloatArray, runs: int
) -> tuple[FloatArray, FloatArray]:
    """W_0 (settings, runs, dimension) and f(W_0), which broadcasts to (settings, runs).

    The settings are found by evaluating everything once at W_0 and seeing what the shapes broadcast to, so
    that no device, noise or problem need declare which of its fields vary.
    """
    try:
        probe = device.settle(np.array(problem.initial, ndmin=3))
        moments, gains = problem.moments(probe), device.gains(probe)
        parts = (probe, rate, moments.gradient, moments.noise_variance, *gains)
        shapes = [np.shape(part) for part in (*parts, *(getattr(rule, field.name) for field in fields(rule)))]
        shape = np.broadcast_shapes((1, runs, problem.dimension), *shapes)
    except ValueError as error:
        raise ValueError(f"fields of problem and device and step_size must broadcast: {error}") from error
    if shape[1:] != (runs, problem.dimension):
        raise ValueError(
            f"fields of problem and device must broadcast to (settings, {runs}, {problem.dimension}), got shape {shape}"
        )
    return np.array(np.broadcast_to(probe, shape)), moments.objective


def _averages(
    problem: StochasticProblem, device: Response, plan: Plan, weights: FloatArray, rng: np.random.Generator
) -> Averages:
    settings, runs, dimension = weights.shape
    if plan.evaluations is None:
        return EveryStep(problem, plan.points, (settings, runs))
    return Stratified(problem, device, plan, (settings, runs, dimension), rng)


def _named(averages: FloatArray, plan: Plan, watch: Watch) -> dict[str, Any]:
    """Name the averages (5, checkpoints, settings, runs), NaN where a run had been lost by then."""
    reached = np.array(plan.points)[:, np.newaxis, np.newaxis]
    lost = (watch.first_nonfinite >= 0) & (watch.first_nonfinite <= reached)
    averages[:, lost] = np.nan
    return dict(zip(STATISTICS, averages, strict=True))
