"""A statement for people: its parts as plain text, and its value beside that of what has been published."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from sympy import Expr

from theory import limits
from theory.aliases import named
from theory.counterpart import Counterpart
from theory.kernel import AXIOMS, Fact, facts_in
from theory.numeric import OutOfDomain, evaluate
from theory.operators import Total
from theory.printing import RELATIONS, Step, steps_of, text
from theory.referee import Vacuous, check
from theory.statement import Statement
from theory.symbols import TABLE, Quantity

SIGNS = {"positive": "> 0", "nonnegative": "≥ 0", "real": "real"}


# -------------------------------------------------------------------------------------------- the parts


def quantities(statement: Statement) -> list[Quantity]:
    """The rows of the notation table that a statement or its assumptions mention, abbreviations too, in its order."""
    exprs: Iterable[Expr] = (statement.lhs, *statement.rhs_terms, *(a.expr for a in statement.assumptions))
    mentioned = {symbol.name for expr in exprs for symbol in expr.free_symbols}
    mentioned -= {symbol.name for symbol, _ in statement.where}
    mentioned |= {symbol.name for _, value in statement.where for symbol in value.free_symbols}
    return [row for name, row in TABLE.items() if name in mentioned]


def multipliers(statement: Statement) -> list[Quantity]:
    """The quantities that may be chosen: the statement is a bound for every value of them."""
    return [row for row in quantities(statement) if row.free]


def axioms(fact: Fact) -> dict[str, str]:
    """The rules of a derivation that rest on more than algebra, with their sources, in the order of their first use."""
    used: dict[str, None] = {}
    seen: set[int] = set()

    def visit(item: Fact) -> None:
        if id(item) not in seen:
            seen.add(id(item))
            for premise in facts_in(item.arguments):
                visit(premise)
            used.setdefault(item.rule)

    visit(fact)
    return {rule: AXIOMS[rule] for rule in used if rule in AXIOMS}


def proof(statement: Statement) -> list[Step]:
    """The derivation as numbered steps; what other statements prove is cited by their id.

    Raises as `Statement.check`.
    """
    return steps_of(statement.check(), {id(other.prove()): other.id for other in _lemmas(statement)})


def _lemmas(statement: Statement) -> list[Statement]:
    """The statements whose modules the proof's module imports; for a corollary, the general statement."""
    from theory import STATEMENTS  # noqa: PLC0415  (the registry imports what this file is part of)

    if statement.corollary_of:
        return [STATEMENTS[statement.corollary_of]] if statement.corollary_of in STATEMENTS else []
    imported = (
        vars(sys.modules[statement.prove.__module__]).values() if statement.prove.__module__ in sys.modules else ()
    )
    names = {getattr(item, "__name__" if isinstance(item, ModuleType) else "__module__", "") for item in imported}
    general = (STATEMENTS[name] for name in STATEMENTS if ":" not in name)  # without making all corollaries
    return [other for other in general if other.prove.__module__ in names - {statement.prove.__module__}]


# --------------------------------------------------------------------------------------------- the text


def describe(statement: Statement) -> str:
    """Statement, symbols, assumptions, multipliers, axioms, sharpness, counterparts, numbered proof and verdicts."""
    verdict = statement.verify()
    lines = [f"{statement.id}  {statement.title}", "", f"  {statement.text()}"]
    lines += ["", "Symbols", *_rows(quantities(statement))]
    lines += ["", "Assumptions", *(_assumptions(statement) or ["  none"])]
    if chosen := multipliers(statement):
        lines += ["", "Multipliers: it holds for every choice of", *_rows(chosen)]
    if verdict.accepted:
        lines += _certificate(statement)
    lines += ["", f"Sharpness: {statement.sharpness or 'not known'}"]
    for counterpart in statement.counterparts:
        lines.append(f"Published, not certified here: {counterpart.text} ({counterpart.source})")
        lines += [f"  {text(counterpart.rhs)}"] if counterpart.rhs is not None else []
    lines += [f"Note: {statement.note}"] if statement.note else []
    lines += _limits(statement)
    word = "accepted" if verdict.accepted else "REJECTED"
    closing = [f"Source: {statement.source}", f"Referee: {tried(statement)}", f"Kernel: {word} ({verdict.reason})"]
    return "\n".join([*lines, *closing])


def _limits(statement: Statement) -> list[str]:
    """What the statement tends to: its own limit in full, those that it is a part of by name."""
    lines: list[str] = []
    for limit in limits.every().values():
        if limit.id == f"{statement.id}-limit":
            lines += ["", limit.describe(), ""]
        elif statement in limit.about:
            lines.append(f"Limit: {limit.id}, {limit.title[0].lower()}{limit.title[1:]}")
    return lines


def _certificate(statement: Statement) -> list[str]:
    idea = (statement.prove.__doc__ or "").strip()
    rested = [f"  {rule}: {source}" for rule, source in axioms(statement.check()).items()]
    steps = [step.text() for step in proof(statement)]
    return ["", f"Proof: {idea}" if idea else "Proof", *steps, "", "Axioms", *(rested or ["  none: algebra alone"])]


def tried(statement: Statement) -> str:
    """What the referee says, in one line."""
    try:
        return str(check(statement))
    except Vacuous as error:
        return f"VACUOUS ({error})"


def _rows(rows: list[Quantity]) -> list[str]:
    glyphs, names = (max((len(f(row)) for row in rows), default=0) for f in (_glyph, _name))
    return [
        f"  {_glyph(row):{glyphs}}  {_name(row):{names}}  {SIGNS[row.sign]:4}  {row.meaning}{_definition(row)}"
        for row in rows
    ]


def _glyph(row: Quantity) -> str:
    return row.glyph


def _name(row: Quantity) -> str:
    return row.name


def _definition(row: Quantity) -> str:
    return "" if row.definition is None else f" := {text(row.definition)}"


def _assumptions(statement: Statement) -> list[str]:
    return [f"  {a.name}: {a.text}\n      {text(a.expr)} {RELATIONS[a.relation]} 0" for a in statement.assumptions]


# ------------------------------------------------------------------------------------------- at numbers


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A statement and what has been published in its place, at the same numbers."""

    value: Any
    """The statement's right-hand side, which the kernel has certified."""
    scalar: bool
    """Whether the weights have a single coordinate here: a sum over coordinates has no other value at numbers."""
    published: tuple[tuple[Counterpart, Any], ...]
    """Each counterpart with its right-hand side at the numbers, which nothing certifies; None where it has none."""

    def lines(self) -> list[str]:
        """Plain text: both values, and their ratio."""
        where = " (one coordinate)" if self.scalar else ""
        lines = [f"Right-hand side{where}: {self.value:.6g}"]
        for counterpart, value in self.published:
            if value is None:
                lines.append(f"Published ({counterpart.source}): no constants to compare with")
            else:
                ratio = f", {value / self.value:.4g} times as large" if self.value > 0 else ""
                lines.append(f"Published, not certified ({counterpart.source}): {value:.6g}{ratio}")
        return lines


def compare(statement: Statement, numbers: Mapping[str, Any]) -> Comparison:
    """A statement beside its published counterparts at numbers, whose names theory/aliases.py knows.

    Raises OutOfDomain for a name that none of them takes, and as `Statement.bound` does.
    """
    given = named(numbers)
    terms = tuple(_one_coordinate(term) for term in statement.rhs_terms)
    scalar = terms != statement.rhs_terms
    own = replace(statement, rhs_terms=terms) if scalar else statement
    bounds = [(c, None if c.rhs is None else _one_coordinate(own.evaluated(c.rhs))) for c in statement.counterparts]
    others = {symbol.name for _, bound in bounds if bound is not None for symbol in bound.free_symbols}
    # A number that only a counterpart takes is no mistake; a missing one is, whoever needs it.
    value = own.bound(**{name: x for name, x in given.items() if name in own.takes() or name not in others})
    if missing := sorted(others - given.keys()):
        raise OutOfDomain(f"the published counterpart of {statement.id} also needs: {', '.join(missing)}")
    published = tuple((c, None if bound is None else evaluate(bound, given)) for c, bound in bounds)
    return Comparison(value=value, scalar=scalar, published=published)


def _one_coordinate(expr: Expr) -> Expr:
    return expr.replace(Total, lambda body: body)
