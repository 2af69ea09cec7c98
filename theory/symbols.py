"""The one notation table: every quantity that a statement may mention, spelled once.

A quantity has a *sign*, which is part of its definition (a step size is positive), and *axes*: what it varies
with. The kernel refuses symbols that are not in this table, trusts the signs, and lets an average or a sum over
an axis pull out exactly the factors that do not vary along it.

Axes: ``draw`` is the randomness of the current update given the past, ``history`` all randomness before it,
``coordinate`` the index d of a weight, ``step`` the index k of an update, ``microbatch`` the index b of a micro-batch,
whose draws are independent of those of the others.
"""

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal, get_args

from sympy import Abs, Expr, Symbol

Axis = Literal["draw", "coordinate", "history", "step", "microbatch"]
Sign = Literal["positive", "nonnegative", "real"]

CONSTANT: frozenset[Axis] = frozenset()
PER_COORDINATE: frozenset[Axis] = frozenset({"coordinate", "history", "step"})
STATIC: frozenset[Axis] = frozenset({"coordinate"})
PER_STEP: frozenset[Axis] = frozenset({"history", "step"})


class UnknownSymbol(ValueError):
    """An expression mentions a symbol that the notation table does not define."""


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """One row of the notation table."""

    name: str
    """Name in code; also the name of the SymPy symbol and of the argument that gives its value."""
    glyph: str
    """How plain text prints it."""
    latex: str
    """How TeX prints it."""
    sign: Sign
    """What its definition says about its sign."""
    axes: frozenset[Axis]
    """What it varies with."""
    meaning: str
    """One line, with the unit where there is one."""
    definition: Expr | None = None
    """The expression that it abbreviates; the kernel only sees the definition."""
    free: bool = False
    """A multiplier: whoever uses a bound may choose it."""

    def __post_init__(self) -> None:
        """ValueError for a sign or an axis that the kernel does not know, and for a history without updates."""
        if self.sign not in get_args(Sign) or not self.axes <= set(get_args(Axis)):
            raise ValueError(f"{self.name}: sign {self.sign!r} or axes {sorted(self.axes)} are none of the known ones")
        if "history" in self.axes and "step" not in self.axes:
            raise ValueError(f"{self.name}: what depends on the history changes from step to step")

    def written(self) -> str:
        """TeX of the definition; empty if there is none, or if the symbol itself spells it (an average ⟨…⟩)."""
        from theory.printing import latex  # noqa: PLC0415  (the printer reads this table)

        return "" if self.definition is None or self.glyph.startswith("⟨") else latex(self.definition)

    @cached_property
    def symbol(self) -> Symbol:
        """The SymPy symbol, with its sign as an assumption."""
        assumptions = {} if self.sign == "real" else {self.sign: True}
        return Symbol(self.name, real=True, **assumptions)


TABLE: dict[str, Quantity] = {}


def define(
    name: str,
    glyph: str,
    latex: str,
    meaning: str,
    *,
    sign: Sign = "real",
    axes: frozenset[Axis] = CONSTANT,
    definition: Expr | None = None,
    free: bool = False,
) -> Symbol:
    """Add a row to the table and return its symbol; ValueError if the name is taken by another row."""
    quantity = Quantity(
        name=name, glyph=glyph, latex=latex, sign=sign, axes=axes, meaning=meaning, definition=definition, free=free
    )
    if TABLE.get(name, quantity) != quantity:
        raise ValueError(f"the notation table defines {name!r} in two ways")
    TABLE[name] = quantity
    return quantity.symbol


def quantity(symbol: Symbol) -> Quantity:
    """The row of a symbol; UnknownSymbol if the table has none or the symbol's assumptions differ."""
    row = TABLE.get(symbol.name)
    if row is None or row.symbol != symbol:
        raise UnknownSymbol(f"symbol {symbol.name!r} is not in the notation table (theory/symbols.py)")
    return row


@cache
def _definitions(_rows: int) -> dict[Symbol, Expr]:
    return {row.symbol: row.definition for row in TABLE.values() if row.definition is not None}


def unfold(expr: Expr) -> Expr:
    """Replace every abbreviation by its definition, until none is left."""
    definitions = _definitions(len(TABLE))
    while expr.free_symbols & definitions.keys():
        expr = expr.xreplace(definitions)
    return expr


SEQUENCES: dict[Symbol, tuple[Symbol, Symbol, Symbol]] = {}
"""Quantities that follow each other along a run: x_k ↦ (x_{k+1}, x_0, E x_K)."""


def sequence(now: Symbol, following: Symbol, first: Symbol, last: Symbol) -> None:
    """Declare x_k, x_{k+1}, x_0 and E x_K to be one sequence; ValueError unless they vary as such and are free.

    x_k varies with the history and the step, x_{k+1} with the current draw too, x_0 and E x_K with neither. Their names
    must say so (x, next_x, first_x, last_x): no statement lists this hypothesis, so that it has to be one about words.
    """
    shared = quantity(now).axes - {"history", "step"}
    needed = (shared | {"history", "step"}, shared | {"history", "step", "draw"}, shared, shared)
    members = (now, following, first, last)
    if tuple(quantity(symbol).axes for symbol in members) != needed or not shared <= {"coordinate"}:
        raise ValueError(f"{members} do not vary as x_k, x_(k+1), x_0 and E x_K do")
    if [s.name for s in members[1:]] != [f"{prefix}_{now.name}" for prefix in ("next", "first", "last")]:
        raise ValueError(f"{members} must be named x, next_x, first_x, last_x")
    if any(quantity(symbol).definition is not None for symbol in members):
        raise ValueError(f"{members} must be quantities of their own, not abbreviations")
    if len({quantity(symbol).sign for symbol in members}) > 1:
        raise ValueError(f"{members} must have one sign: x_0 ≤ 0 would contradict x_k > 0")
    if SEQUENCES.get(now) == members[1:]:
        return
    if len(set(members)) < 4 or in_sequences() & set(members):
        raise ValueError(f"{members} must be four different quantities of no other sequence")
    SEQUENCES[now] = (following, first, last)


def in_sequences() -> frozenset[Symbol]:
    """Every quantity that belongs to a declared sequence."""
    return frozenset(SEQUENCES).union(*SEQUENCES.values())


# Parameters of a run.
alpha = define("step_size", "α", r"\alpha", "learning rate", sign="positive")
K = define("steps", "K", "K", "number of updates", sign="positive")
tau = define("tau", "τ", r"\tau", "dynamic-range radius of the device [weight]", sign="positive")
L = define("smoothness", "L", "L", "Lipschitz constant of the gradient", sign="positive")
sigma = define("noise_deviation", "σ", r"\sigma", "root of the total gradient noise variance", sign="positive")

# The objective along the run: now, after the update, at the start, in expectation at the end, and its infimum.
f = define("objective", "f", "f(W_k)", "objective before update k", axes=PER_STEP)
f_next = define(
    "next_objective",
    "f⁺",
    "f(W_{k+1})",
    "objective after update k",
    axes=frozenset({"draw", "history", "step"}),
)
f_first = define("first_objective", "f₀", "f(W_0)", "objective at the initial weights")
f_last = define("last_objective", "E f_K", r"\mathbb{E}f(W_K)", "expected objective after the last update")
sequence(f, f_next, f_first, f_last)
f_star = define("optimal_value", "f⋆", "f^*", "infimum of the objective")
Delta = define("initial_gap", "Δ", r"\Delta", "f(W_0) − f*", sign="positive")

# One coordinate of the weights and of the gradient signal.
w = define("weights", "w_d", "w_d", "weight before the update [weight]", axes=PER_COORDINATE)
w_next = define("next_weights", "w_d⁺", "w_d^+", "weight after the update [weight]", axes=PER_COORDINATE | {"draw"})
h = define("gradient", "h_d", "h_d", "gradient, the mean of the signal", axes=PER_COORDINATE)
g = define("signal", "g_d", "g_d", "stochastic gradient that the update uses", axes=PER_COORDINATE | {"draw"})
g_other = define("other_signal", "g_d'", "g_d'", "any second value of the signal", axes=PER_COORDINATE | {"draw"})
v = define(
    "noise_variance",
    "σ_d²",
    r"\sigma_d^2",
    "bound on the signal's variance",
    sign="nonnegative",
    axes=PER_COORDINATE,
)

# The device: response functions at the current weight, and bounds on them.
F = define("symmetric", "F_d", "F_d", "symmetric part (q₋+q₊)/2", sign="positive", axes=PER_COORDINATE)
G = define("asymmetric", "G_d", "G_d", "asymmetric part (q₋−q₊)/2", axes=PER_COORDINATE)
q_bar = define(
    "max_gain",
    "q̄_d",
    r"\bar q_d",
    "the larger gain, F+|G|",
    sign="positive",
    axes=PER_COORDINATE,
    definition=F + Abs(G),
)
M = define("product_gain", "M_d", "M_d", "product of the gains, F²−G²", axes=PER_COORDINATE, definition=F**2 - G**2)
F_max = define("max_symmetric", "F_max", r"F_{\max}", "supremum of F", sign="positive")
q_max = define("gain_bound", "q_max", r"q_{\max}", "upper bound on q̄", sign="positive")
m_min = define("descent_bound", "m", "m", "lower bound on M/F", sign="positive")
s_bar = define("saturation_bound", "s̄", r"\bar s", "upper bound on |w|/τ along the run", sign="nonnegative")
offset = define("offset", "c⋄", r"c_\diamond", "symmetric point of the linear device with an offset, in units of τ")
gamma = define("gamma", "γ", r"\gamma", "shape of the power and of the exponential device", sign="positive")
F_min = define("min_symmetric", "F_min", r"F_{\min}", "infimum of F along the run", sign="positive")

# Micro-batches.
B = define("microbatches", "B", "B", "micro-batches of one synchronous update", sign="positive")
g_batch = define(
    "batch_signal",
    "g_bd",
    "g_{b,d}",
    "stochastic gradient of one micro-batch",
    axes=PER_COORDINATE | {"draw", "microbatch"},
)

# Pipelines: forward weights that are d updates old.
w_forward = define("forward_weights", "u_d", "u_d", "weight that the forward pass read [weight]", axes=PER_COORDINATE)
e = define("staleness_error", "e_d", "e_d", "mean of the stale signal minus the gradient", axes=PER_COORDINATE)
delay = define(
    "delay",
    "δ_d",
    r"\delta_d",
    "updates between forward and backward",
    sign="nonnegative",
    axes=frozenset({"coordinate"}),
)
D = define("max_delay", "D", "D", "largest delay", sign="nonnegative")
D_mean = define("mean_delay", "D̄", r"\bar D", "mean delay, weighted by noise: Σ δ_d σ_d² ≤ D̄ σ²", sign="nonnegative")
L_stale = define("staleness_lipschitz", "L_Φ", r"L_\Phi", "Lipschitz constant in the forward weights", sign="positive")

# Multipliers: free parameters of families of bounds.
lam = define("multiplier", "λ", r"\lambda", "multiplier of the size constraint", sign="positive", free=True)
young = define("young", "u", "u", "split between asymmetry and staleness", sign="positive", free=True)
split = define("split", "t", "t", "split between drift and noise of the staleness", sign="positive", free=True)
C_mean = define("mean_multiplier", "C", "C", "multiplier of the squared mean update", sign="nonnegative", free=True)
E_stale = define(
    "error_multiplier", "E", "E", "multiplier of the squared staleness error", sign="nonnegative", free=True
)
A_min = define("descent_rate", "A", "A", "multiplier of the squared gradient", sign="positive", free=True)
G_max = define("max_asymmetric", "G_max", r"G_{\max}", "upper bound on |G|", sign="nonnegative")
curvature = define(
    "curvature_cost", "c", "c", "what a squared update costs, Lα²/2", sign="positive", definition=L * alpha**2 / 2
)
family_rate = define(
    "family_rate",
    "A_d",
    "A_d",
    "what a squared gradient is worth, λM − (α−2λF)²/(4(λ−c))",
    axes=PER_COORDINATE,
    definition=lam * M - (alpha - 2 * lam * F) ** 2 / (4 * (lam - curvature)),
)
