"""Asymmetric linear device (soft bounds): q± = 1 ∓ w/τ, so F = 1 and G = w/τ. Source: arXiv:2406.12774."""

from functools import cache

from sympy import Abs, Integer

from theory.assumptions import SATURATION, UNSATURATED
from theory.corollary import Response
from theory.kernel import Fact, assume, combine
from theory.symbols import F_max, F_min, G_max, M, m_min, q_max, s_bar, tau, w

DESCENT_BOUND = 1 - s_bar**2


@cache
def lemmas() -> tuple[Fact, ...]:
    """1 − s̄² > 0; M/F = 1 − w²/τ² ≥ 1 − s̄²; |G| = |w|/τ ≤ s̄, which is also q̄ = 1 + |w|/τ ≤ 1 + s̄."""
    saturation = assume(SATURATION)
    room = combine(((1 + s_bar, assume(UNSATURATED)),), DESCENT_BOUND)
    descent = combine(((s_bar + Abs(w) / tau, saturation),), 1 - w**2 / tau**2 - DESCENT_BOUND)
    return (
        room,
        descent,
        saturation,
        combine(((1, room), (1, descent)), 1 - w**2 / tau**2),
    )


RESPONSE = Response(
    name="asymmetric_linear",
    title="asymmetric linear device",
    symmetric=Integer(1),
    asymmetric=w / tau,
    max_asymmetric=s_bar,
    min_symmetric=Integer(1),
    max_symmetric=Integer(1),
    descent_bound=DESCENT_BOUND,
    gain_bound=1 + s_bar,
    supposes={
        F_min: (),
        F_max: (),
        G_max: (SATURATION,),
        q_max: (SATURATION,),
        m_min: (SATURATION, UNSATURATED),
        M: (SATURATION, UNSATURATED),
    },
    lemmas=lemmas,
)
