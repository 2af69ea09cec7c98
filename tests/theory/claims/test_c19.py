"""C19: a residual that noise drives away from zero: the floor in fractions, and runs that stay above it."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import theory
from tests.theory.claims.exactly import fractions, half_is_refused
from theory import trial
from theory.claims import c19_mixture as c19
from theory.trial import Inconsistent, Judgement, judge, stands


@pytest.fixture(scope="module")
def judgement() -> Judgement:
    return judge(trial.CLAIMS["C19"])


def floor(noise: Fraction, mixture: Fraction, length: Fraction) -> Fraction:
    """T11-floor for this run, multiplied out by hand: σ²/64 − σ²/256 − what the last residual can be."""
    spread = 4 * mixture
    potential = Fraction(41, 31) * spread**2 + Fraction(3, 16) * spread * noise + Fraction(65, 32) * spread**2
    return 3 * noise**2 / 256 - 31 * noise**2 * potential / (10 * mixture**2 * length)


def mean_size(residual: Fraction, slope: Fraction, noise: Fraction, step: Fraction) -> Fraction:
    """E|P⁺| over the two outcomes of the noise, for the array of the claim."""
    asymmetric = -residual / (2 * (abs(residual) + step * noise / 4))
    signals = (slope + noise, slope - noise)
    return sum((abs(residual - step * (g + asymmetric * abs(g))) for g in signals), Fraction(0)) / 2


def measured(asymmetry: int, *, noise: float = 4096.0, length: int = 20_000) -> float:
    """(1/K)Σ E h² of the run for γ = 1, with the residual array's asymmetry times −1 (the claim's), 0 or 1."""
    rng, step = np.random.default_rng(19), 4 / noise
    rate = step * (9 / 16) * (3 / 4) / (31 * 3 / 2)
    weights, residual, total = np.full(16, np.sqrt(32 * length)), np.zeros(16), 0.0
    for _ in range(length):
        slope = weights + residual
        total += float(np.mean(slope**2))
        signal = slope + noise * rng.choice([-1, 1], 16)
        response = asymmetry * residual / (2 * (abs(residual) + 1))
        residual = residual - step * (signal + response * abs(signal))
        weights = weights + rate * (residual + abs(residual) * weights / (2 * (abs(weights) + 1)))
    return total / length


def test_the_claim_is_an_error(judgement: Judgement) -> None:
    assert judgement.verdict == "proved after repair"
    assert judgement.summary.startswith("proved after repair: an error: C contains σ")
    assert judgement.refutation
    assert stands(judgement)


def test_the_counterexamples_violate_what_was_printed(judgement: Judgement) -> None:
    for example in judgement.counterexamples:
        value = {name.removeprefix("mixture_"): number for name, number in fractions(example).items()}
        assert value["weight"] ** 5 >= 4 * value["constant"] ** 5
        assert value["noise"] >= 32 * value["weight"]
        assert value["length"] >= value["first"]
        assert value["length"].denominator == 1
        assert floor(value["noise"], value["weight"], value["length"]) > value["order"] * value["noise"] * value["root"]


def test_the_floor_is_certified() -> None:
    assert theory.get("T11-floor").verify().accepted


def test_noise_drives_the_residual_outwards() -> None:
    """E|P⁺| ≥ |P| + α(σ/8 − |h|) on a grid; with σ/2 in the place of σ/8 it fails."""
    noise, step = Fraction(3), Fraction(1, 2)
    grid = [(Fraction(i, 8), Fraction(j, 2)) for i in range(-32, 33) for j in range(-12, 13)]
    gains = [mean_size(p, h, noise, step) - abs(p) + step * abs(h) for p, h in grid]
    assert min(gains) >= step * noise / 8
    assert min(gains) < step * noise / 2


def test_runs_stay_above_the_floor_and_without_asymmetry_below() -> None:
    """Seen: 3.9e6 with the claim's array, 3.5e4 with an ideal one; σ²/128 is 1.3e5, √(Δσ²L/K) is 1.6e4."""
    assert measured(-1) > 4096**2 / 128 > measured(0)


def test_little_noise_is_no_refutation() -> None:
    family = {**c19.CLAIM.family, c19.noise: 64 * c19.C}
    with pytest.raises(Inconsistent, match="no refutation"):
        judge(replace(c19.CLAIM, family=family))


def test_half_the_repaired_bound_is_refused() -> None:
    assert c19.CLAIM.repair is not None
    assert half_is_refused(c19.CLAIM, c19.CLAIM.repair.statement)
