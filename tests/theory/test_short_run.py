"""A short run of delayed gradient descent: its bound, the certificate, and what is refused."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import theory
from theory.kernel import Rejected, replay
from theory.operators import Total
from theory.optimise import Optimum, ShortRun, certify_run, short_run
from theory.optimise._barrier import search
from theory.optimise._short_run import gradient_at

NUMBERS: dict[str, Any] = {"steps": 4, "delay": 2, "smoothness": 2, "step_size": 0.2, "initial_gap": 3}
RUN = ShortRun(steps=4, delay=2, smoothness=Fraction(2), step_size=Fraction(1, 5))


def weights(optimum: Optimum) -> dict[tuple[int, int], Fraction]:
    return {(i, j): optimum.multipliers[f"lipschitz_{i}_{j}"] for i, j in RUN.pairs}


def test_the_kernel_proves_the_value_for_the_average_squared_gradient() -> None:
    optimum = short_run(NUMBERS)
    fact = replay(optimum.fact)
    average = sum(Total(gradient_at(k) ** 2) for k in range(4)) / 4
    assert fact.relation == ">="
    assert float(fact.expr + average) == pytest.approx(optimum.value, rel=1e-12)  # one rational, as a float
    assert {a.name for a in fact.assumptions} == {"A1 smooth", "A1 Lipschitz", "A1 bounded below", "Δ gap"}


def test_without_delay_it_is_the_family_without_a_pipeline() -> None:
    step = 0.3
    optimum = short_run({**NUMBERS, "delay": 0, "step_size": step})
    assert optimum.value == pytest.approx(3 / (4 * (step - step**2)), rel=1e-7)  # L = 2; what SHORT_MARGIN gives back
    assert "A1 Lipschitz" not in {a.name for a in optimum.fact.assumptions}


@pytest.mark.parametrize("delay", [0, 1, 2, 3])
def test_no_run_on_random_objectives_violates_it(delay: int) -> None:
    """Quadratics with curvatures in [−L, L]: the hypotheses hold, and so must the bound."""
    rng = np.random.default_rng(0)
    optimum = short_run({**NUMBERS, "delay": delay})
    ratios = []
    for _ in range(2000):
        curvature, weight = rng.uniform(-2, 2, 3), rng.standard_normal(3)
        gradients, points = [], [weight]
        for k in range(4):
            gradients.append(curvature * points[k])
            points.append(points[k] - 0.2 * gradients[max(0, k - delay)])
        fall = 0.5 * np.sum(curvature * (points[0] ** 2 - points[-1] ** 2))
        if fall > 0:
            ratios.append(np.mean([g @ g for g in gradients]) / (fall / 3 * optimum.value))
    assert len(ratios) > 1000
    assert 0.5 < max(ratios) <= 1  # the second: not violated; the first: not idle


def test_multipliers_that_do_not_fit_are_rejected() -> None:
    optimum = short_run(NUMBERS)
    rate = optimum.multipliers["descent_rate"]
    assert certify_run(RUN, Fraction(3), rate, weights(optimum))
    with pytest.raises(Rejected):
        certify_run(RUN, Fraction(3), rate * Fraction(1001, 1000), weights(optimum))
    with pytest.raises(Rejected):
        certify_run(RUN, Fraction(3), rate, dict.fromkeys(RUN.pairs, Fraction(0)))
    with pytest.raises(Rejected):
        certify_run(RUN, Fraction(3), rate, {**weights(optimum), (0, 1): Fraction(-1)})


def test_the_search_finds_the_optimum_of_its_form() -> None:
    """No multipliers nearby make the least eigenvalue of the form larger."""
    rng = np.random.default_rng(0)
    rate, found = search(RUN)

    def best(multipliers: Any) -> float:
        exact = [Fraction(float(m)) * RUN.step_size for m in multipliers]
        form = np.array(RUN.slack(exact, Fraction(0)), dtype=float) / float(RUN.step_size)
        return float(np.linalg.eigvalsh(form)[0])

    assert best(found) == pytest.approx(rate, abs=1e-9)  # the barrier's last weight times the number of variables
    assert all(best(found * np.exp(0.01 * rng.standard_normal(len(found)))) < rate + 1e-9 for _ in range(200))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"steps": 0}, "steps must be > 0, got 0"),
        ({"steps": 2.5}, "steps must be a whole number >= 1, got 2.5"),
        ({"delay": -1}, "delay must be >= 0, got -1"),
        ({"delay": 0.5}, "delay must be a whole number >= 0, got 0.5"),
        ({"step_size": 1.5}, "no multipliers make the bound finite at step_size = 1.5"),
        ({"dealy": 1}, "did you mean 'delay'"),
    ],
)
def test_bad_numbers_are_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(theory.OutOfDomain, match=message):
        short_run({**NUMBERS, **change})
