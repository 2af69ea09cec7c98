"""A limit of statements: what bounds that the kernel proves tend to, as equalities that SymPy checks.

The kernel knows no limits. A limit statement names the statements whose sides it takes; it holds if the kernel accepts
those and SymPy confirms every step. A limit that SymPy cannot take fails.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sympy import Expr, Limit, oo

from theory.complexity import Derived
from theory.printing import text
from theory.statement import Statement, Verdict


@dataclass(frozen=True, kw_only=True)
class LimitStatement:
    """What the sides of some statements tend to."""

    id: str
    """Name as in the theory, e.g. 'T9-limit'."""
    title: str
    source: str
    about: tuple[Statement, ...]
    """The statements whose sides are taken to the limit."""
    derive: Callable[[], Derived]
    """The limit and the equalities that lead to it."""
    note: str = ""
    """What a reader should know about it."""

    def __post_init__(self) -> None:
        """Refuse a limit of nothing."""
        if not self.about:
            raise ValueError(f"{self.id} must be about at least one statement, got none")

    def verify(self) -> Verdict:
        """Whether the kernel accepts every statement that it is about, and SymPy every step."""
        for statement in self.about:
            if not (verdict := statement.verify()).accepted:
                return Verdict(accepted=False, reason=f"{statement.id} is not proved: {verdict.reason}")
        for number, step in enumerate(self.derive().steps, 1):
            if not step.holds():
                return Verdict(accepted=False, reason=f"step {number} does not hold, or SymPy cannot tell: {step.text}")
        return Verdict(accepted=True, reason="the kernel accepts the statements, SymPy the limits")

    def holds(self) -> bool:
        """What `verify` says, yes or no; unknown is no."""
        return self.verify().accepted

    def describe(self) -> str:
        """Limit, the statements behind it, numbered steps and verdict as plain text."""
        derived, verdict = self.derive(), self.verify()
        lines = [f"{self.id}  {self.title}", "", f"  {derived.name} = {text(derived.value)}", ""]
        lines += [f"Limit of: {', '.join(statement.id for statement in self.about)}", "", "Steps"]
        for number, step in enumerate(derived.steps, 1):
            lines += [f"  {number:>2}. {step.text}", f"        {_side(step.lhs)} = {text(step.rhs)}"]
        lines += [f"Note: {self.note}"] if self.note else []
        word = "holds" if verdict.accepted else "DOES NOT HOLD"
        return "\n".join([*lines, f"Source: {self.source}", f"SymPy: {word} ({verdict.reason})"])


def _side(expr: Expr) -> str:
    if not isinstance(expr, Limit):
        return text(expr)
    body, variable, point, _ = expr.args
    return f"lim_{{{text(variable)} → {'∞' if point is oo else text(point)}}} {text(body)}"
