"""A judgement as text: what was printed, the verdict, the evidence, and what survives."""

from sympy import Rational, Symbol

from theory.kernel import axioms_of
from theory.printing import text
from theory.symbols import quantity
from theory.trial.exact import Counterexample
from theory.trial.judge import Judgement
from theory.trial.published import Published

_RELATION = {"upper": "≤", "equality": "="}
_FAULT = {"misprint": "a misprint", "error": "an error", "assumption": "an assumption that is not stated"}


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
        family = ", ".join(f"{quantity(s).glyph} = {text(value)}" for s, value in claim.family.items())
        lines += [f"  and for every value of {_listed(tuple(claim.constants))} at {family}"]
    lines += _evidence(judgement)
    if claim.remark:
        lines += [f"  {claim.remark}"]
    return "\n".join([*lines, f"  Tried: {judgement.tried}."])


def formula(claim: Published) -> str:
    """The statement on trial in one line."""
    exists = f"for some {_listed(tuple(claim.constants))}: " if claim.constants else ""
    where = ", ".join(f"{quantity(symbol).glyph} = {text(value)}" for symbol, value in claim.definitions)
    line = f"{exists}{text(claim.lhs)} {_RELATION[claim.kind]} {text(claim.rhs)}"
    return line + (f"   where {where}" if where else "")


def numbers(claim: Published, example: Counterexample) -> str:
    """The instance, as name = value."""
    order: tuple[Symbol, ...] = (*claim.constants, *claim.variables, *(symbol for symbol, _ in claim.definitions))
    return ", ".join(f"{quantity(symbol).glyph} = {example.numbers[symbol]}" for symbol in order)


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
        lines += [f"  Repaired, {repair.statement.id}: {repair.statement.text()}", f"  Effect: {repair.effect}"]
    if judgement.certificate:
        axioms = ", ".join(sorted(axioms_of(judgement.certificate))) or "none"
        lines += [f"  Certificate: accepted by the kernel (axioms: {axioms})"]
    return lines


def _listed(symbols: tuple[Symbol, ...]) -> str:
    return ", ".join(quantity(symbol).glyph for symbol in symbols)
