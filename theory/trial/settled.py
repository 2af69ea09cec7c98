"""Statements about finitely many numbers, whose certificate is the decision that they hold."""

from functools import cache

from sympy import Expr

from theory.kernel import Assumption, Fact, assume
from theory.sign_rules import decide
from theory.statement import Statement


def settled(
    *, name: str, title: str, lhs: Expr, rhs: Expr, assumptions: tuple[Assumption, ...] = (), note: str = ""
) -> Statement:
    """lhs ≤ rhs under polynomial assumptions, proved by deciding it (`theory.sign_rules.decide`)."""

    @cache
    def prove() -> Fact:
        return decide(tuple(assume(a) for a in assumptions), rhs - lhs)

    return Statement(
        id=name, title=title, kind="upper", source="this project", assumptions=assumptions, lhs=lhs, rhs_terms=(rhs,),
        prove=prove, note=note,
    )  # fmt: skip
