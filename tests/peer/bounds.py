"""The proved bounds at a case of the grid, and whether they lie where they must."""

import json
from collections.abc import Callable, Mapping

import theory
from tests.peer.worst_cases import DATA
from theory.optimise import optimise, short_run

ACCURACY = 1e-5
"""Relative, of a worst case: half a unit in its sixth digit, and the solver's 1e-7 times what it loses."""
QUIET = 1e-6
"""σ, which is positive by definition, for a run without noise: its share of a bound is of order σ²."""
ANY_SPLIT = 1e6
"""u of T8: on digital hardware 1 + 1/u is best near one."""
Case = tuple[int, float, int]
Stored = dict[Case, dict[str, float | None]]


def stored() -> Stored:
    """The file that the notebook reads: (delay, step size, steps) -> worst case by name."""
    rows = json.loads(DATA.read_text(encoding="utf-8"))["cases"]
    return {(row.pop("delay"), row.pop("step_size"), row.pop("steps")): row for row in rows}


def proved(delay: int, step_size: float, steps: int) -> dict[str, float]:
    """Every proved bound on (1/K) Σ ‖∇f(W_k)‖² that applies, by statement, for L = Δ = 1.

    In a run of K updates no forward pass is more than K − 1 updates late: a longer delay is that one.
    """
    late = min(delay, steps - 1)
    run = {"steps": steps, "step_size": step_size, "initial_gap": 1.0, "smoothness": 1.0}
    nearly = {**run, "noise_deviation": QUIET}
    pipeline = {"staleness_lipschitz": 1.0, "max_delay": late}
    noiseless = {"gain_variance": 0.0, "delayed_variance": 0.0, "young": ANY_SPLIT}
    candidates: dict[str, Callable[[], float]] = {
        "T8": lambda: float(theory.get("T8:ideal").bound(**run, **pipeline, **noiseless)),
        "T8-optimum": lambda: optimise("T8-optimum:ideal", {**nearly, **pipeline, "mean_delay": late}).value,
        "short run": lambda: short_run({**run, "delay": delay}).value,
    }
    if delay == 0:
        candidates["T3"] = lambda: float(theory.get("T3:ideal").bound(**run, gain_variance=0.0))
        candidates["T3-optimum"] = lambda: optimise("T3-optimum:ideal", nearly).value
    return {name: value for name, bound in candidates.items() if (value := _applied(bound)) is not None}


def _applied(bound: Callable[[], float]) -> float | None:
    try:
        return bound()
    except theory.OutOfDomain:
        return None  # the step is too long for this delay


def too_low(bounds: Mapping[str, float], worst: float | None) -> list[str]:
    """The bounds that an instance violates."""
    return [name for name, bound in bounds.items() if worst is None or bound < worst * (1 - ACCURACY)]
