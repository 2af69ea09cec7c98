"""The verdict: what the evidence says, and nothing that the evidence does not."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from sympy import Expr, Rational, Symbol

from theory.kernel import Assumption, Fact, Rejected, assume, replay, require_defined
from theory.operators import Total
from theory.referee import Vacuous
from theory.sign_rules import decide, decide_positive
from theory.signs import is_zero
from theory.statement import Statement
from theory.symbols import quantity, unfold
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
        Vacuous: if the assumptions cannot be met, be it those of a certificate.
        Inconsistent: if it is both proved and refuted, a repair does not do what it says, or a certificate is about
            something else.
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
    certificate = _proof(statement, statement.proof, statement.assumptions) if statement.proof else None
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
    if not all(again) or any(_conclusion(replay(fact)) != _conclusion(fact) for fact in derived):
        return False
    refuted = bool(facts if claim.constants else judgement.counterexamples) or bool(claim.exclusion)
    certified = judgement.certificate is not None
    needed = {"proved": certified, "refuted": refuted, "undecided": False}
    return needed.get(judgement.verdict, refuted and certified)


def _conclusion(fact: Fact) -> tuple[str, Expr, frozenset[Assumption]]:
    return fact.relation, fact.expr, fact.assumptions


def accepted(statement: Statement) -> Fact:
    """The fact that proves a statement.

    Raises Inconsistent if the kernel does not accept its certificate, and Vacuous if its assumptions contradict each
    other by algebra.
    """
    try:
        fact = statement.check()
    except ValueError as error:
        raise Inconsistent(f"{statement.id}: the certificate is not accepted: {error}") from error
    _require_consistent(statement.id, tuple(assume(a) for a in statement.assumptions))
    return fact


def _proof(statement: Published, proof: Statement, assumptions: tuple[Assumption, ...]) -> Fact:
    """What proves a statement under these assumptions.

    Inconsistent if it is about something else, as far as that can be told: where the numbers on trial are an instance
    of the statement that is proved, its text stands beside the verdict for the reader to compare.
    """
    fact = accepted(proof)
    if not statement.complete:
        return fact

    def known(every: tuple[Assumption, ...]) -> set[tuple[str, Expr]]:
        return {(a.relation, unfold(statement.written_out(a.expr)).expand()) for a in every}

    gap = statement.written_out(statement.rhs - statement.lhs)
    proved = statement.written_out(unfold(proof.rhs - proof.lhs).xreplace(dict(proof.where)))
    # Of a sum over coordinates the numbers on trial are one coordinate.
    same = is_zero(proved - gap) or is_zero(proved - Total(gap))
    if not same or not known(proof.assumptions) <= known(assumptions) or statement.kind not in {"upper", proof.kind}:
        raise Inconsistent(f"{statement.id}: {proof.id} proves another statement: {proof.text()}")
    return fact


def _tries(statement: Published) -> list[Mapping[Symbol, Rational]]:
    longest = max((len(values) for values in statement.constants.values()), default=1)
    return [{s: values[min(i, len(values) - 1)] for s, values in statement.constants.items()} for i in range(longest)]


def _with_repair(judgement: Judgement) -> Judgement:
    repair = judgement.statement.repair
    if repair is None:
        return judgement
    accepted(repair.statement)
    for example in judgement.counterexamples:
        if repair.missing and not any(example.violates(assumption) for assumption in repair.missing):
            raise Inconsistent(f"{judgement.statement.id}: the missing assumption holds in the counterexample")
    if repair.missing:
        _require_no_counterexample(judgement.statement, repair.missing)
        certificate = _proof(judgement.statement, repair.statement, (*judgement.statement.assumptions, *repair.missing))
        return replace(judgement, verdict="conditional", certificate=certificate)
    return replace(judgement, verdict="proved after repair", certificate=accepted(repair.statement))


def _require_no_counterexample(statement: Published, missing: tuple[Assumption, ...]) -> None:
    narrowed = replace(statement, assumptions=(*statement.assumptions, *missing))
    found = [search(narrowed, constants) for constants in _tries(statement)]
    if any(one.counterexample for one in found):
        raise Inconsistent(f"{statement.id}: counterexamples remain under the missing assumption")
    if not any(one.feasible for one in found):
        _require_satisfiable(narrowed)


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
        for side in (statement.lhs, statement.rhs):
            require_defined(statement.written_out(side), _premises(statement))
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
        for side in (statement.lhs, statement.rhs):
            require_defined(at(side))
        facts = [decide_positive((), at(statement.lhs) - at(statement.rhs))]
        for symbol in (*statement.variables, *(symbol for symbol, _ in statement.definitions)):
            if quantity(symbol).sign != "real":
                rule = decide_positive if quantity(symbol).sign == "positive" else decide
                facts.append(rule((), at(symbol)))
        for a in statement.assumptions:
            facts.append((decide_positive if a.relation == ">" else decide)((), at(a.expr)))
            facts += [decide((), -at(a.expr))] if a.relation == "==" else []
    except Rejected as rejection:
        raise Inconsistent(f"{statement.id}: the family is no refutation: {rejection}") from None
    return tuple(facts)


def _require_satisfiable(statement: Published) -> None:
    try:
        premises = _premises(statement)
    except Rejected:
        return
    _require_consistent(statement.id, premises)


def _require_consistent(name: str, premises: tuple[Fact, ...]) -> None:
    try:
        decide(premises, Rational(-1))
    except Rejected:
        return
    assumed = sorted(a.name for premise in premises for a in premise.assumptions)
    raise Vacuous(f"{name}: no instance satisfies {', '.join(assumed)}")
