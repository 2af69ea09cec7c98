"""The kernel's rules about powers with a real exponent and exponentials: they are increasing."""

from sympy import Expr, exp

from theory.kernel import Conclusion, Fact, Rejected, axiom
from theory.signs import is_zero, sign_of
from theory.symbols import unfold


@axiom("x^γ is positive and increasing for x > 0, γ > 0 (Rudin, Principles of Mathematical Analysis, ch. 8)")
def power(low: Fact, high: Fact, gap: Fact, exponent: Expr) -> Conclusion:
    """b^γ − a^γ ≥ 0 from a > 0, b > 0, b − a ≥ 0 and γ > 0."""
    exponent = unfold(exponent)
    if sign_of(exponent) != "positive":
        raise Rejected(f"the exponent {exponent} must be positive")
    if low.relation != ">" or high.relation != ">" or not is_zero(gap.expr - high.expr + low.expr):
        raise Rejected(f"power needs a > 0, b > 0 and b − a ≥ 0, got {low.expr}, {high.expr} and {gap.expr}")
    return ">=", high.expr**exponent - low.expr**exponent, low.assumptions | high.assumptions | gap.assumptions


@axiom("x^γ is positive and increasing for x > 0, γ > 0 (Rudin, Principles of Mathematical Analysis, ch. 8)")
def positive_power(base: Fact, exponent: Expr) -> Conclusion:
    """a^γ > 0 from a > 0, for any real γ."""
    if base.relation != ">":
        raise Rejected(f"a power needs a positive base, got {base.expr} {base.relation} 0")
    return ">", base.expr ** unfold(exponent), base.assumptions


@axiom("the exponential is increasing and e⁰ = 1 (Rudin, Principles of Mathematical Analysis, ch. 8)")
def exponential(fact: Fact) -> Conclusion:
    """e^x − 1 ≥ 0 (or > 0, or = 0) from x ≥ 0 (or > 0, or = 0)."""
    return fact.relation, exp(fact.expr) - 1, fact.assumptions
