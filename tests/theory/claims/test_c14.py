"""C14: the rate for the linear device, for one update, for a few, and for as many as one likes."""

from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import sqrt

import numpy as np
import pytest
from sympy import Integer, Rational

from theory import trial
from theory.claims import _linear_rate as linear
from theory.claims import c14c_long_runs as long_runs
from theory.trial import Inconsistent, Judgement, judge

IDS = ("C14a", "C14b", "C14c")
FACTOR = {"C14a": 2, "C14b": 4}


@pytest.fixture(scope="module")
def judgements() -> dict[str, Judgement]:
    return {name: judge(trial.CLAIMS[name]) for name in IDS}


def fractions(judgement: Judgement, place: int = 0) -> dict[object, Fraction]:
    numbers = judgement.counterexamples[place].numbers
    return {symbol: Fraction(int(number.p), int(number.q)) for symbol, number in numbers.items()}


@pytest.mark.parametrize("name", IDS)
def test_the_claims_are_errors(judgements: dict[str, Judgement], name: str) -> None:
    assert judgements[name].verdict == "proved after repair"
    assert "an error" in judgements[name].summary
    assert linear.DIVISION in judgements[name].summary


@pytest.mark.parametrize("name", FACTOR)
def test_the_counterexample_violates_what_was_printed(judgements: dict[str, Judgement], name: str) -> None:
    """Curvature 1, L = 2, K = 1."""
    value = fractions(judgements[name])
    slope, noise, saturation = (value[s] for s in (linear.size, linear.noise, linear.saturation))
    gap, smoothness = slope**2 / 2, 2
    root = slope * noise
    assert root**2 == gap * noise**2 * smoothness
    bound = 4 / (1 - saturation**2) * root + FACTOR[name] * noise**2 * saturation**2 / (1 - saturation**2)
    assert slope**2 > bound


def few_updates(rng: np.random.Generator, updates: int) -> tuple[float, float]:
    """Both sides for c = 2 on (w−w⋆)²/2 with L = τ = 1, α = √(Δ/(σ²K)) ≤ 1, over all outcomes of two-point noise."""
    start, optimum = rng.uniform(-1, 1, 2)
    gap = (start - optimum) ** 2 / 2
    noise = sqrt(gap / updates) * np.exp(rng.uniform(0, 2))
    shape = np.exp(rng.uniform(-1.5, 1.5))
    step = sqrt(gap / updates) / noise
    chance = 1 / (1 + shape**2)
    squares = error = largest = 0.0
    for outcome in product(((noise * shape, chance), (-noise / shape, 1 - chance)), repeat=updates):
        weight, probability = start, float(np.prod([p for _, p in outcome]))
        for n, _ in outcome:
            squares += probability * (weight - optimum) ** 2
            error += probability * noise**2 * weight**2 / (1 - weight**2)
            largest = max(largest, abs(weight))
            signal = weight - optimum + n
            weight -= step * (signal + weight * abs(signal))
            if abs(weight) >= 1:
                return 0.0, 1.0  # leaves the range: not an instance
    return squares / updates, (4 * sqrt(gap / updates) * noise) / (1 - largest**2) + 2 * error / updates


@pytest.mark.parametrize("updates", [1, 2, 3])
def test_a_few_updates_at_the_published_step_size_keep_to_it(updates: int) -> None:
    """What was tried beyond one update without a bound on α: 4,000 random runs each."""
    rng = np.random.default_rng(2026)
    sides = [few_updates(rng, updates) for _ in range(4000)]
    inside = [(left, right) for left, right in sides if left > 0]
    assert len(inside) > 500
    assert all(left < right for left, right in inside)


def test_the_bounds_of_the_limit_are_those_of_its_integrals() -> None:
    """Each piece by the midpoint rule, against the rationals that the trial uses."""
    ascent, beta, climbed = 40, Fraction(3, 64), Fraction(3, 16)
    steep = 3 * ascent**2 / 16
    x = (np.arange(100_000) + 0.5) / 100_000
    climb = 0.75 * x
    assert np.mean(0.75 * (climb - 0.125)) == pytest.approx(float(climbed), rel=1e-6)  # midpoint rule, N = 1e5
    assert np.mean(0.75 * 8 * climb**2 / (1 - climb**2)) < 18 / 7
    root = 1 / ascent + x * (1 - 1 / ascent)  # √(1−w), so that dw = 2 √(1−w) d√(1−w)
    weight = 1 - root**2
    time = (1 - 1 / ascent) * 2 * root / (root**2 * float(beta) / root)
    assert np.mean(time * weight**2 / (1 - weight**2)) < ascent / float(beta)
    assert np.mean((1 - 1 / ascent) * 2 * root * float(beta) / root) < float(climbed) / 2
    last = 1 / ascent**2 * (1 - x / 2)  # 1 − w
    time = 1 / (2 * ascent**2) / (last * steep)
    assert np.mean(time * (1 - last) ** 2 / (1 - (1 - last) ** 2)) < 4
    assert np.mean(time * steep**2) > ascent**2 / 8
    assert Fraction(steep) / (2 * ascent**2) == climbed / 2


def test_runs_of_small_steps_come_close_to_the_limit() -> None:
    """V = 4, α = 1e-4, one run: the left side exceeds its lower bound, the right side stays below its upper one."""
    rng, step, ascent = np.random.default_rng(7), 1e-4, 4
    weight, squares, error = -0.75, 0.0, 0.0
    coins = iter(rng.choice([-1.0, 1.0], 10**6))
    while weight < 1 - 1 / (2 * ascent**2):
        if weight < 0:
            slope = -weight - 0.125 if weight > -0.75 else -0.125
            signal = slope + (next(coins) if weight > -0.8 else 0)
        else:
            slope = -3 / 64 / sqrt(1 - weight) if weight < 1 - 1 / ascent**2 else -3 * ascent**2 / 16
            signal = slope
        squares += step * slope**2
        error += step * weight**2 / (1 - weight**2)
        weight -= step * (signal + weight * abs(signal))
    assert squares > ascent**2 / 8
    assert error < 46 / 7 + 64 / 3 * ascent


def test_the_limit_violates_what_was_printed(judgements: dict[str, Judgement]) -> None:
    for place, factor in enumerate((2, 4)):
        value = fractions(judgements["C14c"], place)
        ascent, gap = value[long_runs.ascent], value[long_runs.gap]
        saturation = 1 - 1 / (2 * ascent**2)
        left, error = ascent**2 / 8, Fraction(18, 7) + ascent * Fraction(64, 3) + 4
        assert left > 4 * gap / (1 - saturation**2) + factor * error


def test_a_family_that_does_not_rise_with_the_constant_is_no_refutation() -> None:
    low = {**long_runs.CLAIM.family, long_runs.ascent: Integer(300)}
    with pytest.raises(Inconsistent, match="no refutation"):
        judge(replace(long_runs.CLAIM, family=low))


def test_a_repair_with_half_the_constant_is_refused() -> None:
    repair = linear.repair(linear.DIVISION)
    rate, error = linear.REPAIRED.rhs_terms
    for terms in ((rate / 2, error), (rate, error * Rational(1, 2))):
        wrong = replace(repair, statement=replace(linear.REPAIRED, rhs_terms=terms))
        with pytest.raises(Inconsistent, match="not accepted"):
            judge(replace(trial.CLAIMS["C14a"], repair=wrong))
