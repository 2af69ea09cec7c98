"""Every kind of bad statement is refused with an error of its own."""

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations

import pytest
from sympy import Integer, Symbol

import theory
from theory.assumptions import UNSATURATED, VARIANCE
from theory.kernel import Fact, MayVanish, NegativeMultiplier, combine, square
from theory.referee import Vacuous, check
from theory.statement import Statement, WrongCertificate
from theory.symbols import G, UnknownSymbol, g, h, v

T1A, T1B = theory.get("T1a"), theory.get("T1b")
ERRORS = (Vacuous, UnknownSymbol, NegativeMultiplier, WrongCertificate, MayVanish)


def proved_by(prove: Callable[[], Fact]) -> Statement:
    return replace(T1B, prove=prove)


def rejected(statement: Statement, error: type[ValueError]) -> str:
    """The reason, if the verdict carries exactly that error."""
    verdict = statement.verify()
    assert not verdict.accepted
    assert type(verdict.error) is error
    with pytest.raises(error):
        statement.check()
    return verdict.reason


def test_the_errors_are_different() -> None:
    assert not any(issubclass(one, other) for one, other in permutations(ERRORS, 2))
    assert all(issubclass(error, ValueError) for error in ERRORS)


def test_a_statement_whose_assumptions_cannot_be_met_is_vacuous() -> None:
    never = replace(UNSATURATED, name="never", expr=-UNSATURATED.expr)
    vacuous = replace(T1A, assumptions=(UNSATURATED, never))
    with pytest.raises(Vacuous, match="T1a: none of 100 random worlds meets all assumptions; broken most: A3 range"):
        check(vacuous, tries=100)
    assert "Referee: VACUOUS (T1a: none of" in vacuous.describe()


@pytest.mark.parametrize("stranger", [Symbol("nobody", real=True), Symbol("signal")])
def test_a_symbol_outside_the_notation_table_is_unknown(stranger: Symbol) -> None:
    """`signal` exists, but as a real number: a symbol of that name that may be complex is another one."""
    changes = (
        {"lhs": stranger},
        {"rhs_terms": (stranger,)},
        {"assumptions": (replace(VARIANCE, expr=stranger),)},
    )
    for change in changes:
        with pytest.raises(UnknownSymbol, match=f"symbol '{stranger.name}' is not in the notation table"):
            replace(T1A, **change)


def test_a_multiplier_that_may_be_negative() -> None:
    assert "multiplier asymmetric may be negative" in rejected(
        proved_by(lambda: combine(((G, square(h)),), G * h**2)), NegativeMultiplier
    )


def test_division_by_something_that_may_vanish() -> None:
    assert "division by signal" in rejected(proved_by(lambda: square(h / g)), MayVanish)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (proved_by(T1A.prove), "proves another statement"),
        (proved_by(lambda: combine((), Integer(0))), "proves another statement"),
        (replace(T1B, rhs_terms=(T1B.rhs, v)), "proves another statement"),
        (replace(T1B, kind="equality"), "the certificate proves >= 0, the statement's kind is 'equality'"),
        (replace(theory.get("T4"), kind="upper"), "the certificate proves == 0, the statement's kind is 'upper'"),
        (replace(T1B, assumptions=()), "assumptions stated and assumptions used differ in: A2 variance"),
        (replace(T1B, assumptions=(VARIANCE, UNSATURATED)), "differ in: A3 range"),
    ],
)
def test_a_certificate_for_another_statement(wrong: Statement, reason: str) -> None:
    assert reason in rejected(wrong, WrongCertificate)


def test_a_good_statement_has_no_error() -> None:
    verdict = T1B.verify()
    assert (verdict.accepted, verdict.error) == (True, None)
    assert T1B.check() is T1B.prove()
