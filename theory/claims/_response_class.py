"""What C1a, C1b and C1c share: whether a pair of responses lies between two positive bounds, and the repair.

q₋(w) = q₊(−w) for all three kinds of response, so that it is enough to speak of q₊ at every w.
"""

from collections.abc import Callable
from functools import cache

from sympy import Abs, Expr, Integer, Rational, Symbol

from theory.assumptions import SATURATION, UNSATURATED
from theory.kernel import Assumption, Fact, combine
from theory.statement import Statement
from theory.symbols import s_bar, tau, w
from theory.trial.published import Published, Repair, variable

q_low = variable("class_q_min", "q_min", r"q_{\min}", "lower bound on both gains", sign="positive")
q_high = variable("class_q_max", "q_max", r"q_{\max}", "upper bound on both gains", sign="positive")

RANGE = Assumption(name="range", relation=">=", expr=1 - Abs(w) / tau, text="the weight is in the range, |w| ≤ τ")


def between(low: Expr, gain: Expr, high: Expr) -> Expr:
    """(gain/low − 1)(high − gain), for 0 < low ≤ high: it is ≥ 0 exactly if low ≤ gain ≤ high."""
    return (gain / low - 1) * (high - gain)


def class_claim(
    *,
    name: str,
    kind: str,
    gain: Expr,
    shape: tuple[tuple[Symbol, Expr], ...] = (),
    saturation: Expr,
    bounded: Callable[[], tuple[Fact, Fact, Fact]],
    bounds: str,
) -> Published:
    """One kind of response on trial, given q₊(w), an s̄ that q_min allows, and proofs for |w| ≤ s̄τ.

    `bounded` proves 1/q_min > 0, q₊ − q_min ≥ 0 and q_max − q₊ ≥ 0, with q_min and q_max the gains at ±s̄τ.
    """
    return Published(
        id=name,
        title=f"{kind} responses are bounded away from zero",
        source="arXiv:2502.06309, Definition 1 and its remark",
        text=f"{kind} responses satisfy 0 < q_min ≤ q±(w) ≤ q_max for all real w",
        instance="weights in units of τ, and only those of the range, where the responses are meant; "
        "q₋ is the mirror image of q₊, and (q₊/q_min − 1)(q_max − q₊) ≥ 0 says that q₊ is between its bounds",
        lhs=Integer(0),
        rhs=between(q_low, gain, q_high),
        assumptions=(RANGE,),
        definitions=((tau, Integer(1)), *shape),
        constants={
            q_low: (Rational(1, 4), Rational(1, 100), Rational(1, 10**4)),
            q_high: tuple(map(Integer, (4, 10, 100))),
        },
        family={w: Integer(1)},
        ranges={w: (-1.0, 1.0)},
        repair=_repair(saturation, bounds, _inside(name, kind, gain, bounded)),
    )


def _repair(saturation: Expr, bounds: str, statement: Statement) -> Repair:
    missing = Assumption(
        name="saturation",
        relation=">=",
        expr=saturation - Abs(w) / tau,
        text="bounded saturation: |w| ≤ s̄τ with s̄ < 1, here an s̄ at which the smaller gain is at least q_min",
    )
    return Repair(
        fault="assumption",
        change=f"the weights stay inside the range, |w| ≤ s̄τ with s̄ < 1; then {bounds}",
        missing=(missing,),
        statement=statement,
        effect="every theorem of the paper is about the class: for these devices each holds along runs of bounded "
        f"saturation only, with {bounds}. No gain is bounded below otherwise: at w = τ an up pulse does nothing",
    )


def _inside(name: str, kind: str, gain: Expr, bounded: Callable[[], tuple[Fact, Fact, Fact]]) -> Statement:
    low, high = (gain.xreplace({w: sign * s_bar * tau}) for sign in (1, -1))

    @cache
    def prove() -> Fact:
        return combine((bounded(),), between(low, gain, high))

    return Statement(
        id=f"{name}-repaired",
        title=f"{kind} responses inside the range",
        kind="upper",
        source="this project",
        assumptions=(SATURATION, UNSATURATED),
        lhs=Integer(0),
        rhs_terms=(between(low, gain, high),),
        prove=prove,
    )
