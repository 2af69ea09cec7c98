"""Blocks, workers, precision and resumption: none of them changes a number that it must not change."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from simulation import DEVICES, FIDELITIES, NOISES, PROBLEMS, _loop, plan, run, run_batched, run_delayed
from simulation._fingerprint import fingerprint
from simulation._single import SingleGenerator
from simulation.plan import blocks
from simulation.resume import Journal
from simulation.statistics import STATISTICS
from simulation.trace import Trace
from tests.tolerance import STANDARD_ERRORS

ARRAYS = (*STATISTICS, "peak_saturation", "initial_gap", "final_objective", "final_weights", "first_violation")
ALD = DEVICES["asymmetric_linear"]


def least_squares(**fields: Any) -> Any:
    noise = NOISES["gaussian"](standard_deviation=0.2)
    return PROBLEMS["least_squares"].random(samples=30, dimension=10, seed=1, noise=noise, **fields)


def arguments(**changes: Any) -> dict[str, Any]:
    return {"step_size": [0.02, 0.05], "steps": 30, "runs": 40, "seed": 4, "checkpoints": [3, 30]} | changes


def assert_same(one: Trace, other: Trace) -> None:
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


@pytest.fixture
def many_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of 6 or 7 runs of ten coordinates, so that small ensembles have several."""
    monkeypatch.setattr(plan, "BLOCK", 70)


def test_blocks_are_even_and_within_their_size() -> None:
    for runs, dimension in ((1, 1), (1000, 50), (10, 13000), (7, 2**15), (7, 2**16), (33, 1000), (2**15, 1)):
        parts = blocks(runs, dimension)
        sizes = [part.stop - part.start for part in parts]
        assert [part.start for part in parts] == [0, *np.cumsum(sizes)[:-1]]
        assert sum(sizes) == runs
        assert max(sizes) - min(sizes) <= 1
        assert all(size == 1 or size * dimension <= plan.BLOCK + dimension for size in sizes)
    assert [part.stop for part in blocks(1000, 50)] == [500, 1000]


@pytest.mark.usefixtures("many_blocks")
@pytest.mark.parametrize("fidelity", ["mean", FIDELITIES["pulses"](cycle_noise=0.1)])
def test_numbers_do_not_depend_on_workers(fidelity: Any) -> None:
    one = run(least_squares(), ALD(tau=6.0), **arguments(fidelity=fidelity))
    for workers in (2, 3, 16):
        assert_same(one, run(least_squares(), ALD(tau=6.0), **arguments(fidelity=fidelity, workers=workers)))


@pytest.mark.usefixtures("many_blocks")
def test_stale_and_batched_runs_do_not_depend_on_workers_either() -> None:
    given = arguments(step_size=0.03)
    stale = [run_delayed(least_squares(), ALD(tau=6.0), delays=[2] * 10, workers=n, **given) for n in (1, 2)]
    assert_same(*stale)
    np.testing.assert_array_equal(stale[0].staleness, stale[1].staleness)
    batched = [
        run_batched(least_squares(), ALD(tau=6.0), microbatches=3, rule="sequential", workers=n, **given)
        for n in (1, 2)
    ]
    assert_same(*batched)


@pytest.mark.usefixtures("many_blocks")
def test_settings_do_not_change_each_other_in_blocks() -> None:
    both = run(least_squares(), ALD(tau=6.0), **arguments())
    alone = run(least_squares(), ALD(tau=6.0), **arguments(step_size=0.05))
    np.testing.assert_array_equal(both.final_weights[1], alone.final_weights[0])
    np.testing.assert_array_equal(both.gradient_norm[:, 1], alone.gradient_norm[:, 0])


@pytest.mark.usefixtures("many_blocks")
def test_every_block_has_its_own_random_numbers() -> None:
    trace = run(least_squares(), ALD(tau=6.0), **arguments(evaluations=5, checkpoints=None))
    assert len(np.unique(trace.final_objective[0])) == 40
    assert len(np.unique(trace.gradient_norm[0, 0])) == 40


@pytest.mark.usefixtures("many_blocks")
def test_every_block_has_its_own_pulses() -> None:
    quiet = PROBLEMS["quadratic"](spectrum=np.ones(10), optimum=0.3, noise=NOISES["none"]())
    pulses = FIDELITIES["stochastic"](dw_min=0.001)
    trace = run(quiet, ALD(tau=6.0), **arguments(step_size=0.05, fidelity=pulses))
    assert len(np.unique(trace.final_weights[0], axis=0)) == 40


def test_the_same_pulses_in_every_block_are_caught(monkeypatch: pytest.MonkeyPatch, many_blocks: None) -> None:
    first = plan.step_generator
    monkeypatch.setattr(_loop, "step_generator", lambda seed, step, block: first(seed, step))
    with pytest.raises(AssertionError):
        test_every_block_has_its_own_pulses()


def test_the_same_numbers_in_every_block_are_caught(monkeypatch: pytest.MonkeyPatch, many_blocks: None) -> None:
    first = plan.generators
    monkeypatch.setattr(_loop, "generators", lambda seed, block: first(seed, 0))
    with pytest.raises(AssertionError):
        test_every_block_has_its_own_random_numbers()


@pytest.mark.usefixtures("many_blocks")
def test_fields_that_vary_over_the_runs_keep_them_together() -> None:
    taus = np.linspace(4.0, 9.0, 40).reshape(1, 40, 1)
    trace = run(least_squares(), ALD(tau=taus), **arguments(step_size=0.05, workers=2))
    ten = PROBLEMS["quadratic"](spectrum=np.ones(10), optimum=1.0, noise=NOISES["none"]())
    alone = run(ten, ALD(tau=taus), **arguments(step_size=0.05))
    one = run(ten, ALD(tau=taus[:, 7:8]), **arguments(step_size=0.05, runs=1))
    assert trace.final_weights.shape == (1, 40, 10)
    np.testing.assert_array_equal(alone.final_weights[:, 7], one.final_weights[:, 0])


@pytest.mark.usefixtures("many_blocks")
@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_in_one_block_ends_the_run_and_is_told(workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = least_squares()
    advance = _loop.Loop._advance

    def fail(self: Any, report: Any, journal: Any) -> None:
        if self._block == 2:
            raise RuntimeError("broken block")
        advance(self, report, journal)

    monkeypatch.setattr(_loop.Loop, "_advance", fail)
    with pytest.raises(RuntimeError, match="broken block"):
        run(problem, ALD(tau=6.0), **arguments(workers=workers))


def _note(calls: list[tuple[int, int]], done: int, total: int) -> None:
    calls.append((done, total))


@pytest.mark.usefixtures("many_blocks")
def test_progress_is_the_mean_over_the_blocks_and_ends_at_the_end() -> None:
    for workers in (1, 2):
        calls: list[tuple[int, int]] = []
        run(least_squares(), ALD(tau=6.0), **arguments(workers=workers, progress=partial(_note, calls)))
        done = [call[0] for call in calls]
        assert done == sorted(set(done))
        assert calls[-1] == (30, 30)
        assert len(calls) > 10


def blas_threads() -> set[int]:
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def test_linear_algebra_keeps_to_one_thread_while_a_run_goes_on() -> None:
    seen: list[set[int]] = []
    with threadpool_limits(limits=2, user_api="blas"):
        run(least_squares(), ALD(tau=6.0), **arguments(progress=lambda done, total: seen.append(blas_threads())))
        assert blas_threads() == {2}
    assert seen
    assert all(threads == {1} for threads in seen)


# -- float32


def test_a_single_generator_draws_as_numpy_does_in_single_precision() -> None:
    single, numpy = (kind(np.random.SFC64(3)) for kind in (SingleGenerator, np.random.Generator))
    for draw in ("standard_normal", "random", "standard_exponential"):
        ours, theirs = getattr(single, draw)(5), getattr(numpy, draw)(5, dtype=np.float32)
        assert ours.dtype == np.float32
        np.testing.assert_array_equal(ours, theirs)
    assert single.standard_normal(2, np.float64).dtype == np.float64


@pytest.mark.parametrize("evaluations", [None, 5])
def test_single_precision_throughout(evaluations: int | None) -> None:
    given = arguments(precision="float32", evaluations=evaluations, checkpoints=None)
    trace = run(least_squares(), ALD(tau=6.0), **given)
    assert trace.final_weights.dtype == np.float32
    assert all(getattr(trace, name).dtype == np.float64 for name in STATISTICS)
    double = run(least_squares(), ALD(tau=6.0), **(given | {"precision": "float64"}))
    assert double.final_weights.dtype == np.float64
    # Other random numbers, the same law: means agree within their standard errors.
    gap = trace.gradient_norm[0].mean(axis=-1) - double.gradient_norm[0].mean(axis=-1)
    spread = np.hypot(trace.gradient_norm[0].std(axis=-1, ddof=1), double.gradient_norm[0].std(axis=-1, ddof=1))
    assert (np.abs(gap) < STANDARD_ERRORS * spread / np.sqrt(40)).all()


@pytest.mark.parametrize("device", [ALD(tau=2.0), DEVICES["ideal"](), DEVICES["linear_offset"](tau=2.0, offset=0.3)])
def test_without_noise_both_precisions_agree(device: Any) -> None:
    problem = PROBLEMS["quadratic"](spectrum=[1.0, 0.5], optimum=[0.1, -0.1], noise=NOISES["none"]())
    given = arguments(step_size=0.05, runs=2)
    single, double = (run(problem, device, **given, precision=p) for p in ("float32", "float64"))
    # Thirty steps that contract: about thirty roundings of 2⁻²⁴ of numbers up to 1.
    np.testing.assert_allclose(single.final_weights, double.final_weights, atol=30 * 2.0**-24)


# -- killed and resumed


class Killed(Exception):
    """Stands for the end of the process."""


def kill_at(step: int) -> Any:
    def progress(done: int, total: int) -> None:
        if done >= step:
            raise Killed

    return progress


RUNS: dict[str, Any] = {
    "every step": lambda **given: run(least_squares(), ALD(tau=6.0), **arguments(**given)),
    "strata": lambda **given: run(least_squares(), ALD(tau=6.0), **arguments(evaluations=4, checkpoints=None, **given)),
    "pulses": lambda **given: run(
        least_squares(), ALD(tau=6.0), **arguments(fidelity=FIDELITIES["pulses"](cycle_noise=0.1), **given)
    ),
    "single": lambda **given: run(least_squares(), ALD(tau=6.0), **arguments(precision="float32", **given)),
    "stale": lambda **given: run_delayed(least_squares(), ALD(tau=6.0), delays=[3] * 10, **arguments(**given)),
    "batched": lambda **given: run_batched(
        least_squares(), ALD(tau=6.0), microbatches=2, rule="accumulated", **arguments(**given)
    ),
}


@pytest.mark.usefixtures("many_blocks")
@pytest.mark.parametrize("kind", sorted(RUNS))
def test_a_killed_run_continues_to_the_same_bit(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_loop, "_SAVE_SECONDS", 0.0)
    whole = RUNS[kind]()
    folder = tmp_path / "state"
    for step in (2, 11, 29):
        with pytest.raises(Killed):
            RUNS[kind](resume=folder, progress=kill_at(step))
        assert any(folder.iterdir())
    steps = 0
    advance = _loop.Loop._next

    def counted(self: Any) -> Any:
        nonlocal steps
        steps += 1
        return advance(self)

    monkeypatch.setattr(_loop.Loop, "_next", counted)
    resumed = RUNS[kind](resume=folder)
    assert_same(resumed, whole)
    if kind == "stale":
        np.testing.assert_array_equal(resumed.staleness, whole.staleness)
    assert steps < 6 * 30 / 2  # of the six blocks' steps, most were done before
    assert not folder.exists()


def test_a_generator_that_is_not_restored_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without = tuple(name for name in _loop.Loop.STATE if name != "_rng")
    monkeypatch.setattr(_loop.Loop, "STATE", without)
    monkeypatch.setattr(plan, "BLOCK", 70)
    with pytest.raises(AssertionError):
        test_a_killed_run_continues_to_the_same_bit("every step", tmp_path, monkeypatch)


@pytest.mark.usefixtures("many_blocks")
def test_another_run_does_not_continue_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_loop, "_SAVE_SECONDS", 0.0)
    with pytest.raises(Killed):
        RUNS["every step"](resume=tmp_path, progress=kill_at(9))
    kept = sorted(path.read_bytes() for path in tmp_path.iterdir())
    for changes in ({"seed": 5}, {"steps": 31}, {"step_size": 0.02}, {"precision": "float32"}):
        with pytest.raises(ValueError, match="resume must be of this experiment"):
            run(least_squares(), ALD(tau=6.0), **arguments(resume=tmp_path, **{"checkpoints": None} | changes))
    with pytest.raises(ValueError, match="resume must be of this experiment"):
        run(least_squares(), ALD(tau=6.5), **arguments(resume=tmp_path))
    assert sorted(path.read_bytes() for path in tmp_path.iterdir()) == kept


@pytest.mark.usefixtures("many_blocks")
def test_other_batches_or_delays_do_not_continue_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_loop, "_SAVE_SECONDS", 0.0)
    with pytest.raises(Killed):
        RUNS["stale"](resume=tmp_path, progress=kill_at(9))
    with pytest.raises(ValueError, match="resume must be of this experiment"):
        run_delayed(least_squares(), ALD(tau=6.0), delays=[2] * 10, **arguments(resume=tmp_path))
    with pytest.raises(ValueError, match="resume must be of this experiment"):
        RUNS["every step"](resume=tmp_path)
    with pytest.raises(ValueError, match="resume must be of this experiment"):
        RUNS["batched"](resume=tmp_path)


def test_an_unreadable_state_is_named(tmp_path: Path) -> None:
    (tmp_path / "block000000.npz").write_bytes(b"PK\x03\x04 torn")
    with pytest.raises(ValueError, match=r"block000000\.npz: resume must be a complete npz file"):
        run(least_squares(), ALD(tau=6.0), **arguments(resume=tmp_path))
    with pytest.raises(ValueError, match="resume must be a complete npz file"):
        Journal(tmp_path, "key")


def test_fingerprints_tell_numbers_types_and_names_apart() -> None:
    things = [1, 1.0, "1", (1,), [1], {"a": 1}, {"b": 1}, None, np.array(1), np.array([1]), np.array(1.0), int]
    things += [ALD(tau=1.0), ALD(tau=2.0), DEVICES["ideal"](), np.random.SeedSequence(1), np.random.SeedSequence(2)]
    assert len({fingerprint(thing) for thing in things}) == len(things)
    assert fingerprint(ALD(tau=1.0)) == fingerprint(ALD(tau=1.0))
    used, fresh = least_squares(), least_squares()
    assert used.smoothness > 0  # computed once and kept
    assert fingerprint(used) == fingerprint(fresh)
    assert fingerprint(used) != fingerprint(PROBLEMS["quadratic"](spectrum=[1.0], noise=NOISES["none"]()))
    with pytest.raises(TypeError, match="has no fingerprint"):
        fingerprint(object())


BAD = [
    ({"workers": 0}, "workers must be an integer >= 1, got 0"),
    ({"precision": "float16"}, "precision must be 'float64' or 'float32', got 'float16'"),
]


@pytest.mark.parametrize(("changes", "message"), BAD)
def test_bad_arguments_are_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        run(least_squares(), ALD(tau=6.0), **arguments(**changes))
