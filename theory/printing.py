"""Expressions and derivations as text and TeX, in the notation of the table."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sympy import Expr, Symbol
from sympy.printing.latex import LatexPrinter
from sympy.printing.str import StrPrinter

from theory.kernel import Assumption, Fact, facts_in
from theory.symbols import TABLE

RELATIONS = {">=": "≥", ">": ">", "==": "="}
"""How plain text prints the relation of a fact or an assumption."""


class _Tex(LatexPrinter):  # type: ignore[misc]  # SymPy ships no types
    def _print_Symbol(self, expr: Symbol, style: str = "plain") -> str:
        row = TABLE.get(expr.name)
        if row is None:
            return str(super()._print_Symbol(expr, style))
        return f"{{{row.latex}}}" if "'" in row.latex else row.latex  # a prime and a power would be two superscripts


class _Text(StrPrinter):  # type: ignore[misc]
    def _print_Symbol(self, expr: Symbol) -> str:
        return TABLE[expr.name].glyph if expr.name in TABLE else expr.name

    def _print_Abs(self, expr: Expr) -> str:
        return f"|{self.doprint(expr.args[0])}|"


def latex(expr: Expr) -> str:
    """TeX of an expression."""
    return str(_Tex({"fold_short_frac": False}).doprint(expr))


def text(expr: Any) -> str:
    """One line of plain text of an expression."""
    return str(_Text().doprint(expr)).replace("**", "^").replace("*", "·")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One line of a derivation."""

    number: int
    how: str
    """The rule and what it was applied to, or the statement that has been proved elsewhere."""
    fact: Fact

    def text(self) -> str:
        """Two lines of plain text."""
        return f"  {self.number:>2}. {self.how}\n        ⊢ {text(self.fact.expr)} {RELATIONS[self.fact.relation]} 0"


def steps_of(fact: Fact, lemmas: Mapping[int, str] = MappingProxyType({})) -> list[Step]:
    """A derivation as numbered steps, premises before conclusions, equal facts once.

    `lemmas` names facts, by their Python identity, that are cited instead of derived.
    """
    numbers: dict[int, int] = {}
    equal: dict[Any, int] = {}
    steps: list[Step] = []

    def visit(item: Fact) -> None:
        if id(item) in numbers:
            return
        cited = lemmas.get(id(item))
        for premise in () if cited else facts_in(item.arguments):
            visit(premise)
        key = (item.relation, item.expr, item.assumptions)
        numbers[id(item)] = equal.setdefault(key, len(steps) + 1)
        if numbers[id(item)] > len(steps):
            steps.append(Step(number=len(steps) + 1, how=cited or _how(item, numbers), fact=item))

    visit(fact)
    return steps


def _how(fact: Fact, numbers: dict[int, int]) -> str:
    if fact.rule == "specialise":
        source, mapping, *signs = fact.arguments
        put = [f"{text(symbol)} := {text(value)}" for symbol, value in mapping]
        shown = [_argument(source, numbers), *put, *(_argument(sign, numbers) for sign in signs)]
    else:  # the conclusion of a combination stands below it anyway
        shown = [_argument(a, numbers) for a in fact.arguments[: 1 if fact.rule == "combine" else None]]
    return f"{fact.rule}({', '.join(filter(None, shown))})"


def _argument(item: Any, numbers: dict[int, int]) -> str:
    if isinstance(item, Fact):
        return f"#{numbers[id(item)]}"
    if isinstance(item, Assumption):
        return item.name
    if isinstance(item, type):
        return str(getattr(item, "glyph", item.__name__))
    if isinstance(item, tuple):
        joined = [_argument(part, numbers) for part in item]
        joined = [part for part in joined if part != "1"] or joined
        return " + ".join(joined) if item and isinstance(item[0], tuple) else " × ".join(joined)
    return f"({text(item)})" if getattr(item, "is_Add", False) else text(item)
