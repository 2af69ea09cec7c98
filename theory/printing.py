"""Expressions and derivations as text and TeX, in the notation of the table."""

from typing import Any

from sympy import Expr, Symbol
from sympy.printing.latex import LatexPrinter
from sympy.printing.str import StrPrinter

from theory.kernel import Assumption, Fact, facts_in
from theory.symbols import TABLE


class _Tex(LatexPrinter):  # type: ignore[misc]  # SymPy ships no types
    def _print_Symbol(self, expr: Symbol, style: str = "plain") -> str:
        row = TABLE.get(expr.name)
        return row.latex if row else str(super()._print_Symbol(expr, style))


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


def steps_of(fact: Fact) -> list[str]:
    """A derivation as numbered lines, premises before conclusions, each fact once."""
    numbers: dict[int, int] = {}
    lines: list[str] = []

    def visit(item: Fact) -> None:
        if id(item) in numbers:
            return
        for premise in facts_in(item.arguments):
            visit(premise)
        numbers[id(item)] = len(numbers) + 1
        how = ", ".join(part for part in (_argument(a, numbers) for a in item.arguments) if part)
        lines.append(f"  {numbers[id(item)]:>2}. {item.rule}({how})")
        lines.append(f"        ⊢ {text(item.expr)} {item.relation} 0")

    visit(fact)
    return lines


def _argument(item: Any, numbers: dict[int, int]) -> str:
    if isinstance(item, Fact):
        return f"#{numbers[id(item)]}"
    if isinstance(item, Assumption):
        return item.name
    if isinstance(item, type):
        return item.__name__
    if isinstance(item, tuple):
        joined = [_argument(part, numbers) for part in item]
        return " + ".join(joined) if item and isinstance(item[0], tuple) else " × ".join(joined)
    return f"({text(item)})" if getattr(item, "is_Add", False) else text(item)
