"""Exact worst cases of delayed gradient descent, computed by performance estimation with PEPit (arXiv:2201.04040).

f is L-smooth on R^n for any n, L = 1; W_{k+1} = W_k − α(∇f(W_k) + e_k); worst is the largest (1/K) Σ_{k<K} ‖∇f(W_k)‖²:

- `delayed`: e_k = ∇f(W_{k−δ}) − ∇f(W_k), W_j = W_0 for j < 0, and f(W_0) − f(W_K) ≤ 1. Of f* the statements only use
  f* ≤ f(W_K), so that this is the worst case of what they assume.
- `stale`: any e_k with ‖e_k‖ ≤ ‖W_{k−δ} − W_k‖, which is all that T8 assumes (A4). None where nothing bounds it.
- `infimum`: as `delayed`, but f* = inf f = f(W_0) − 1, which also forbids f(W_k) − ‖∇f(W_k)‖²/2L < f* on the way.

`python tests/peer/worst_cases.py` writes notebooks/data/worst_cases.json; `make test-peer` computes all of it anew.
"""

import json
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[2] / "notebooks" / "data" / "worst_cases.json"
DELAYS = (0, 1, 2)
STEP_SIZES = (0.1, 0.25, 0.5)
STEPS = (2, 3, 4, 5, 6)
CASES = ("delayed", "stale", "infimum")
SOLVER = "CLARABEL"
ACCURACY = 1e-7
"""At which the solver stops; with its default of 1e-8 it gives up on three of these programmes."""
DIGITS = 6
"""Significant digits kept."""


def worst_case(case: str, delay: int, step_size: float, steps: int) -> float | None:
    """The exact worst case; None if there is none."""
    from PEPit import PEP, Point
    from PEPit.functions import SmoothFunction

    problem = PEP()
    f = problem.declare_function(SmoothFunction, L=1.0)
    weights, gradients, values = [problem.set_initial_point()], [], []
    for k in range(steps + 1):
        gradient, value = f.oracle(weights[k])
        gradients.append(gradient)
        values.append(value)
        late = max(k - delay, 0)
        error = Point() if case == "stale" and late < k else gradients[late] - gradient
        if case == "stale" and late < k:
            problem.add_constraint(error**2 <= (weights[late] - weights[k]) ** 2)
        weights.append(weights[k] - step_size * (gradient + error))
    problem.set_initial_condition(values[0] - (0 if case == "infimum" else values[steps]) <= 1)
    if case == "infimum":
        for gradient, value in zip(gradients, values, strict=True):
            problem.add_constraint(value - gradient**2 / 2 >= 0)
    problem.set_performance_metric(sum((g**2 for g in gradients[1:steps]), gradients[0] ** 2) / steps)
    return _solved(problem)


def _solved(problem: Any) -> float | None:
    tolerances = dict.fromkeys(("tol_gap_abs", "tol_gap_rel", "tol_feas"), ACCURACY)
    value = problem.solve(wrapper="cvxpy", solver=SOLVER, verbose=0, **tolerances)
    if problem.wrapper.prob.status == "unbounded":
        return None
    return float(f"{value:.{DIGITS}g}")  # TypeError if the solver gave up: then there is no value to store


def grid() -> Iterator[tuple[int, float, int]]:
    """Delay, step size (α L), number of updates."""
    return ((delay, step, steps) for delay in DELAYS for step in STEP_SIZES for steps in STEPS)


def main() -> None:
    """Compute every case and write the file that the notebook reads."""
    rows = [
        {"delay": delay, "step_size": step, "steps": steps, **{c: worst_case(c, delay, step, steps) for c in CASES}}
        for delay, step, steps in grid()
    ]
    source = {
        "what": "exact worst cases of delayed gradient descent: L = 1, f(W_0) − f* = 1; see tests/peer/worst_cases.py",
        "command": "python tests/peer/worst_cases.py",
        "with": {name: version(name) for name in ("pepit", "cvxpy", "clarabel")},
    }
    text = ",\n".join(f"    {json.dumps(row)}" for row in rows)
    head = json.dumps(source, ensure_ascii=False, indent=2)[1:-2]
    DATA.write_text(f'{{{head},\n  "cases": [\n{text}\n  ]\n}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
