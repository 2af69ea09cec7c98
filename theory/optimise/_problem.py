"""What is to be minimised: a family, a device, and exact numbers, checked by name, sign and consistency."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from math import ceil, floor, isfinite
from numbers import Rational as AnyRational
from numbers import Real

from sympy import Expr, N, Rational, Symbol

import theory
from theory.corollary import Response
from theory.kernel import Assumption
from theory.numeric import OutOfDomain
from theory.operators import axes
from theory.statement import Statement
from theory.symbols import TABLE
from theory.theorems import t3_optimum, t8_optimum

FAMILIES: dict[str, Statement] = {s.id: s for s in (t3_optimum.STATEMENT, t8_optimum.STATEMENT)}
"""The statements whose multipliers are still to be chosen, without and with a pipeline."""
COMMON = ("steps", "initial_gap", "smoothness", "noise_deviation")
PIPELINE = ("staleness_lipschitz", "max_delay", "mean_delay")
BOUNDS = ("min_symmetric", "max_symmetric", "max_asymmetric", "gain_bound")
FIXABLE = "step_size"
OUTWARDS = 10**12
"""A device's bound that is no rational number is rounded away from the response, to a multiple of 1/OUTWARDS."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Exact numbers of a run and uniform bounds on its device, by the names of the notation table."""

    statement: Statement
    response: Response | None
    """The device; None for a general one, of which only the bounds are known."""
    steps: int
    given: Mapping[str, Fraction]
    """Constants of the run and the bounds F_min, F_max, G_max and q_max; the step size, if the caller fixes it."""
    parameters: Mapping[str, Fraction]
    """The device's own numbers."""

    @property
    def stale(self) -> bool:
        """Whether there is a pipeline."""
        return self.statement is t8_optimum.STATEMENT

    @property
    def ends(self) -> tuple[Fraction, ...]:
        """F_min and F_max, once if they are equal."""
        return tuple(sorted({self.given["min_symmetric"], self.given["max_symmetric"]}))


def numbers_of(bound: str) -> tuple[str, ...]:
    """Names of the numbers that a bound needs; `step_size` may come on top."""
    statement, response = _named(bound)
    stale = statement is t8_optimum.STATEMENT
    device = _parameters(response) if response else BOUNDS if stale else BOUNDS[:3]
    return (*COMMON, *(PIPELINE if stale else ()), *device)


def problem(bound: str, numbers: Mapping[str, float | Fraction]) -> Problem:
    """The problem of that bound at those numbers; OutOfDomain naming the field, its value and what is allowed."""
    statement, response = _named(bound)
    exact = checked(bound, numbers, numbers_of(bound), (FIXABLE,))
    steps = whole("steps", exact.pop("steps"), 1)
    parameters = {name: exact.pop(name) for name in _parameters(response)} if response else {}
    given = exact | (_bounds_at(response, parameters) if response else {})
    _check_together(given)
    return Problem(statement=statement, response=response, steps=steps, given=given, parameters=parameters)


def _named(bound: str) -> tuple[Statement, Response | None]:
    family, colon, device = bound.partition(":")
    if family not in FAMILIES or (colon and device not in theory.RESPONSES):
        allowed = f"{' or '.join(FAMILIES)}, alone or followed by a colon and one of {', '.join(theory.RESPONSES)}"
        raise OutOfDomain(f"bound must be {allowed}; got {bound!r}")
    return FAMILIES[family], theory.RESPONSES.get(device)


def _bounds_of(response: Response) -> dict[str, Expr]:
    values = (response.min_symmetric, response.max_symmetric, response.max_asymmetric, response.gain_bound)
    return dict(zip(BOUNDS, values, strict=True))


def _conditions(response: Response) -> set[Assumption]:
    """Preconditions on a device's numbers."""
    assumed = {assumption for lemma in response.lemmas() for assumption in lemma.assumptions}
    return {assumption for assumption in assumed if assumption.on_parameters and not axes(assumption.expr)}


def _parameters(response: Response) -> tuple[str, ...]:
    """The numbers that a device's bounds depend on."""
    exprs = [*_bounds_of(response).values(), *(condition.expr for condition in _conditions(response))]
    return tuple(sorted({symbol.name for expr in exprs for symbol in expr.free_symbols}))


def checked(
    bound: str, numbers: Mapping[str, float | Fraction], needed: tuple[str, ...], optional: tuple[str, ...] = ()
) -> dict[str, Fraction]:
    """The numbers as exact rationals; OutOfDomain naming one that is missing, unknown, not finite or of wrong sign."""
    listed = f"(it takes {', '.join(needed)}{''.join(f', and {name} to fix that' for name in optional)})"
    for name in needed:
        if name not in numbers:
            raise OutOfDomain(f"{bound} needs {name!r} {listed}")
    for name in numbers:
        if name not in {*needed, *optional}:
            near = get_close_matches(name, [*needed, *optional], n=1)
            raise OutOfDomain(f"{bound} takes no {name!r}{f'; did you mean {near[0]!r}?' if near else ''} {listed}")
    return {name: _checked(name, value) for name, value in numbers.items()}


def whole(name: str, value: Fraction, least: int) -> int:
    """A number that counts something; OutOfDomain if it cannot."""
    if value < least or value.denominator > 1:
        raise OutOfDomain(f"{name} must be a whole number >= {least}, got {float(value):g}")
    return int(value)


def _checked(name: str, value: object) -> Fraction:
    """The number as an exact rational: a float counts as the decimal that Python prints for it."""
    if isinstance(value, bool) or not isinstance(value, Real) or not isfinite(value):
        raise OutOfDomain(f"{name} must be a finite number, got {value!r}")
    parts = (int(value.numerator), int(value.denominator)) if isinstance(value, AnyRational) else (repr(float(value)),)
    exact, sign = Fraction(*parts), TABLE[name].sign
    if exact < 0 if sign == "nonnegative" else sign == "positive" and exact <= 0:
        raise OutOfDomain(f"{name} must be {'> 0' if sign == 'positive' else '>= 0'}, got {value}")
    return exact


def _bounds_at(response: Response, parameters: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """The device's bounds at its numbers, rounded outwards where they are not rational."""
    at = substitution(parameters)
    for condition in _conditions(response):
        slack = condition.expr.xreplace(at)
        if not (slack > 0 if condition.relation == ">" else slack >= 0):
            got = ", ".join(f"{name} = {float(value):g}" for name, value in parameters.items())
            raise OutOfDomain(f"the {response.title} needs {condition.text}; got {got}")
    values = {name: expr.xreplace(at) for name, expr in _bounds_of(response).items()}
    rounded = {name: _rational(value, up=name != "min_symmetric") for name, value in values.items()}
    if rounded["min_symmetric"] == rounded["max_symmetric"] and not response.symmetric.is_number:
        rounded["max_symmetric"] += Fraction(1, OUTWARDS)  # the certificate needs an interval, or literally a number
    return rounded


def _rational(value: Expr, *, up: bool) -> Fraction:
    if isinstance(value, Rational):
        return Fraction(int(value.p), int(value.q))
    scaled = N(value * OUTWARDS, 40)
    return Fraction(int(ceil(scaled) if up else floor(scaled)), OUTWARDS)


def _check_together(given: Mapping[str, Fraction]) -> None:
    """Numbers that no run could have are refused: a bound under them would say nothing."""
    pairs = (("mean_delay", "max_delay"), ("min_symmetric", "max_symmetric"), ("min_symmetric", "gain_bound"))
    for small, large in pairs:
        if small in given and large in given and given[small] > given[large]:
            got = f"{small} = {float(given[small]):g} and {large} = {float(given[large]):g}"
            raise OutOfDomain(f"{small} <= {large} is needed, got {got}")
    if given["max_asymmetric"] >= given["min_symmetric"]:
        got = ", ".join(f"{name} = {float(given[name]):g}" for name in ("max_asymmetric", "min_symmetric"))
        raise OutOfDomain(f"max_asymmetric < min_symmetric is needed, since else no descent is sure; got {got}")


def substitution(numbers: Mapping[str, Fraction]) -> dict[Symbol, Rational]:
    """Symbols of the notation table and what stands for them."""
    return {TABLE[name].symbol: rational(value) for name, value in numbers.items()}


def rational(value: Fraction) -> Rational:
    """The same number for SymPy."""
    return Rational(value.numerator, value.denominator)
