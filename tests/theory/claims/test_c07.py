"""C7: flat minima and flat responses, where the linearised equation says nothing; and where it does, how much."""

from dataclasses import replace
from fractions import Fraction

import pytest

from tests.theory.claims.exactly import fractions, half_is_refused
from theory import trial
from theory.claims import _linearised, c07a_flat_minimum, c07b_flat_response
from theory.symbols import unfold
from theory.trial import Judgement, Published, judge, stands

Vector = tuple[Fraction, Fraction]


@pytest.fixture(scope="module")
def judgements() -> dict[str, Judgement]:
    return {name: judge(trial.CLAIMS[name]) for name in ("C7a", "C7b")}


@pytest.mark.parametrize("name", ["C7a", "C7b"])
def test_an_assumption_is_missing(judgements: dict[str, Judgement], name: str) -> None:
    assert judgements[name].verdict == "conditional"
    assert len(judgements[name].counterexamples) == 3
    assert stands(judgements[name])


def test_at_a_flat_minimum_the_prediction_is_no_better_than_the_symmetric_point(
    judgements: dict[str, Judgement],
) -> None:
    """f = Hw²/2 + w⁴/4, Σ = R' = 1: at H = 0 the prediction is W⋄ itself."""
    for example in judgements["C7a"].counterexamples:
        value = fractions(example)
        curvature, shift, near = value["flat_curvature"], value["flat_shift"], value["flat_nearness"]
        predicted = shift / (curvature + 1)
        assert 0 < shift <= near
        assert curvature == 0
        assert abs(predicted**3 + predicted - shift) > abs(shift**3) / 2


def test_at_a_flat_response_the_prediction_is_no_better_than_the_minimiser(judgements: dict[str, Judgement]) -> None:
    """f = w²/2, Σ = 1, R = (w − W⋄)³: the prediction is W⋆ = 0 itself."""
    for example in judgements["C7b"].counterexamples:
        value = fractions(example)
        slope, shift, near = value["flat_slope"], value["flat_shift"], value["flat_nearness"]
        predicted = slope * shift / (1 + slope)
        assert 0 < shift <= near
        assert slope == 0
        assert abs(predicted + (predicted - shift) ** 3) > abs(-(shift**3)) / 2


@pytest.mark.parametrize(
    ("claim", "steepness"),
    [
        (c07a_flat_minimum.CLAIM, c07a_flat_minimum.curvature),
        (c07b_flat_response.CLAIM, c07b_flat_response.slope),
    ],
)
def test_with_the_assumption_there_is_no_counterexample(claim: Published, steepness: object) -> None:
    assert claim.repair is not None
    assert steepness in claim.repair.missing[0].expr.free_symbols
    mended = replace(claim, assumptions=(*claim.assumptions, *claim.repair.missing), family={}, repair=None)
    assert judge(mended).counterexamples == ()


@pytest.mark.parametrize("claim", [c07a_flat_minimum.CLAIM, c07b_flat_response.CLAIM])
def test_half_the_repaired_bound_is_refused(claim: Published) -> None:
    assert claim.repair is not None
    assert half_is_refused(claim, claim.repair.statement)


def dot(a: Vector, b: Vector) -> Fraction:
    return a[0] * b[0] + a[1] * b[1]


def minus(a: Vector, b: Vector) -> Vector:
    return a[0] - b[0], a[1] - b[1]


def hessian(v: Vector) -> Vector:
    """H = [[2, 1], [1, 3]], whose eigenvalues are at least 1."""
    return 2 * v[0] + v[1], v[0] + 3 * v[1]


def gradient(v: Vector) -> Vector:
    """Of ½⟨v, Hv⟩ + v₁³/3 − v₂³/6, with minimiser 0."""
    linear = hessian(v)
    return linear[0] + v[0] ** 2, linear[1] - v[1] ** 2 / 2


def penalty(v: Vector, shift: Vector) -> Vector:
    """Σ⊙R for S = (1, 1/2) and a quadratic term."""
    x, y = v[0] - shift[0], v[1] - shift[1]
    return x + x**2, y / 2 - y**2


@pytest.mark.parametrize("size", [Fraction(1, 20), Fraction(1, 1000)])
def test_the_repaired_bounds_hold_in_two_coupled_coordinates(size: Fraction) -> None:
    """Every assumption holds for μ = 1, S between 1/2 and 1, and C = 2; the linear equation is solved exactly."""
    z = (size, -size / 3)
    # (H + S)y = S z with H + S = [[3, 1], [1, 7/2]].
    right = (z[0], z[1] / 2)
    y = ((right[0] * Fraction(7, 2) - right[1]) / Fraction(19, 2), (3 * right[1] - right[0]) / Fraction(19, 2))
    predicted, penalised = gradient(y), penalty(y, z)
    residual = (predicted[0] + penalised[0], predicted[1] + penalised[1])
    assert hessian(y) == (z[0] - y[0], (z[1] - y[1]) / 2)
    assert dot(residual, residual) <= 4 * (dot(y, y) + dot(z, z)) ** 2
    assert dot(y, hessian(y)) >= dot(y, y)
    assert dot(z, hessian(z)) >= dot(z, z)
    at_shift, at_optimum = gradient(z), penalty((Fraction(0), Fraction(0)), z)
    for other, linear, slope in (
        (at_shift, hessian(z), Fraction(1)),
        (at_optimum, (-z[0], -z[1] / 2), Fraction(1, 2)),
    ):
        rest = minus(other, linear)
        assert dot(rest, rest) <= 4 * dot(z, z) ** 2
        assert 16 * dot(z, z) <= slope**2
        assert 0 < dot(residual, residual) <= 36 / slope**2 * dot(z, z) * dot(other, other)


def test_the_bounds_are_those_of_the_coupled_instance() -> None:
    """4C²(1 + S_max/2μ)²/slope² with C = 2, S_max = μ = 1."""
    for claim, slope in ((c07a_flat_minimum.CLAIM, _linearised.mu), (c07b_flat_response.CLAIM, _linearised.least)):
        assert claim.repair is not None
        numbers = {_linearised.C: 2, _linearised.most: 1, _linearised.mu: 1, slope: 1}
        rate = unfold(claim.repair.statement.rhs).subs(numbers)
        assert rate.as_coeff_Mul()[0] == 36
