"""A published statement, written so that it can be put on trial: as printed, with its source and nothing mended."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, get_args

from sympy import Expr, Poly, Rational, Symbol

from theory.kernel import Assumption
from theory.statement import Statement
from theory.symbols import Sign, define, quantity, unfold

Kind = Literal["upper", "equality"]
Fault = Literal["misprint", "error", "assumption"]


def variable(name: str, glyph: str, latex: str, meaning: str, *, sign: Sign = "real") -> Symbol:
    """A row of the notation table for a number of an instance, such as the second weight of a run."""
    return define(name, glyph, latex, meaning, sign=sign)


@dataclass(frozen=True, kw_only=True)
class Repair:
    """The smallest change that makes a statement true, as a statement of its own that the kernel can check."""

    fault: Fault
    """'misprint': what was meant is plain from its use; 'error': the argument fails; 'assumption': one is missing."""
    change: str
    """What is changed, in words."""
    statement: Statement
    """The repaired statement with its certificate."""
    effect: str
    """What the repair does to the theorems that use the statement, with the constants that survive."""
    missing: tuple[Assumption, ...] = ()
    """For a missing assumption: what must hold in addition, in the variables of the statement on trial."""

    def __post_init__(self) -> None:
        """Refuse an unknown fault, and a missing assumption that is not named (or one named for another fault)."""
        if self.fault not in get_args(Fault):
            raise ValueError(f"fault must be one of {get_args(Fault)}, got {self.fault!r}")
        if (self.fault == "assumption") != bool(self.missing):
            raise ValueError(f"missing must name assumptions exactly for the fault 'assumption', got {self.fault!r}")


@dataclass(frozen=True, kw_only=True)
class Published:
    """∃ constants ∀ variables: assumptions ⇒ lhs ≤ rhs (or lhs = rhs), over instances with finitely many numbers.

    A general statement about functions or processes is on trial through a family of its instances: one of them that
    violates it refutes it. It is proved only by a certificate for all of it (`proof`), or, where lhs, rhs and
    assumptions are the whole statement (`complete`), by deciding them.

    Raises:
        UnknownSymbol: for a symbol that is not in the notation table (`variable` adds a row).
        ValueError: naming a field, its value and what is allowed.
    """

    id: str
    title: str
    source: str
    """Publication and place."""
    text: str
    """The statement as printed, in words and the suite's notation."""
    instance: str = ""
    """What the numbers below are, if they are a family of instances rather than the whole statement."""
    lhs: Expr
    rhs: Expr
    kind: Kind = "upper"
    assumptions: tuple[Assumption, ...] = ()
    definitions: tuple[tuple[Symbol, Expr], ...] = ()
    """Quantities that others determine, in an order in which each uses only earlier ones and variables."""
    constants: Mapping[Symbol, tuple[Rational, ...]] = field(default_factory=dict)
    """Numbers that the statement says exist, with the values that the search tries to refute."""
    family: Mapping[Symbol, Expr] = field(default_factory=dict)
    """For a statement with constants: an instance for every value of them, in their symbols."""
    integers: frozenset[Symbol] = frozenset()
    ranges: Mapping[Symbol, tuple[float, float]] = field(default_factory=dict)
    """Where to look for a variable; by default where its sign allows."""
    proof: Statement | None = None
    """A statement whose certificate proves this one."""
    exclusion: Statement | None = None
    """For a statement that something exists: one whose certificate excludes it."""
    repair: Repair | None = None
    remark: str = ""

    def __post_init__(self) -> None:
        """Check that every symbol is in the notation table and that the fields fit together."""
        if self.kind not in get_args(Kind):
            raise ValueError(f"{self.id}: kind must be one of {get_args(Kind)}, got {self.kind!r}")
        for symbol in self.everything:
            quantity(symbol)
        if self.family and set(self.family) != set(self.variables):
            raise ValueError(f"{self.id}: family must give every variable, {set(self.variables) ^ set(self.family)}")
        if stray := (set(self.ranges) | set(self.integers)) - set(self.variables) - set(self.constants):
            raise ValueError(f"{self.id}: ranges or integers for {stray}, which are no variables")
        for symbol, (low, high) in self.ranges.items():
            if not (math.isfinite(low) and math.isfinite(high) and low < high):
                raise ValueError(f"{self.id}: the range of {symbol} must be finite and ascending, got {low}..{high}")
        if self.exclusion and self.complete:
            raise ValueError(f"{self.id}: an exclusion is about what an instance is one of; say what the instance is")
        self._ordered_definitions()
        for symbol in self.integers & set(self.family):
            if not (self.family[symbol].is_Integer or self._whole(self.family[symbol])):
                raise ValueError(f"{self.id}: {symbol} must be an integer in the family, got {self.family[symbol]}")

    def _ordered_definitions(self) -> None:
        later = {symbol for symbol, _ in self.definitions}
        if len(later) < len(self.definitions) or later & set(self.constants):
            raise ValueError(f"{self.id}: a quantity is defined twice, or a constant is: {later}")
        for symbol, value in self.definitions:
            if quantity(symbol).definition is not None or unfold(value).free_symbols & later:
                raise ValueError(f"{self.id}: {symbol} is an abbreviation already, or defined by what follows it")
            later.remove(symbol)

    def _whole(self, value: Expr) -> bool:
        """Whether an expression is a polynomial with integer coefficients in constants that are integers."""
        free = tuple(value.free_symbols)
        return set(free) <= self.integers and value.is_polynomial(*free) and Poly(value, *free).domain.is_ZZ

    @property
    def complete(self) -> bool:
        """Whether lhs, rhs and assumptions are the statement itself rather than a family of its instances."""
        return not self.instance

    @cached_property
    def everything(self) -> frozenset[Symbol]:
        """All symbols that occur."""
        exprs = [self.lhs, self.rhs, *(a.expr for a in self.assumptions), *(value for _, value in self.definitions)]
        return frozenset[Symbol]().union(*(unfold(expr).free_symbols for expr in exprs))

    @cached_property
    def variables(self) -> tuple[Symbol, ...]:
        """The free numbers of an instance, by name."""
        given = self.everything - {symbol for symbol, _ in self.definitions} - set(self.constants)
        return tuple(sorted(given, key=lambda symbol: symbol.name))

    def written_out(self, expr: Expr) -> Expr:
        """The expression in variables and constants alone."""
        expr = unfold(expr)
        for symbol, value in reversed(self.definitions):
            expr = expr.subs(symbol, unfold(value))
        return expr
