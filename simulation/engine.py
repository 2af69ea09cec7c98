"""Ensembles: all runs and settings as array programs over blocks of runs, on as many cores as asked for."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from simulation._arithmetic import arithmetic
from simulation._arrays import FloatArray, integer, positive_array
from simulation._fingerprint import fingerprint
from simulation._loop import Job, Loop, Stopped
from simulation._precision import in_precision
from simulation._store import Entry, recalled
from simulation.devices._response import Response
from simulation.fidelities import UpdateRule, fidelity_of
from simulation.plan import Plan, Seed, blocks
from simulation.problems._problem import StochasticProblem
from simulation.resume import Journal
from simulation.signals import Signals
from simulation.trace import Trace

Precision = Literal["float64", "float32"]
Progress = Callable[[int, int], None]


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
    precision: Precision = "float64",
    workers: int = 1,
    resume: str | Path | None = None,
    keep_path: bool = False,
    signals: Callable[[StochasticProblem], Signals] = Signals,
) -> Trace:
    """Train with W_{k+1} = W_k − α·Φ_{W_k}(g_k) and average the bounds' quantities over time.

    Weights have shape (settings, runs, dimension). The number of settings is what `step_size` and the
    fields of device, fidelity, noise and problem broadcast to. W_0 is what the device holds of the problem's
    initial weights: clipped to hard bounds, if it has any. All settings see the same random numbers, and adding
    settings, workers or observations does not change them. Memory does not grow with `steps`.

    Runs are worked on in blocks that fit the cache (`simulation.plan.blocks`). If a field varies over the runs,
    all of them are one block.

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
        progress: called now and then with (steps done, steps), the mean over the blocks.
        fidelity: how each update is made, an object or a name in `FIDELITIES`; 'mean' is the formula above.
        precision: 'float64' or 'float32', in which weights, signals and noise are computed; sums over time are
            kept in float64 either way.
        workers: threads that share the blocks, ≥ 1.
        resume: a folder in which the state is kept while the run goes on and from which a killed run continues,
            to the same last bit; emptied at the end.
        keep_path: keep the weights of every step, too, at the price of memory that grows with `steps`.
        signals: where stochastic gradients come from; a subclass of `Signals`, or a partial of one.

    Returns:
        The trace that the signals make; call its `require_valid` unless violations are what is studied.

    Raises:
        ValueError: if an argument is out of range, the shapes do not fit, `resume` holds another run's state, or a
            path is to be kept that a resumed run would not have.

    Source: arXiv:2410.15155, section 2.
    """
    plan = Plan(steps=steps, runs=runs, checkpoints=checkpoints, evaluations=evaluations)
    count, rate, rule = integer("workers", workers, minimum=1), _rates(step_size), fidelity_of(fidelity)
    _require(precision, keep_path, resume)
    told = (problem, device, rule, rate, plan, seed, precision, signals)
    journal = None if resume is None else Journal(resume, fingerprint(*told))
    kept = None if journal else Entry.of(*told, keep_path)
    problem, device, rule = in_precision((problem, device, rule), precision)
    with arithmetic():
        source = signals(problem)
        start, objective, shared = _start(problem, device, rule, rate, source.settings, plan.runs)
        job = Job(problem=problem, device=device, rule=rule, plan=plan, seed=seed, signals=signals, keep_path=keep_path,
                  start=start.astype(precision), negative_rate=-rate.astype(precision))  # fmt: skip
        parts = blocks(plan.runs, problem.dimension) if shared else (slice(0, plan.runs),)
        found = recalled(kept, lambda: _merged(_work(job, parts, count, progress, journal)))
    if journal is not None:
        journal.clear()
    gap = np.broadcast_to(objective - problem.optimal_value, (len(start), plan.runs)).astype(np.float64)
    record = {"steps": plan.steps, "runs": plan.runs, "seed": seed, "checkpoints": plan.points}
    rates = np.array(np.broadcast_to(rate[:, 0, 0], len(start)))
    return source.trace({**found, **record, "evaluations": plan.evaluations, "initial_gap": gap, "step_size": rates})


def _require(precision: str, keep_path: bool, resume: str | Path | None) -> None:
    if precision not in ("float64", "float32"):
        raise ValueError(f"precision must be 'float64' or 'float32', got {precision!r}")
    if keep_path and resume is not None:
        raise ValueError("keep_path must be False with resume: the path before a restart is not kept")


def _work(
    job: Job, parts: Sequence[slice], workers: int, progress: Progress | None, journal: Journal | None
) -> list[dict[str, Any]]:
    """Results of all blocks, in their order."""
    board = _Board(progress, job.plan.steps, len(parts))

    def work(block: int) -> dict[str, Any]:
        return Loop(job, block, parts[block]).run(board.reporter(block), journal)

    if min(workers, len(parts)) == 1:
        return [work(block) for block in range(len(parts))]
    with ThreadPoolExecutor(workers) as pool:
        tasks = [pool.submit(work, block) for block in range(len(parts))]
        try:
            wait(tasks, return_when=FIRST_EXCEPTION)
        finally:
            # Whatever ended the wait, an error or an interrupt, ends the other blocks at their next step.
            unfinished = not all(task.done() and task.exception() is None for task in tasks)
            board.stop(unfinished)
        failed = [task for task in tasks if task.done() and not isinstance(task.exception(), Stopped | None)]
        return [task.result() for task in failed or tasks]


class _Board:
    """Where the blocks report how far they are, and learn that they must stop."""

    def __init__(self, progress: Progress | None, steps: int, blocks: int) -> None:
        self._progress, self._steps = progress, steps
        self._done, self._told = [0] * blocks, 0
        self._lock, self._stopped = threading.Lock(), threading.Event()

    def stop(self, now: bool) -> None:
        """Make every block stop at its next report, if `now`."""
        if now:
            self._stopped.set()

    def reporter(self, block: int) -> Callable[[int], None]:
        """What a block calls after every step; the hook hears of it about a hundred times a run, and at its end."""
        often = max(1, self._steps // 100)

        def report(step: int) -> None:
            if self._stopped.is_set():
                raise Stopped
            if self._progress is not None and (step % often == 0 or step == self._steps):
                self._tell(block, step)

        return report

    def _tell(self, block: int, step: int) -> None:
        with self._lock:
            self._done[block] = step
            done = sum(self._done) // len(self._done)
            if self._progress is not None and done > self._told:
                self._told = done
                self._progress(done, self._steps)


def _rates(step_size: ArrayLike) -> FloatArray:
    rate = positive_array("step_size", step_size)
    if rate.ndim > 1:
        raise ValueError(f"step_size must be a number or have shape (settings,), got shape {rate.shape}")
    return rate.reshape(-1, 1, 1)


def _start(
    problem: StochasticProblem, device: Response, rule: UpdateRule, rate: FloatArray, settings: int, runs: int
) -> tuple[FloatArray, FloatArray, bool]:
    """W_0 (settings, 1 or runs, dimension), f(W_0), which broadcasts to (settings, runs), and whether runs are alike.

    The settings are found by evaluating everything once at W_0 and seeing what the shapes broadcast to, so
    that no device, noise or problem need declare which of its fields vary.
    """
    try:
        probe = device.settle(np.array(problem.initial, ndmin=3))
        moments, gains = problem.moments(probe), device.gains(probe)
        parts = (probe, rate, moments.gradient, moments.noise_variance, *gains, np.empty((settings, 1, 1)))
        shapes = [np.shape(part) for part in (*parts, *(getattr(rule, field.name) for field in fields(rule)))]
        shape = np.broadcast_shapes((1, 1, problem.dimension), *shapes)
        fits = np.broadcast_shapes(shape, (1, runs, 1))[1:]
    except ValueError as error:
        raise ValueError(f"fields of problem and device and step_size must broadcast: {error}") from error
    if fits != (runs, problem.dimension):
        raise ValueError(
            f"fields of problem and device must broadcast to (settings, {runs}, {problem.dimension}), got shape {fits}"
        )
    return np.array(np.broadcast_to(probe, shape)), moments.objective, shape[1] == 1


def _merged(found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Blocks side by side along the axis of runs; all but the weights in double precision, whole numbers as such."""
    merged = {}
    for name in found[0]:
        weights = name in ("final_weights", "path")
        axis = -2 if weights else -1
        array = np.concatenate([part[name] for part in found], axis=axis)
        wide = not weights and array.dtype.kind == "f"
        merged[name] = array.astype(np.float64) if wide else array
    return merged
