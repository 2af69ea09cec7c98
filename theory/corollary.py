"""Corollaries: every statement about a general device, for every device in theory/responses."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from sympy import Expr, Symbol

from theory.kernel import (
    Assumption,
    Fact,
    Rejected,
    combine,
    discharge,
    needs_proof,
    signed,
    specialise,
)
from theory.signs import is_zero
from theory.statement import Statement
from theory.symbols import F, F_max, F_min, G, G_max, m_min, q_max, unfold


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
    """Facts that prove the bounds and their signs, where the notation table does not settle them."""

    def mapping(self) -> tuple[tuple[Symbol, Expr], ...]:
        """What stands for the general quantities."""
        bounds = (self.min_symmetric, self.max_symmetric, self.descent_bound, self.gain_bound)
        values = (self.symmetric, self.asymmetric, self.max_asymmetric, *bounds)
        return tuple(zip((F, G, G_max, F_min, F_max, m_min, q_max), values, strict=True))


def corollary(statement: Statement, response: Response) -> Statement | None:
    """The statement for one device, or None if it does not mention a device."""
    mentioned = _symbols(statement)
    where = tuple((symbol, value) for symbol, value in response.mapping() if symbol in mentioned)
    if F not in dict(where) and G not in dict(where):
        return None

    @cache
    def prove() -> Fact:
        fact = specialise(statement.prove(), where, _signs(response, where))
        for assumption in _ordered(fact.assumptions):
            if proof := _proof_of(assumption, response):
                fact = discharge(fact, assumption, proof)
        return fact

    return Statement(
        id=f"{statement.id}:{response.name}",
        corollary_of=statement.id,
        title=f"{statement.title}, {response.title}",
        kind=statement.kind,
        source=statement.source,
        assumptions=_remaining(statement, response, where),
        lhs=statement.lhs,
        rhs_terms=statement.rhs_terms,
        prove=prove,
        where=where,
        note=statement.note,
        sharpness=statement.sharpness,
        counterparts=tuple(c for c in statement.counterparts if c.device in {"", response.name}),
    )


def _symbols(statement: Statement) -> set[Symbol]:
    sides = (unfold(statement.lhs), unfold(statement.rhs))
    assumed = (unfold(a.expr) for a in statement.assumptions)
    return set[Symbol]().union(*(expr.free_symbols for expr in (*sides, *assumed)))


@cache
def _proof_of(assumption: Assumption, response: Response) -> Fact | None:
    for lemma in response.lemmas():
        # Comparing symbols first spares most of the algebra.
        same = lemma.expr.free_symbols == assumption.expr.free_symbols
        if same and is_zero(lemma.expr - assumption.expr):
            return lemma
    try:
        return combine((), assumption.expr) if assumption.relation == "==" else signed(assumption.expr)
    except Rejected:
        return None


def _remaining(
    statement: Statement, response: Response, where: tuple[tuple[Symbol, Expr], ...]
) -> tuple[Assumption, ...]:
    remaining = dict.fromkeys(a for fact in _signs(response, where) for a in _ordered(fact.assumptions))
    for assumption in (a.instantiate(dict(where)) for a in statement.assumptions):
        proof = _proof_of(assumption, response)
        remaining |= dict.fromkeys(_ordered(proof.assumptions) if proof else [assumption])
    return tuple(remaining)


def _signs(response: Response, where: tuple[tuple[Symbol, Expr], ...]) -> tuple[Fact, ...]:
    open_signs = [value for symbol, value in where if needs_proof(symbol, value)]
    return tuple(lemma for lemma in response.lemmas() if any(is_zero(lemma.expr - value) for value in open_signs))


def _ordered(assumptions: Iterable[Assumption]) -> list[Assumption]:
    return sorted(assumptions, key=lambda a: a.name)
