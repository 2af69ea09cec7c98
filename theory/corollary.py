"""Corollaries: every statement about a general device, for every device in theory/responses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from sympy import Expr, Symbol, expand

from theory.divisors import specialised
from theory.kernel import Assumption, Fact, combine, discharge, needs_proof, signed
from theory.signs import sign_of
from theory.statement import Statement
from theory.symbols import F, F_max, F_min, G, G_max, M, m_min, q_max, unfold


@dataclass(frozen=True, kw_only=True)
class Response:
    """A device: its response at weight w, bounds along the run, and proofs of those bounds."""

    name: str
    title: str
    symmetric: Expr
    """F(w) = (q₋+q₊)/2."""
    asymmetric: Expr
    """G(w) = (q₋−q₊)/2."""
    max_asymmetric: Expr
    """G_max, an upper bound on |G|."""
    min_symmetric: Expr
    """F_min > 0, a lower bound on F."""
    max_symmetric: Expr
    """F_max, an upper bound on F."""
    descent_bound: Expr
    """m > 0, a lower bound on M/F."""
    gain_bound: Expr
    """q_max, an upper bound on q̄ = F+|G|."""
    lemmas: Callable[[], tuple[Fact, ...]] = tuple
    """Facts that prove the bounds and their signs, and that what the values divide by is positive, where the notation
    table does not settle it."""
    supposes: Mapping[Symbol, tuple[Assumption, ...]] = field(default_factory=dict, hash=False)
    """What the lemmas about a symbol's value assume, for every symbol that there are lemmas about (M for M ≥ 0).

    It spares deriving the lemmas for knowing a corollary's assumptions; `Statement.verify` compares them.
    """

    def mapping(self) -> tuple[tuple[Symbol, Expr], ...]:
        """What stands for the general quantities."""
        bounds = (self.min_symmetric, self.max_symmetric, self.descent_bound, self.gain_bound)
        values = (self.symmetric, self.asymmetric, self.max_asymmetric, *bounds)
        return tuple(zip(DEVICE, values, strict=True))


DEVICE = (F, G, G_max, F_min, F_max, m_min, q_max)


def mentions_device(statement: Statement) -> bool:
    """Whether a statement is about F or G, so that devices have corollaries of it."""
    return bool(_symbols(statement) & {F, G})


def corollary(statement: Statement, response: Response) -> Statement:
    """The statement for one device; ValueError if it does not mention a device."""
    if not mentions_device(statement):
        raise ValueError(f"{statement.id} mentions no device, so that {response.name} has no corollary of it")
    mentioned = _symbols(statement)
    where = tuple((symbol, value) for symbol, value in response.mapping() if symbol in mentioned)
    return Statement(
        id=f"{statement.id}:{response.name}",
        corollary_of=statement.id,
        title=f"{statement.title}, {response.title}",
        kind=statement.kind,
        source=statement.source,
        assumptions=_remaining(statement, response, where),
        lhs=statement.lhs,
        rhs_terms=statement.rhs_terms,
        prove=cache(lambda: _proved(statement, response, where)),
        where=where,
        note=statement.note,
        sharpness=statement.sharpness,
        counterparts=tuple(c for c in statement.counterparts if c.device in {"", response.name}),
    )


def _proved(statement: Statement, response: Response, where: tuple[tuple[Symbol, Expr], ...]) -> Fact:
    lemmas = {expand(lemma.expr): lemma for lemma in response.lemmas()}
    unsettled = (expand(value) for symbol, value in where if needs_proof(symbol, value))
    signs = tuple(lemmas[value] for value in unsettled if value in lemmas)
    known = frozenset[Assumption]().union(*(sign.assumptions for sign in signs))
    positive = tuple(x for x in lemmas.values() if x.relation == ">" and x.assumptions <= known)
    fact = specialised(statement.prove(), where, signs, positive)
    for assumption in sorted(fact.assumptions, key=lambda a: a.name):
        if proof := _at_once(assumption) or lemmas.get(assumption.expr):
            fact = discharge(fact, assumption, proof)
    return fact


@cache
def _symbols(statement: Statement) -> set[Symbol]:
    sides = (unfold(statement.lhs), unfold(statement.rhs))
    assumed = (unfold(a.expr) for a in statement.assumptions)
    return set[Symbol]().union(*(expr.free_symbols for expr in (*sides, *assumed)))


def _about(assumption: Assumption) -> Symbol | None:
    """For an assumption about F and G alone: the symbol that it bounds them with; M if there is none, as for M ≥ 0."""
    bounds = unfold(assumption.expr).free_symbols - {F, G}
    return None if len(bounds) > 1 or not bounds <= set(DEVICE) else bounds.pop() if bounds else M


def _at_once(assumption: Assumption) -> Fact | None:
    """A proof of what holds by the signs of the notation table."""
    expr, sign = assumption.expr, sign_of(assumption.expr)
    if assumption.relation == "==":
        return combine((), expr) if expr == 0 else None
    return signed(expr) if sign == "positive" or (sign and assumption.relation == ">=") else None


@cache
def _instance(assumption: Assumption, response: Response) -> Assumption:
    # Most hypotheses are shared by many statements, and most do not mention a device.
    table = dict(response.mapping())
    return assumption.instantiate(table) if assumption.expr.free_symbols & table.keys() else assumption


def _remaining(
    statement: Statement, response: Response, where: tuple[tuple[Symbol, Expr], ...]
) -> tuple[Assumption, ...]:
    symbols = [symbol for symbol, _ in where]
    remaining = dict[Assumption, None]()
    for general in statement.assumptions:
        if (about := _about(general)) in response.supposes:
            symbols.append(about)
        elif not _at_once(instance := _instance(general, response)):
            remaining[instance] = None
    supposed = dict.fromkeys(a for symbol in symbols for a in response.supposes.get(symbol, ()))
    return tuple(supposed | remaining)
