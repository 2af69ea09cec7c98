"""Residual learning that stops short: noise of one size, and a residual array that is steep at zero the wrong way.

F = 1 and G(p) = −p/(2(|p|+η)): symmetric at zero, gains between 1/2 and 3/2. Noise drives such a residual away from 0.
"""

from sympy import Abs

from theory.kernel import Assumption
from theory.operators import Total
from theory.residual import F_P, G_P, gamma, last_distance, mu, p, p_next
from theory.symbols import PER_STEP, STATIC, alpha, define, f_last, f_star, g, h, sequence, sigma

coin = define("coin", "s_d", "s_d", "size of the noise, which is s_d or −s_d", sign="positive", axes=STATIC)
zeta = define("residual_scale", "ζ", r"\zeta", "any scale for the residual", sign="positive", free=True)
pull = define(
    "pull", "Σs|p|", r"\langle s, |P_k| \rangle", "size of the residual, weighted by the noise", axes=PER_STEP
)
next_pull = define(
    "next_pull", "Σs|p⁺|", r"\langle s, |P_{k+1}| \rangle", "it, after the update", axes=PER_STEP | {"draw"}
)
first_pull = define("first_pull", "Σs|p₀|", r"\langle s, |P_0| \rangle", "it, at the start")
last_pull = define(
    "last_pull", "EΣs|p_K|", r"\mathbb{E}\langle s, |P_K| \rangle", "it, in expectation after the last update"
)
sequence(pull, next_pull, first_pull, last_pull)

ETA = alpha * coin / 4
"""η, where half of the asymmetry is reached."""
COIN = Assumption(
    name="N coin", relation="==", expr=Abs(g - h) - coin, text="the noise has one size: |g − h| = s, with mean zero"
)
ALL_COINS = Assumption(name="A2 coins", relation="==", expr=Total(coin**2) - sigma**2, text="Σ s² = σ²")
UNIT_GAIN = Assumption(name="A3 F(P) = 1", relation="==", expr=F_P - 1, text="F(P) = 1")
STEEP = Assumption(
    name="A3 steep",
    relation="==",
    expr=2 * G_P * (Abs(p) + ETA) + p,
    text="G(p) = −p/(2(|p|+η)) with η = αs/4: symmetric at zero, gains between 1/2 and 3/2",
)
PULL = Assumption(name="D pull", relation="==", expr=pull - Total(coin * Abs(p)), text="Σ s|p|, by definition")
NEXT_PULL = Assumption(
    name="D next pull", relation="==", expr=next_pull - Total(coin * Abs(p_next)), text="Σ s|p⁺|, by definition"
)
NO_PULL = Assumption(name="R start", relation="==", expr=first_pull, text="the residual starts at P = 0")
LAST_PULL = Assumption(
    name="A5 at the end",
    relation=">=",
    expr=zeta * sigma**2 / 2 + (2 * (f_last - f_star) / mu + last_distance) / (zeta * gamma**2) - last_pull,
    text="strong convexity at the last weights: s|p| ≤ ζs²/2 + p²/2ζ, and γ²‖P‖² ≤ 2‖W̄−W*‖² + 2‖W−W*‖²",
)
