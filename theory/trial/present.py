"""A judgement as text: what was printed, the verdict, the evidence, and what survives."""

import numpy as np
from numpy.typing import NDArray
from sympy import Rational, Symbol

from theory.kernel import axioms_of
from theory.printing import latex, text
from theory.statement import Statement
from theory.symbols import quantity
from theory.trial.exact import Counterexample
from theory.trial.judge import Judgement
from theory.trial.published import Published
from theory.trial.search import slack

_RELATION = {"upper": "≤", "equality": "="}
_FAULT = {"misprint": "a misprint", "error": "an error", "assumption": "an assumption that is not stated"}


def glyph(symbol: Symbol) -> str:
    """How plain text prints a quantity."""
    return quantity(symbol).glyph


def describe(judgement: Judgement) -> str:
    """Everything about one trial, as plain text."""
    claim = judgement.statement
    lines = [f"{claim.id}  {claim.title}", f"  {claim.source}", "", f"  {claim.text}", ""]
    lines += [f"  {formula(claim)}", *(f"    {a.name}: {a.text}" for a in claim.assumptions)]
    if claim.instance:
        lines += ["", f"  Tried on: {claim.instance}"]
    lines += ["", f"Verdict: {judgement.verdict}"]
    for example in judgement.counterexamples:
        lines += [f"  violated at {numbers(claim, example)}", f"    {sides(claim, example)}"]
    if judgement.refutation:
        family = ", ".join(f"{glyph(s)} = {text(value)}" for s, value in claim.family.items())
        lines += [f"  and for every value of {_listed(tuple(claim.constants))} at {family}"]
    lines += _evidence(judgement)
    if claim.remark:
        lines += [f"  {claim.remark}"]
    return "\n".join([*lines, f"  Tried: {judgement.tried}."])


def formula(claim: Published) -> str:
    """The statement on trial in one line."""
    exists = f"for some {_listed(tuple(claim.constants))}: " if claim.constants else ""
    where = ", ".join(f"{glyph(symbol)} = {text(value)}" for symbol, value in claim.definitions)
    line = f"{exists}{text(claim.lhs)} {_RELATION[claim.kind]} {text(claim.rhs)}"
    return line + (f"   where {where}" if where else "")


def tex(claim: Published) -> str:
    """The statement on trial as TeX."""
    relation = {"upper": r"\le", "equality": "="}[claim.kind]
    where = [f"{latex(symbol)} = {latex(value)}" for symbol, value in claim.definitions]
    clause = r" \qquad\text{where } " + ", ".join(where) if where else ""
    return f"{latex(claim.lhs)} {relation} {latex(claim.rhs)}{clause}"


def section(
    claim: Published, example: Counterexample, *, points: int = 201
) -> tuple[Symbol, NDArray[np.float64], NDArray[np.float64]]:
    """A line through a counterexample: the variable that moves, its values (points,) and the relative slack there.

    The slack is NaN outside the assumptions. The variable is the one along which the statement is violated on a part
    of the line that is closest to a half, so that both can be seen.
    """
    fixed = {symbol: example.numbers[symbol] for symbol in claim.constants}
    centre = np.array([float(example.numbers[symbol]) for symbol in claim.variables])
    best: tuple[float, Symbol, NDArray[np.float64], NDArray[np.float64]] | None = None
    for place, symbol in enumerate(claim.variables):
        values = _around(centre[place], points)
        line = np.tile(centre, (points, 1))
        line[:, place] = values
        found = slack(claim, fixed)(line)
        gap = np.where(np.isfinite(found), found, np.nan)
        balance = abs(float(np.mean(gap < 0)) - 0.5)
        if best is None or balance < best[0]:
            best = (balance, symbol, values, gap)
    if best is None:
        raise ValueError(f"{claim.id} has no variable to draw a line along")
    return best[1:]


def _around(value: float, points: int) -> NDArray[np.float64]:
    return value * np.geomspace(0.1, 10, points) if value else np.linspace(-2, 2, points)


def numbers(claim: Published, example: Counterexample) -> str:
    """The instance, as name = value."""
    order: tuple[Symbol, ...] = (*claim.constants, *claim.variables, *(symbol for symbol, _ in claim.definitions))
    return ", ".join(f"{glyph(symbol)} = {example.numbers[symbol]}" for symbol in order)


def sides(claim: Published, example: Counterexample) -> str:
    """Both sides at the instance, exactly and rounded."""
    broken = ">" if claim.kind == "upper" else "≠"
    return f"{_exactly(example.lhs)} {broken} {_exactly(example.rhs)}"


def _exactly(value: Rational) -> str:
    return f"{value}" if value.q == 1 else f"{value} (≈ {float(value):.6g})"


def _evidence(judgement: Judgement) -> list[str]:
    claim, lines = judgement.statement, list[str]()
    if judgement.repaired and claim.repair:
        repair = claim.repair
        lines += [f"  What is wrong: {_FAULT[repair.fault]}.", f"  Repair: {repair.change}"]
        lines += [*_certified("Repaired", repair.statement), f"  Effect: {repair.effect}"]
    lines += _certified("Proved", claim.proof) if claim.proof and judgement.verdict == "proved" else []
    lines += _certified("Excluded by", claim.exclusion) if claim.exclusion else []
    if judgement.certificate:
        axioms = ", ".join(sorted(axioms_of(judgement.certificate))) or "none"
        lines += [f"  Certificate: accepted by the kernel (axioms: {axioms})"]
    return lines


def _certified(word: str, statement: Statement) -> list[str]:
    """What a certificate says and under which assumptions: whether that is the statement on trial, a reader judges."""
    assumed = [f"    {a.name}: {a.text}" for a in statement.assumptions]
    return [f"  {word}, {statement.id}: {statement.text()}", *assumed]


def _listed(symbols: tuple[Symbol, ...]) -> str:
    return ", ".join(glyph(symbol) for symbol in symbols)
