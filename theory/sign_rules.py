"""The kernel's rules that decide signs: of polynomials on a semialgebraic domain, and of quadratic forms.

Polynomial conditions go to z3's nonlinear real arithmetic, a complete decision procedure; its budget counts steps, not
seconds, so that the answer is the same on every machine. 'unknown' is a rejection.
"""

from functools import cache
from typing import Any

from sympy import Abs, Add, Expr, Mul, Pow, Rational, Symbol, expand

from theory.kernel import Assumption, Conclusion, Fact, NegativeMultiplier, Rejected, Relation, axiom, rule
from theory.operators import Linear
from theory.signs import is_zero, sign_of
from theory.symbols import unfold

BUDGET = 50_000_000
"""z3's resource limit: some ten seconds on an ordinary machine; statements that need more should be split."""


class Undecided(Rejected):
    """The solver gave up within its budget: unknown, which counts as failure."""


Z3 = "z3's decision procedure for nonlinear real arithmetic (Jovanović and de Moura, IJCAR 2012)"


@axiom(Z3)
def decide(premises: tuple[Fact, ...], expr: Expr) -> Conclusion:
    """expr ≥ 0 wherever the premises hold and symbols have the signs of the notation table.

    Sums and averages count as unknown real numbers. Raises Rejected with a counterexample, or Undecided.
    """
    return _decided(premises, ">=", expr)


@axiom(Z3)
def decide_positive(premises: tuple[Fact, ...], expr: Expr) -> Conclusion:
    """expr > 0, as for `decide`."""
    return _decided(premises, ">", expr)


def _decided(premises: tuple[Fact, ...], relation: Relation, expr: Expr) -> Conclusion:
    expr = unfold(expr)
    answer, witness = _refuted(tuple((fact.relation, fact.expr) for fact in premises), relation, expr)
    if answer == "sat":
        raise Rejected(f"not true everywhere on the domain: {expr} {relation} 0 fails at {witness}")
    if answer != "unsat":
        raise Undecided(f"{expr} {relation} 0: the solver gave up ({answer})")
    return relation, expand(expr), frozenset[Assumption]().union(*(fact.assumptions for fact in premises))


@rule
def semidefinite(form: Expr, pivots: tuple[Fact | Expr, ...], lines: tuple[Expr, ...]) -> Conclusion:
    """zᵀQz = Σ_i p_i ℓ_i² ≥ 0: the exact LDLᵀ of a symmetric matrix, with pivots p_i ≥ 0 and lines ℓ = Lᵀz.

    A pivot is a fact, or an expression whose sign the notation table settles.
    """
    form, total = unfold(form), Rational(0)
    for pivot, line in zip(pivots, lines, strict=True):
        value = pivot.expr if isinstance(pivot, Fact) else unfold(pivot)
        if isinstance(pivot, Fact) and pivot.relation == "==":
            raise Rejected(f"a pivot must be a fact ≥ 0 or > 0, got {pivot.expr} = 0")
        if sign_of(value) is None and not isinstance(pivot, Fact):
            raise NegativeMultiplier(f"the pivot {value} may be negative")
        total += value * unfold(line) ** 2
    if not is_zero(total - form):
        raise Rejected(f"not the decomposition of the form: it leaves {expand(form - total)}")
    facts = (pivot.assumptions for pivot in pivots if isinstance(pivot, Fact))
    return ">=", form, frozenset[Assumption]().union(*facts)


@cache
def _refuted(premises: tuple[tuple[Relation, Expr], ...], relation: Relation, expr: Expr) -> tuple[str, str]:
    """z3's answer to: is there a point of the domain where the conclusion fails? And the point."""
    import z3  # noqa: PLC0415  (costs start-up time that most statements do not need)

    solver, terms = z3.SolverFor("QF_NRA"), _Translation(z3)
    solver.set("rlimit", BUDGET)
    wanted = terms.related(relation, expr)
    held = [terms.related(*premise) for premise in premises]
    solver.add(*held, z3.Not(wanted), *terms.side_conditions)
    answer = str(solver.check())
    witness = str(solver.model()) if answer == "sat" else ""
    return answer, " ".join(witness.split())


class _Translation:
    """SymPy to z3: symbols with their signs, operators as unknowns, roots and divisions by their definition."""

    def __init__(self, z3: Any) -> None:
        self.z3, self.atoms, self.side_conditions = z3, dict[Expr, Any](), list[Any]()

    def related(self, relation: Relation, expr: Expr) -> Any:
        value = self.term(expr)
        return {">=": value >= 0, ">": value > 0, "==": value == 0}[relation]

    def term(self, expr: Expr) -> Any:
        if isinstance(expr, Rational):
            return self.z3.RealVal(f"{expr.p}/{expr.q}")
        if isinstance(expr, (Symbol, Linear)):
            return self._unknown(expr, sign_of(expr))
        if isinstance(expr, Add):
            return self.z3.Sum([self.term(arg) for arg in expr.args])
        if isinstance(expr, Mul):
            return self.z3.Product([self.term(arg) for arg in expr.args])
        if isinstance(expr, Abs):
            inner = self.term(expr.args[0])
            return self.z3.If(inner >= 0, inner, -inner)
        if isinstance(expr, Pow) and expr.exp.is_Rational:
            return self._power(expr)
        raise Rejected(f"{expr} is not algebraic: no polynomial decision procedure applies")

    def _unknown(self, expr: Expr, sign: str | None) -> Any:
        if expr not in self.atoms:
            self.atoms[expr] = atom = self._fresh(expr.name if isinstance(expr, Symbol) else "")
            if sign:
                self.side_conditions.append(atom > 0 if sign == "positive" else atom >= 0)
        return self.atoms[expr]

    def _power(self, expr: Pow) -> Any:
        """b^(p/q) = r^p with r ≥ 0, r^q = b for q > 1; a negative power is the s with s·b^|p/q| = 1."""
        base, times, root = self.term(expr.base), abs(int(expr.exp.p)), int(expr.exp.q)
        if root > 1:
            base = self._defined(expr.base ** Rational(1, root), lambda r: (r >= 0, r**root == base))
        raised = self.z3.Product([base] * times)
        return raised if expr.exp > 0 else self._defined(expr, lambda s: (s * raised == 1,))

    def _defined(self, expr: Expr, conditions: Any) -> Any:
        if expr not in self.atoms:
            self.atoms[expr] = self._fresh("")
            self.side_conditions += conditions(self.atoms[expr])
        return self.atoms[expr]

    def _fresh(self, name: str) -> Any:
        """z3 identifies unknowns by name: a number keeps them apart, whatever the symbols are called."""
        return self.z3.Real(f"{name}#{len(self.atoms)}")
