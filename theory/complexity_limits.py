"""How many micro-batches a synchronous pipeline should have, and how many stages an asynchronous one gets for free.

Source: this project, from the bounds T3, T5 and T8.
"""

from dataclasses import dataclass
from functools import cache
from math import ceil, floor

from sympy import Derivative, Expr, Integer, Limit, Symbol, oo, simplify, solve, sqrt

from theory.assumptions import STALE_LIMIT
from theory.complexity import Derived, Equality, best_step, leading, leading_constant, staleness_per_delay, target
from theory.predictions._checks import integer, positive
from theory.predictions._notation import microbatches, stage, stages, table_symbol
from theory.predictions._schedule import ScheduleForms
from theory.symbols import Delta, F_max, K, L, alpha, m_min, q_max, sigma

fraction = table_symbol("fraction", "positive")
"""ρ, the staleness term over the leading one."""
noise_batch = table_symbol("noise_batch", "positive")
"""c, the batch whose noise term alone is the target; a batch must be larger."""
max_delay = table_symbol("max_delay", "nonnegative")


@cache
def noise_batch_at_limit() -> Derived:
    """c = αLq²σ²/(mε) at the largest step size that T3 allows, α = 1/(L F_max)."""
    limit = 1 / (L * F_max)
    value = simplify(limit * L * q_max**2 * sigma**2 / (m_min * target))
    step = Equality(
        text="with B = c the noise term of T5 alone is the target",
        lhs=limit * L * q_max**2 * sigma**2 / (m_min * value),
        rhs=target,
    )
    return Derived(name="c", unit="micro-batches", value=value, steps=(step,))


@cache
def largest_scaled_batch() -> Derived:
    """2c: up to this batch the best step size of T3 is allowed when the target is met, and A/√B is the constant.

    Beyond it the step size is at its limit and more micro-batches help less: `best_microbatches`, never below 2c.
    One sample an update (B = 1) needs c ≥ 1/2; T8, which allows half the step size, c ≥ 1.
    """
    value = 2 * noise_batch_at_limit().value
    updates = leading_constant().value ** 2 / (microbatches * target**2)
    step = best_step().value.subs(sigma, sigma / sqrt(microbatches)).subs(K, updates)
    met = Equality(
        text="the best step size for noise σ²/B after A²/(Bε²) updates is 1/(L F_max) at B = 2c",
        lhs=step.subs(microbatches, value),
        rhs=1 / (L * F_max),
    )
    grows = Equality(text="and proportional to B", lhs=Derivative(step / microbatches, microbatches), rhs=Integer(0))
    steps = (*leading_constant().steps, *noise_batch_at_limit().steps, met, grows)
    return Derived(name="largest scaled batch", unit="micro-batches", value=value, steps=steps)


@cache
def batch_clocks(step_limit: Expr = 1 / (L * F_max)) -> Derived:
    """Clocks of the synchronous pipeline to ε with batch B > c at a fixed step size, in c."""
    noise = target * noise_batch / microbatches  # the noise term, c being where it is the target
    updates = 2 * Delta / (step_limit * m_min * target) * microbatches / (microbatches - noise_batch)
    met = Equality(
        text="2Δ/(αKm) plus the noise term meets the target after K updates",
        lhs=2 * Delta / (step_limit * updates * m_min) + noise,
        rhs=target,
    )
    value = updates * (microbatches + stages - 1)
    each = Equality(text="B + M − 1 clocks an update", lhs=value / updates, rhs=microbatches + stages - 1)
    return Derived(name="clocks at batch B", unit="clocks", value=value, steps=(met, each))


@cache
def best_microbatches() -> Derived:
    """B* = c + √(c(c + M − 1)), which minimises the clocks to ε at a fixed step size."""
    value = noise_batch + sqrt(noise_batch * (noise_batch + stages - 1))
    clocks = batch_clocks().value
    slope = Derivative(clocks, microbatches).doit()
    shape = microbatches**2 - 2 * noise_batch * microbatches - noise_batch * (stages - 1)
    scale = simplify(clocks / (microbatches * (microbatches + stages - 1)) * (microbatches - noise_batch))
    steps = (
        *batch_clocks().steps,
        Equality(
            text="the slope in B has the sign of B² − 2cB − c(M−1): first falling, then rising",
            lhs=slope,
            rhs=scale * shape / (microbatches - noise_batch) ** 2,
        ),
        Equality(text="whose positive root is B*", lhs=shape.subs(microbatches, value), rhs=Integer(0)),
    )
    return Derived(name="best B", unit="micro-batches", value=value, steps=steps)


@cache
def best_batch_penalty() -> Derived:
    """Clocks of the synchronous pipeline at its best B and largest step over A²/ε², the asynchronous leading order.

    It is ¼(1 + √(1 + (M−1)/c))², which tends to 1 as ε → 0: with B grown as 1/ε a synchronous pipeline is as fast
    as an asynchronous one. It rises as the step size falls (c ∝ α), so that the largest step size is the best.
    """
    value = (1 + sqrt(1 + (stages - 1) / noise_batch)) ** 2 / 4
    at_best = batch_clocks().value.subs(microbatches, best_microbatches().value)
    asynchronous = leading_constant().value ** 2 / target**2
    at_limit = {target: solve(noise_batch_at_limit().value - noise_batch, target)[0]}
    steps = (
        *best_microbatches().steps,
        *noise_batch_at_limit().steps,
        Equality(
            text="clocks at B* over A²/ε², ε put in as q²σ²/(F_max m c)",
            lhs=(at_best / asynchronous).subs(at_limit),
            rhs=value,
        ),
        Equality(
            text="as ε → 0, c → ∞ and nothing is left of the penalty", lhs=Limit(value, noise_batch, oo), rhs=Integer(1)
        ),
    )
    return Derived(name="synchronous at best B / asynchronous", unit="1", value=value, steps=steps)


@dataclass(frozen=True, kw_only=True)
class BestBatch:
    """The best whole number of micro-batches.

    Raises:
        ValueError: if `stages` is not an integer ≥ 1, or `noise_batch` not finite and > 0.
    """

    stages: int
    """M."""
    noise_batch: float
    """c."""

    def __post_init__(self) -> None:
        """Check both."""
        object.__setattr__(self, "stages", integer("stages", self.stages, minimum=1))
        object.__setattr__(self, "noise_batch", float(positive("noise_batch", self.noise_batch)))

    def clocks(self, batch: int) -> float:
        """Clocks at a batch, relative to 2Δ/(αmε); infinite where its noise alone exceeds the target."""
        if batch <= self.noise_batch:
            return float("inf")
        return batch * (batch + self.stages - 1) / (batch - self.noise_batch)

    @property
    def value(self) -> int:
        """The neighbour of B* with fewer clocks: they fall up to B* and rise after it."""
        middle = best_microbatches().at(stages=self.stages, noise_batch=self.noise_batch)
        return min(max(1, floor(middle)), ceil(middle), key=self.clocks) if middle > 1 else 1


@cache
def free_stages(forms: ScheduleForms) -> Derived:
    """The largest M whose staleness term is at most ρ times the leading one when the target is met; ∞ without delay."""
    bound = fraction * (1 + fraction) * leading**2 / target
    stale = staleness_per_delay * forms.mean_delay
    root = leading * (1 + fraction) / target  # √K where the staleness term is exactly ρ times the leading one
    both = (
        Equality(text="leading term and ρ times it make the target", lhs=leading / root * (1 + fraction), rhs=target),
        Equality(text="S/K = ρA/√K at S = ρ(1+ρ)A²/ε", lhs=bound / root**2, rhs=fraction * leading / root),
    )
    if stages not in forms.mean_delay.free_symbols:
        none = Equality(text="there is no delay, whatever M is", lhs=stale, rhs=Integer(0))
        return Derived(name=f"free M, {forms.title}", unit="stages", value=oo, steps=(*both, none))
    value = solve(stale - bound, stages)[0]
    met = Equality(text="sD̄ is that S at this M", lhs=stale.subs(stages, value), rhs=bound)
    return Derived(name=f"free M, {forms.title}", unit="stages", value=simplify(value), steps=(*both, met))


@cache
def allowed_stages(forms: ScheduleForms) -> Derived:
    """The largest M for which T8 allows the best step size at K ≥ A²/ε² updates: its second step-size condition.

    T8 needs α ≤ 1/(2 L_Φ D q √((1+1/u)F_max/F_min)), D = d_1. ∞ without delay.
    """
    slack = STALE_LIMIT.expr
    step = best_step().value.subs(K, leading_constant().value ** 2 / target**2)
    at_best = slack.subs(alpha, step)
    largest = forms.delay.subs(stage, 1)
    if stages not in largest.free_symbols:
        none = Equality(text="without delay the condition is 1 ≥ 0", lhs=slack.subs(max_delay, 0), rhs=Integer(1))
        return Derived(name=f"allowed M, {forms.title}", unit="stages", value=oo, steps=(none,))
    beyond_one = Symbol("beyond_one", positive=True)  # M − 1, so that the positive root is the only one
    (root,) = solve(at_best.subs(max_delay, largest.subs(stages, 1 + beyond_one)), beyond_one)
    value = simplify(1 + root)
    met = Equality(
        text="T8's step-size condition is an equality there",
        lhs=at_best.subs(max_delay, largest.subs(stages, value)),
        rhs=Integer(0),
    )
    return Derived(name=f"allowed M, {forms.title}", unit="stages", value=value, steps=(*leading_constant().steps, met))
