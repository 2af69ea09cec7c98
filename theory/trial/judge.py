"""The verdict: what the evidence says, and nothing that the evidence does not."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from sympy import Expr, Rational, Symbol

from theory.kernel import Assumption, Fact, Rejected, assume, replay
from theory.referee import Vacuous
from theory.sign_rules import decide, decide_positive
from theory.statement import Statement
from theory.symbols import quantity
from theory.trial.exact import Counterexample, confirm
from theory.trial.published import Published
from theory.trial.search import POINTS, search

Word = Literal["proved", "refuted", "proved after repair", "conditional", "undecided"]


class Inconsistent(ValueError):
    """Evidence that contradicts itself: something in the statement on trial is not what it says."""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """A verdict with the evidence for it."""

    statement: Published
    verdict: Word
    counterexamples: tuple[Counterexample, ...] = ()
    """One for a plain statement; for one with constants, one for each value tried."""
    certificate: Fact | None = None
    """What proves the statement (or its repair), or excludes what it says to exist."""
    refutation: tuple[Fact, ...] = ()
    """For a statement with constants: facts that its family satisfies the assumptions and violates it, always."""
    tried: str = ""

    @property
    def summary(self) -> str:
        """One line."""
        repair = self.statement.repair
        fault = {"misprint": "a misprint", "error": "an error", "assumption": "an assumption is missing"}
        return self.verdict + (f": {fault[repair.fault]}: {repair.change}" if repair and self.repaired else "")

    @property
    def repaired(self) -> bool:
        """Whether a repair was certified."""
        return self.verdict in {"proved after repair", "conditional"}


def judge(statement: Published) -> Judgement:
    """Put a statement on trial: look for counterexamples, check certificates, decide.

    Raises:
        Vacuous: if the assumptions cannot be met.
        Inconsistent: if it is both proved and refuted, or a repair does not do what it says.
    """
    tries = _tries(statement)
    found = [search(statement, constants) for constants in tries]
    if not any(one.feasible for one in found):
        _require_satisfiable(statement)
    examples = tuple(one.counterexample for one in found if one.counterexample)
    inside = max(one.feasible for one in found)
    tried = (
        f"{len(tries)} × {POINTS:,} random instances ({inside:,} within the assumptions) with local optimisation; "
        f"least relative slack {min(one.closest for one in found):.3g}"
    )
    judgement = Judgement(statement=statement, verdict="undecided", counterexamples=examples, tried=tried)
    refutation = _always_violated(statement) if statement.family else ()
    refuted = bool(refutation) if statement.constants else bool(examples)
    excluded = statement.exclusion and accepted(statement.exclusion)
    certificate = accepted(statement.proof) if statement.proof else None
    if not (certificate or refuted or excluded) and statement.complete and not statement.constants:
        certificate, answer = _decided(statement)
        judgement = replace(judgement, tried=f"{tried}; {answer}")
    if certificate and (refuted or excluded):
        raise Inconsistent(
            f"{statement.id} has a certificate and a counterexample: one of them is about something else"
        )
    if certificate:
        return replace(judgement, verdict="proved", certificate=certificate)
    if refuted or excluded:
        judgement = replace(judgement, verdict="refuted", refutation=refutation, certificate=excluded or None)
        return _with_repair(judgement) if statement.repair else judgement
    return judgement


def stands(judgement: Judgement) -> bool:
    """Whether the evidence carries the verdict when it is gone through again: derivations replayed, numbers put in."""
    claim, facts = judgement.statement, judgement.refutation
    again = [confirm(claim, {s: e.numbers[s] for s in (*claim.variables, *claim.constants)}) == e
             for e in judgement.counterexamples]  # fmt: skip
    derived = (*facts, *((judgement.certificate,) if judgement.certificate else ()))
    if not all(again) or any(replay(fact).expr != fact.expr for fact in derived):
        return False
    refuted = bool(facts if claim.constants else judgement.counterexamples) or bool(claim.exclusion)
    certified = judgement.certificate is not None
    needed = {"proved": certified, "refuted": refuted, "undecided": False}
    return needed.get(judgement.verdict, refuted and certified)


def accepted(statement: Statement) -> Fact:
    """The fact that proves a statement; Inconsistent if the kernel does not accept its certificate."""
    verdict = statement.verify()
    if not verdict.accepted:
        raise Inconsistent(f"{statement.id}: the certificate is not accepted: {verdict.reason}")
    return statement.prove()


def _tries(statement: Published) -> list[Mapping[Symbol, Rational]]:
    longest = max((len(values) for values in statement.constants.values()), default=1)
    return [{s: values[min(i, len(values) - 1)] for s, values in statement.constants.items()} for i in range(longest)]


def _with_repair(judgement: Judgement) -> Judgement:
    repair = judgement.statement.repair
    if repair is None:
        return judgement
    certificate = accepted(repair.statement)
    for example in judgement.counterexamples:
        if repair.missing and not any(example.violates(assumption) for assumption in repair.missing):
            raise Inconsistent(f"{judgement.statement.id}: the missing assumption holds in the counterexample")
    if repair.missing:
        _require_no_counterexample(judgement.statement, repair.missing)
    verdict: Word = "conditional" if repair.fault == "assumption" else "proved after repair"
    return replace(judgement, verdict=verdict, certificate=certificate)


def _require_no_counterexample(statement: Published, missing: tuple[Assumption, ...]) -> None:
    assumptions = (*statement.assumptions, *missing)
    for constants in _tries(statement):
        if search(replace(statement, assumptions=assumptions), constants).counterexample:
            raise Inconsistent(f"{statement.id}: counterexamples remain under the missing assumption")


def _premises(statement: Published) -> tuple[Fact, ...]:
    """Assumptions and definitions as facts about the variables."""
    exprs = [replace(a, expr=statement.written_out(a.expr)) for a in statement.assumptions]
    signs: dict[str, Literal[">", ">="]] = {"positive": ">", "nonnegative": ">="}
    for symbol, _ in statement.definitions:
        if quantity(symbol).sign != "real":
            text = f"{quantity(symbol).glyph} is {quantity(symbol).sign}"
            relation = signs[quantity(symbol).sign]
            exprs.append(Assumption(name=symbol.name, relation=relation, expr=statement.written_out(symbol), text=text))
    return tuple(assume(a) for a in exprs)


def _decided(statement: Published) -> tuple[Fact | None, str]:
    """A certificate by deciding the statement as it stands, and what the solver said."""
    gap = statement.written_out(statement.rhs - statement.lhs)
    try:
        fact = decide(_premises(statement), gap)
        if statement.kind == "equality":
            decide(_premises(statement), -gap)
    except Rejected as rejection:
        return None, f"no certificate: {rejection}"
    return fact, "decided by z3"


def _always_violated(statement: Published) -> tuple[Fact, ...]:
    """For every value of the constants the family is an instance and violates the conclusion; Inconsistent if not."""

    def at(expr: Expr) -> Expr:
        return statement.written_out(expr).subs(dict(statement.family), simultaneous=True)

    try:
        facts = [decide_positive((), at(statement.lhs - statement.rhs))]
        for symbol in (*statement.variables, *(symbol for symbol, _ in statement.definitions)):
            if quantity(symbol).sign != "real":
                rule = decide_positive if quantity(symbol).sign == "positive" else decide
                facts.append(rule((), at(symbol)))
        facts += [(decide_positive if a.relation == ">" else decide)((), at(a.expr)) for a in statement.assumptions]
    except Rejected as rejection:
        raise Inconsistent(f"{statement.id}: the family is no refutation: {rejection}") from None
    return tuple(facts)


def _require_satisfiable(statement: Published) -> None:
    try:
        decide(_premises(statement), Rational(-1))
    except Rejected:
        return
    raise Vacuous(f"{statement.id}: no instance satisfies {', '.join(a.name for a in statement.assumptions)}")
