"""The kernel's rules about a run: steps that follow each other, windows of past steps, independent micro-batches.

These carry the probability theory that the algebra of theory/kernel.py does not know. A theorem's axioms are those of
these rules that its derivation uses.
"""

from sympy import Expr, expand

from theory.kernel import Conclusion, Fact, Rejected, rule
from theory.operators import Batch, Draw, Mean, Steps, Window, axes
from theory.symbols import B, delay, f, f_first, f_last, f_next, unfold


@rule
def telescope() -> Conclusion:
    """Σ_k E E_k f(W_{k+1}) − Σ_k E f(W_k) = E f(W_K) − f(W_0): tower property, then a telescoping sum."""
    return "==", Steps(Mean(Draw(f_next))) - Steps(Mean(f)) - f_last + f_first, frozenset()


@rule
def jensen(expr: Expr) -> Conclusion:
    """(Σ_j x_j)² ≤ δ Σ_j x_j² over a window of at most δ steps: Jensen's inequality for the square, nothing else."""
    expr = unfold(expr)
    return ">=", delay * Window(expr**2) - Window(expr) ** 2, frozenset()


@rule
def shift(fact: Fact) -> Conclusion:
    """Σ_k Σ_j x_j ≤ δ Σ_k x_k for x ≥ 0: each step lies in at most δ windows."""
    if fact.relation == "==" or not axes(fact.expr) <= {"step", "coordinate"}:
        raise Rejected(f"shift needs x ≥ 0 averaged over all randomness, got {fact.expr} {fact.relation} 0")
    return ">=", delay * Steps(fact.expr) - Steps(Window(fact.expr)), fact.assumptions


@rule
def orthogonality(expr: Expr) -> Conclusion:
    """E(Σ_j ν_j)² = Σ_j E ν_j² for ν = x − E_k x: increments of a martingale, each centred given all before it."""
    increment = expand(unfold(expr) - Draw(unfold(expr)))
    return "==", Mean(Window(increment) ** 2) - Window(Mean(Draw(increment**2))), frozenset()


@rule
def independence(expr: Expr) -> Conclusion:
    """Var_k of a mean over B micro-batches is the mean variance over B: their draws are independent given the past."""
    expr = unfold(expr)
    if shared := {s for s in expr.free_symbols if "draw" in axes(s) and "microbatch" not in axes(s)}:
        raise Rejected(f"{shared.pop()} is drawn once for all micro-batches, so they are not independent")
    if expr.has(Batch):
        raise Rejected(f"{expr} mixes micro-batches")
    variance = Batch(Draw(expr**2) - Draw(expr) ** 2)
    return "==", Draw(Batch(expr) ** 2) - Draw(Batch(expr)) ** 2 - variance / B, frozenset()
