"""A statement: an inequality or identity, its assumptions and its proof, all in one object.

The same object is verified by the kernel, printed in TeX and text, and evaluated with NumPy, so that a curve in a
plot *is* the statement.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sympy import Add, Expr, Integer, Symbol

from theory.counterpart import Counterpart
from theory.kernel import Assumption, Fact, Rejected, require_defined
from theory.numeric import check_domain, evaluate, needed
from theory.operators import Steps, axes
from theory.printing import latex, text
from theory.signs import is_zero
from theory.symbols import quantity, unfold

Kind = Literal["upper", "equality"]


class WrongCertificate(Rejected):
    """A proof of something else than the statement that it comes with."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the kernel says of a statement."""

    accepted: bool
    reason: str
    error: ValueError | None = None
    """What was raised if it is not accepted."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """lhs ≤ rhs (kind 'upper') or lhs = rhs (kind 'equality') under exactly the assumptions listed."""

    id: str
    """Name as in the theory, e.g. 'T3'; a corollary for a device is 'T3:asymmetric_linear'."""
    title: str
    kind: Kind
    source: str
    """Where the statement comes from."""
    assumptions: tuple[Assumption, ...]
    lhs: Expr
    rhs_terms: tuple[Expr, ...]
    """The right-hand side, as a sum in the order in which a reader expects it."""
    prove: Callable[[], Fact]
    """Derives the fact rhs − lhs ≥ 0 (or = 0) by the kernel's rules."""
    corollary_of: str = ""
    """For a corollary, the id of the general statement."""
    where: tuple[tuple[Symbol, Expr], ...] = ()
    """What a corollary puts in the place of general quantities."""
    note: str = ""
    """What a reader should know about it."""
    sharpness: str = ""
    """What is known about how much of it is lost."""
    counterparts: tuple[Counterpart, ...] = ()
    """What has been published in its place."""

    def __post_init__(self) -> None:
        """Refuse an unknown kind, and a corollary that redefines an abbreviation: only its printing would change.

        Raises UnknownSymbol for a symbol that the notation table does not define.
        """
        if self.kind not in get_args(Kind):
            raise ValueError(f"{self.id}: kind must be one of {get_args(Kind)}, got {self.kind!r}")
        for expr in (self.lhs, *self.rhs_terms, *(assumption.expr for assumption in self.assumptions)):
            axes(expr)
        for symbol, _ in self.where:
            if quantity(symbol).definition is not None:
                raise ValueError(f"{self.id}: where replaces {symbol}, which only abbreviates other quantities")

    @property
    def rhs(self) -> Expr:
        """The right-hand side."""
        return Add(*self.rhs_terms)

    def check(self) -> Fact:
        """Run the proof and compare what it proves with what is stated; the fact, if they are the same.

        Raises Rejected for a step that the kernel does not accept (MayVanish, NegativeMultiplier, …), WrongCertificate
        for a proof of something else, another ValueError for what the notation table or an operator refuses.
        """
        fact = self.prove()
        if problem := self._mismatch(fact):
            raise WrongCertificate(problem)
        for side in (self.lhs, self.rhs):
            require_defined(self._instance(side), (fact,))
        return fact

    def verify(self) -> Verdict:
        """What `check` says, as a value: accepted, or why not."""
        try:
            self.check()
        except ValueError as error:
            return Verdict(accepted=False, reason=str(error), error=error)
        return Verdict(accepted=True, reason="the kernel accepts the certificate")

    def vacuous(self) -> bool:
        """Whether the referee finds no world at all in which the assumptions hold: then it says nothing."""
        from theory.referee import Vacuous, worlds  # noqa: PLC0415  (tries statements)

        try:
            return not worlds(self, count=1)
        except Vacuous:
            return True

    def _mismatch(self, fact: Fact) -> str:
        gap = self._instance(self.rhs) - self._instance(self.lhs)
        if not is_zero(gap - fact.expr):
            return f"the certificate proves another statement: {text(fact.expr)} {fact.relation} 0"
        if (fact.relation == "==") != (self.kind == "equality"):
            return f"the certificate proves {fact.relation} 0, the statement's kind is {self.kind!r}"
        names = {a.name for a in set(self.assumptions) ^ fact.assumptions}
        return f"assumptions stated and assumptions used differ in: {', '.join(sorted(names))}" if names else ""

    def _instance(self, expr: Expr) -> Expr:
        return unfold(expr).xreplace(dict(self.where))

    def _shown(self, expr: Expr) -> Expr:
        """The expression with the corollary's parameters put in, and averages that vanish left out."""
        vanishing = {symbol: Integer(0) for symbol in expr.free_symbols if self._instance(symbol) == 0}
        return expr.xreplace({symbol: value for symbol, value in self.where if not axes(symbol)} | vanishing)

    def _written(self, printer: Callable[[Expr], str], relations: dict[Kind, str], where: str) -> str:
        terms = [printer(term) for term in map(self._shown, self.rhs_terms) if term != 0] or ["0"]
        rhs = " + ".join(terms).replace("+ -", "- ")
        varying = [f"{printer(symbol)} = {printer(value)}" for symbol, value in self.where if axes(symbol)]
        clause = where + ", ".join(varying) if varying else ""
        return printer(self._shown(self.lhs)) + relations[self.kind] + rhs + clause

    def latex(self) -> str:
        """The statement as TeX."""
        return self._written(latex, {"upper": r" \le ", "equality": " = "}, r" \qquad\text{where } ")

    def text(self) -> str:
        """The statement as one line of plain text."""
        return self._written(text, {"upper": " ≤ ", "equality": " = "}, "   where ")

    def bound(self, **numbers: Any) -> Any:
        """Value of the right-hand side at numbers or arrays named as in the notation table.

        Raises OutOfDomain (a ValueError) for a missing or unknown name, a value of the wrong sign, and numbers that
        violate an assumption on parameters, such as a step size that is too large.
        """
        check_domain(self.id, self.evaluated(self.rhs), self.assumptions, numbers)
        return evaluate(self.evaluated(self.rhs), numbers)

    def takes(self) -> frozenset[str]:
        """The names of the numbers that `bound` needs."""
        return frozenset(symbol.name for symbol in needed(self.evaluated(self.rhs), self.assumptions))

    def evaluated(self, expr: Expr) -> Expr:
        """An expression as it is evaluated: abbreviations unfolded, a corollary's device put in.

        Averages keep their names: a run measures them for its own device.
        """
        return expr.xreplace({s: self._instance(s) for s in expr.free_symbols if not self._measured(s)})

    def _measured(self, symbol: Symbol) -> bool:
        return bool(self._instance(symbol).has(Steps))

    def describe(self) -> str:
        """Statement, symbols, assumptions, numbered proof, axioms, sharpness and verdict as plain text."""
        from theory.reading import describe  # noqa: PLC0415  (reads statements)

        return describe(self)
