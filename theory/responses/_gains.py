"""What follows for any device from bounds on its two gains and on their product: shared by several responses.

The derivations are about placeholders, so that a device proves only what is its own.
"""

from dataclasses import dataclass

from sympy import Abs, Expr, Rational, Symbol

from theory.divisors import identity, specialised
from theory.kernel import Assumption, Fact, Relation, assume, combine, discharge
from theory.sign_rules import decide
from theory.symbols import F, G, G_max, define, m_min, q_max

q_min = define("smallest_gain", "q_min", r"q_{\min}", "lower bound on both gains", sign="positive")

HALF = Rational(1, 2)


def _supposed(name: str, expr: Expr, relation: Relation = ">=") -> Assumption:
    return Assumption(name=name, relation=relation, expr=expr, text="proved for each device")


UP_LOW = _supposed("q₊ ≥ q_min", F - G - q_min)
UP_HIGH = _supposed("q₊ ≤ q_max", q_max - F + G)
DOWN_LOW = _supposed("q₋ ≥ q_min", F + G - q_min)
DOWN_HIGH = _supposed("q₋ ≤ q_max", q_max - F - G)
PRODUCT = _supposed("q₊q₋ ≥ q_min q_max", F**2 - G**2 - q_min * q_max)
HALF_SPREAD = _supposed("G_max = half the spread", 2 * G_max - q_max + q_min, "==")
HARMONIC_MEAN = _supposed("m = harmonic mean", m_min * (q_min + q_max) - 2 * q_min * q_max, "==")


def harmonic() -> Fact:
    """M/F ≥ 2 q_min q_max/(q_min + q_max): M/F is the harmonic mean of the gains, and their product is large enough.

    With l = q_min and u = q_max: q₊q₋(l+u) − lu(q₊+q₋) = q₋(q₊−l)(u−q₊) + q₊(q₊q₋−lu).
    """
    up = combine(((1, assume(UP_LOW)), (q_min,)), F - G)
    down = combine(((1, assume(DOWN_LOW)), (q_min,)), F + G)
    scale = 1 / (q_min + q_max)
    terms = (
        (scale / F, down, assume(UP_LOW), assume(UP_HIGH)),
        (scale / F, up, assume(PRODUCT)),
        (-scale, assume(HARMONIC_MEAN)),
    )
    return combine(terms, F - G**2 / F - m_min)


def general() -> tuple[Fact, ...]:
    """M ≥ 0, M/F ≥ m, |G| ≤ G_max and q̄ ≤ q_max, with G_max half the spread and m the harmonic mean of the bounds."""
    high = (assume(UP_HIGH), assume(DOWN_HIGH))
    product = combine(((1, assume(PRODUCT)), (q_min * q_max,)), F**2 - G**2)
    spread = decide((*high, assume(UP_LOW), assume(DOWN_LOW), assume(HALF_SPREAD)), G_max - Abs(G))
    return product, harmonic(), spread, decide(high, q_max - F - Abs(G))


@dataclass(frozen=True, kw_only=True)
class Gains:
    """A device, bounds on its gains, and the proofs."""

    asymmetric: Expr
    """G."""
    symmetric: Fact
    """F > 0."""
    least: Fact
    """q_min > 0."""
    greatest: Fact
    """q_max > 0."""
    half_spread: Fact
    """G_max = (q_max−q_min)/2 ≥ 0."""
    harmonic_mean: Fact
    """m = 2 q_min q_max/(q_min+q_max) > 0."""
    proofs: tuple[Fact, Fact, Fact, Fact, Fact]
    """q₊ ≥ q_min, q₊ ≤ q_max, q₋ ≥ q_min, q₋ ≤ q_max, q₊q₋ ≥ q_min q_max."""
    divisors: tuple[Fact, ...] = ()
    """What the gains and their bounds divide by is positive."""

    def signs(self) -> dict[Symbol, Fact]:
        """What stands for the placeholders, with its sign."""
        values = (self.symmetric, self.least, self.greatest, self.half_spread, self.harmonic_mean)
        return dict(zip((F, q_min, q_max, G_max, m_min), values, strict=True))

    def of_this(self, fact: Fact) -> Fact:
        """What a fact about placeholders says of this device; what it supposes is proved by `proofs`."""
        signs = self.signs()
        values = {symbol: sign.expr for symbol, sign in signs.items()} | {G: self.asymmetric}
        mentioned = fact.expr.free_symbols.union(*(a.expr.free_symbols for a in fact.assumptions))
        mapping = tuple((symbol, value) for symbol, value in values.items() if symbol in mentioned)
        needed = tuple(sign for symbol, sign in signs.items() if symbol in mentioned)
        fact = specialised(fact, mapping, needed, self.divisors)
        for supposed, proof in zip((UP_LOW, UP_HIGH, DOWN_LOW, DOWN_HIGH, PRODUCT), self.proofs, strict=True):
            if (instance := supposed.instantiate(values)) in fact.assumptions:
                fact = discharge(fact, instance, proof)
        for defined in (HALF_SPREAD, HARMONIC_MEAN):
            if (instance := defined.instantiate(values)) in fact.assumptions:
                fact = discharge(fact, instance, identity(instance.expr, (*needed, *self.divisors)))
        return fact

    def lemmas(self) -> tuple[Fact, ...]:
        """The signs, what is divided by, and `general` for this device."""
        return *self.signs().values(), *self.divisors, *map(self.of_this, general())
