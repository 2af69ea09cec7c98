"""The kernel's rules about a run: steps that follow each other, windows of past steps, independent micro-batches.

These carry the probability theory that the algebra of theory/kernel.py does not know. A theorem's axioms are those of
these rules that its derivation uses.
"""

from sympy import Expr, Integer, Symbol, expand

from theory.kernel import Conclusion, Fact, Rejected, axiom
from theory.operators import Batch, Draw, Mean, Steps, Window, axes
from theory.signs import is_zero, sign_of
from theory.symbols import SEQUENCES, B, delay, unfold


@axiom("tower property of conditional expectation (Williams, Probability with Martingales, 9.7) and a telescoping sum")
def telescope(now: Symbol, following: Symbol, first: Symbol, last: Symbol) -> Conclusion:
    """Σ_k E E_k x_{k+1} − Σ_k E x_k = E x_K − x_0 over k = 0..K−1, for a sequence of the notation table."""
    if SEQUENCES.get(now) != (following, first, last):
        raise Rejected(f"{now}, {following}, {first}, {last} are not x_k, x_(k+1), x_0 and E x_K of one sequence")
    return "==", Steps(Mean(Draw(following))) - Steps(Mean(now)) - last + first, frozenset()


@axiom("induction over the updates, with the tower property (Williams, Probability with Martingales, 9.7)")
def induction(step: Fact, start: Fact, now: Symbol) -> Conclusion:
    """E x_k ≤ 0 for every k, from E_k x_{k+1} ≤ ρ x_k with a constant ρ ≥ 0, and x_0 ≤ 0."""
    if now not in SEQUENCES:
        raise Rejected(f"{now} is not x_k of a sequence of the notation table")
    following, first, _ = SEQUENCES[now]
    rate = expand(step.expr).coeff(now)
    if axes(rate) & {"draw", "history", "step"} or sign_of(rate) is None:
        raise Rejected(f"the rate {rate} of {now} must be constant along the run and not negative")
    if not is_zero(step.expr - rate * now + Draw(following)) or not is_zero(start.expr + first):
        raise Rejected(f"induction needs ρ·{now} − E_k {following} ≥ 0 and −{first} ≥ 0")
    return ">=", -Mean(now), step.assumptions | start.assumptions


@axiom("Jensen's inequality for an even power (Hardy, Littlewood, Pólya, Inequalities, 2.9)")
def jensen(expr: Expr, exponent: Expr = Integer(2)) -> Conclusion:  # noqa: B008  (a SymPy integer does not change)
    """(Σ_j x_j)^p ≤ δ^{p−1} Σ_j x_j^p over a window of at most δ steps, for even p: then x^p is convex."""
    expr = unfold(expr)
    if not (exponent.is_Integer and exponent.is_even and exponent > 0):
        raise Rejected(f"x^({exponent}) is not convex on the whole line; Jensen's inequality takes even powers")
    return ">=", delay ** (exponent - 1) * Window(expr**exponent) - Window(expr) ** exponent, frozenset()


@axiom("exchange of finite sums: each step lies in at most δ windows")
def shift(fact: Fact) -> Conclusion:
    """Σ_k Σ_j x_j ≤ δ Σ_k x_k for x ≥ 0: each step lies in at most δ windows."""
    if fact.relation == "==" or not axes(fact.expr) <= {"step", "coordinate"}:
        raise Rejected(f"shift needs x ≥ 0 averaged over all randomness, got {fact.expr} {fact.relation} 0")
    return ">=", delay * Steps(fact.expr) - Steps(Window(fact.expr)), fact.assumptions


@axiom("increments of a martingale are orthogonal (Williams, Probability with Martingales, 12.1)")
def orthogonality(expr: Expr) -> Conclusion:
    """E(Σ_j ν_j)² = Σ_j E ν_j² for ν = x − E_k x: increments of a martingale, each centred given all before it."""
    increment = expand(unfold(expr) - Draw(unfold(expr)))
    return "==", Mean(Window(increment) ** 2) - Window(Mean(Draw(increment**2))), frozenset()


@axiom("variances of independent random variables add (Williams, Probability with Martingales, 7.2)")
def independence(expr: Expr) -> Conclusion:
    """Var_k of a mean over B micro-batches is the mean variance over B: their draws are independent given the past."""
    expr = unfold(expr)
    if shared := {s for s in expr.free_symbols if "draw" in axes(s) and "microbatch" not in axes(s)}:
        raise Rejected(f"{shared.pop()} is drawn once for all micro-batches, so they are not independent")
    if expr.has(Batch):
        raise Rejected(f"{expr} mixes micro-batches")
    variance = Batch(Draw(expr**2) - Draw(expr) ** 2)
    return "==", Draw(Batch(expr) ** 2) - Draw(Batch(expr)) ** 2 - variance / B, frozenset()
