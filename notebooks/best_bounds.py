# ---
# jupyter:
#   aimc: {place: 90, part: Pipelines}
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # The best bound of a family, and the price of asynchrony
#
# A proof has multipliers, and other multipliers give other bounds. Statement T3 fixes them once and for all. Here they stay
# free: there is one bound for every choice, all of them proved at once, and for given numbers one may take the least. The
# search for it is ordinary floating-point optimisation that nobody has to trust. What it finds is rounded to rational
# numbers, and the kernel derives the bound at exactly those.

# %% tags=["parameters"]
steps: int = 100000  # [100, 1000000000] length of the run in section 3
largest_delay: int = 32  # [1, 1000] largest delay of section 3 [updates]
seed: int = 1  # [0, 4294967295] root of all random numbers of section 4
runs: int = 256  # [8, 4096] independent runs of section 4
rest_steps: int = 120000  # [1000, 10000000] updates of each run of section 4

# %%
import json
from dataclasses import fields
from pathlib import Path

import numpy as np

import theory
from reports.notebook import claim, figure, show, statement
from simulation import DEVICES, NOISES, PROBLEMS, run
from theory.numeric import evaluate
from theory.optimise import optimise, price_of_asynchrony, short_run

unit = {"initial_gap": 1.0, "smoothness": 1.0, "staleness_lipschitz": 1.0, "noise_deviation": 1.0}

# %% [markdown]
# ## 1. One step
#
# The idea is that bias and variance of an analog update cannot both be at their worst. The device turns the mean of $|g|$
# into bias and the spread of $|g|$ into variance, and their squares add up to something fixed, because $|g|^2 = g^2$. The
# multiplier $\lambda$ of that identity is free. With $c = L\alpha^2/2$:

# %%
family = statement("T2-family")

# %% [markdown]
# Small $\lambda$ favours the asymptotic term ($\lambda = \alpha/2F$ is sharp), large $\lambda$ the transient. An asynchronous
# pipeline adds an error $e$ to the mean of the signal, a second multiplier $E$ for it, a third $C$ that keeps some of the
# squared mean update in hand to pay for staleness, and a matrix inequality that ties them together:

# %%
asynchronous = statement("T8-optimum:asymmetric_linear")

# %% [markdown]
# ## 2. Without a pipeline
#
# The published bound has $4/(1-\bar s^2)$ before the rate and $2\sigma^2\bar s^2/(1-\bar s^2)$ behind it (arXiv:2502.06309,
# eq. 21). It is drawn for comparison only: this suite has no certificate for it. T3-worst is what remains of it after the
# repair of its proof, with the constants that the repaired proof gives. It is proved, and so is every point of the lowest
# curve, each with its own multipliers.

# %%
repaired = theory.get("T3-worst:asymmetric_linear")
best_of_family = statement("T3-optimum:asymmetric_linear")

# %%
saturations = np.linspace(0, 0.9, 10)
lengths = np.array([100, 1000, 10000, 100000])
single = {"initial_gap": 1.0, "smoothness": 1.0, "noise_deviation": 1.0}
(published,) = (
    counterpart for counterpart in repaired.counterparts if counterpart.source.startswith("arXiv:2502.06309")
)


def curves(saturation):
    """Published, repaired and best bound over the lengths, L = σ = Δ = 1."""
    alone = {**single, "saturation_bound": saturation}
    every = {**alone, "steps": lengths}
    best = [optimise("T3-optimum:asymmetric_linear", {**alone, "steps": int(k)}).value for k in lengths]
    return evaluate(published.rhs, every), repaired.bound(**every), np.array(best)


bounds = [curves(saturation) for saturation in saturations]

# %%
picture, panels = figure(1, 3, height=3.6, width=8.4)
for axes, i in zip(panels, (0, 5, 9), strict=True):
    for values, label in zip(bounds[i], ("published", "T3-worst", "best of the family"), strict=True):
        axes.loglog(lengths, values, label=label)
    axes.set(xlabel="steps K", title=f"saturation ≤ {saturations[i]:g}")
panels[0].set(ylabel="bound on the average ‖∇f‖²")
panels[0].legend()
show(
    picture,
    name="bounds",
    caption=r"Bounds on the average squared gradient norm over the length of the run, $L = \sigma = \Delta = 1$.",
    alt="Three log-log panels for saturation zero, one half and 0.9. In each the published bound lies highest, T3-worst below "
    "it for small saturation, and the best bound of the family lowest. They flatten as saturation grows.",
)

# %%
to_published = np.array([row[0] / row[2] for row in bounds])
to_repaired = np.array([row[1] / row[2] for row in bounds])
picture, panels = figure(1, 2, height=3.6, sharex=True)
for axes, ratios, name in zip(panels, (to_published, to_repaired), ("published", "T3-worst"), strict=True):
    for column, length in enumerate(lengths):
        axes.plot(saturations, ratios[:, column], marker="o", label=f"K = {length:,}")
    axes.set(xlabel="largest saturation", ylabel=f"{name} / best", ylim=(0.9, None))
panels[0].legend()
show(
    picture,
    name="gain",
    caption="How much is gained: the published bound, and T3-worst, divided by the best of the family.",
    alt="Two panels over saturation with one curve for each run length. The ratio to the published bound stays between 1.7 "
    "and 2.9. The ratio to T3-worst is about two without saturation and falls towards one, sooner for longer runs.",
)

# %%
claim(
    "best-below-published",
    statement="T3-optimum:asymmetric_linear",
    kind="certificate",
    measured=[float(to_published.min() >= 1.5)],
    bound=1.0,
    description=f"The best bound is at least 1.5 times below the published one at every saturation and length of the figure "
    f"(smallest ratio {to_published.min():.3g}, largest {to_published.max():.3g}).",
)
claim(
    "best-not-above-repaired",
    statement="T3-optimum:asymmetric_linear",
    kind="certificate",
    measured=[float(to_repaired.min() >= 1.0)],
    bound=1.0,
    description=f"It is never above T3-worst (smallest ratio {to_repaired.min():.4g}, largest {to_repaired.max():.3g}).",
)

# %% [markdown]
# ## 3. The price of asynchrony
#
# An asynchronous pipeline of depth $M$ reads weights that are up to $M - 1$ updates old. Compare the best bound with
# staleness and the best bound without: the excess is a *proved* price, in per cent. It falls with the length of the run, and
# for an analog device the asymptotic error, which both bounds share, makes it small soon.

# %%
delays = np.unique(np.geomspace(1, largest_delay, 6).astype(int))


def prices(saturation):
    """Proved excess in per cent over the delays, mean delay half of the largest."""
    numbers = {**unit, "steps": steps, "saturation_bound": saturation}
    late = [{"max_delay": int(d), "mean_delay": d / 2} for d in delays]
    return [price_of_asynchrony("T8-optimum:asymmetric_linear", {**numbers, **delay}) for delay in late]


excess = {saturation: np.array(prices(saturation)) for saturation in (0.0, 0.1, 0.5, 0.9)}
picture, axes = figure()
for saturation, values in excess.items():
    axes.loglog(delays, values, marker="o", label=f"saturation ≤ {saturation}")
axes.set(xlabel="largest delay D [updates]", ylabel="proved excess [%]", xticks=delays, xticklabels=delays)
axes.minorticks_off()
axes.legend()
show(
    picture,
    name="price",
    caption=rf"Proved excess of an asynchronous pipeline over none after {steps:,} steps, $L = L_\Phi = \sigma = \Delta = 1$, "
    r"mean delay $D/2$.",
    alt="Four rising curves over the delay on logarithmic axes. Digital hardware is highest, stronger saturation lower; at "
    "saturation one half and a delay of about fifteen the excess is a few per cent.",
)

# %%
for saturation, values in excess.items():
    claim(
        f"price-rises-with-delay-s{int(10 * saturation)}",
        statement="T8-optimum:asymmetric_linear",
        kind="certificate",
        measured=[float(np.all(values > 0) and np.all(np.diff(values) > 0))],
        bound=1.0,
        description=f"Saturation {saturation}: from {values[0]:.2g} % at delay {delays[0]} to {values[-1]:.2g} % at delay "
        f"{delays[-1]}, rising with the delay.",
    )

# %% [markdown]
# ## 4. Nothing left to gain behind the rate
#
# For long runs only the last term remains, and there the family has no more to offer, for any device: under two-point noise
# the two sides of T4 agree where the mean update rests, and T4-run says that along a run they differ by terms that vanish
# with $\alpha$ and $1/(\alpha K)$. Every device that the theory knows and the simulation has is put at rest at saturation
# 0.6 and left to itself. Gains $F$ and $G$ come from the theory, the runs from the simulation's own device of that name.

# %%
t4 = statement("T4")

# %%
settings = {"tau": 1.0, "offset": -0.2, "gamma": 1.5}
devices = [name for name, response in theory.RESPONSES.items() if response.asymmetric != 0 and name in DEVICES]
rest, deviation, rest_step = 0.6, 0.3, 0.0008


def both_sides(name, root):
    """Averages of (M/F)h² and of (G²/F)σ² along runs that start where the mean update rests."""
    response, numbers = theory.RESPONSES[name], {**settings, "weights": rest}
    sym, asym = (float(evaluate(part, numbers)) for part in (response.symmetric, response.asymmetric))
    slope = -asym * deviation / np.sqrt(sym**2 - asym**2)  # F h + G √(h²+σ²) = 0
    scalar = PROBLEMS["quadratic"](
        spectrum=[1.0], optimum=rest - slope, initial=[rest], noise=NOISES["two_point"](standard_deviation=deviation)
    )
    device = DEVICES[name](**{field.name: settings[field.name] for field in fields(DEVICES[name])})
    trace = run(scalar, device, step_size=rest_step, steps=rest_steps, runs=runs, seed=root).require_valid()
    return trace.weighted_gradient_norm[-1, 0], trace.drift_variance[-1, 0]


roots = np.random.SeedSequence(seed).spawn(len(devices))
sides = {name: both_sides(name, root) for name, root in zip(devices, roots, strict=True)}
for name, (left, right) in sides.items():
    claim(
        f"sharp-{name.replace('_', '-')}",
        statement=f"T4:{name}",
        kind="equal",
        measured=left / right.mean(),
        bound=1.0,
        margin=0.01,
        description=f"Average of $(M/F)h^2$ over that of $(G^2/F)\\sigma^2$, step size {rest_step}, {rest_steps:,} updates from "
        f"the resting point: {left.mean() / right.mean():.4f}.",
    )

# %% [markdown]
# ## 5. Against the exact worst case
#
# How good can a bound be? On digital hardware without noise *performance estimation* computes the worst case exactly, by a
# semidefinite programme over all $L$-smooth objectives in any dimension. The numbers below were computed by PEPit
# (arXiv:2201.04040), a peer that shares nothing with this suite; they stand in `notebooks/data/worst_cases.json`, which
# `tests/peer/worst_cases.py` writes and `make test-peer` computes anew. The run is gradient descent whose update $k$ uses
# $\nabla f(W_{k-\delta})$, with $L = \Delta = 1$. Of $f^*$ the statements only use that it is not above $f(W_K)$, so the
# worst case is taken over $f(W_0) - f(W_K) \le 1$.
#
# Two proved bounds compete. T8-optimum (without delay, T3-optimum) has the same multipliers at every update and needs only
# that the stale signal is at most $L_\Phi\|U-W\|$ from the gradient. The bound for a *short run* belongs to one number of
# updates and gives every inequality its own multiplier; it needs that the signal is the gradient at the old weights. The
# kernel derives both at the rational multipliers found. A delay longer than $K-1$ is a delay of $K-1$: nothing is older than
# the first weights.

# %%
record = json.loads(Path("notebooks/data/worst_cases.json").read_text(encoding="utf-8"))
print(record["what"], record["with"], sep="\n")  # noqa: T201
cases = record["cases"]


def of_all_runs(case):
    """T3-optimum or T8-optimum at the step size of the case; infinite where no multipliers make it finite."""
    late = min(case["delay"], case["steps"] - 1)
    # σ is positive by definition; at 1e-6 its share of the bound is of order 1e-12.
    numbers = {**single, "noise_deviation": 1e-6, "steps": case["steps"], "step_size": case["step_size"]}
    pipeline = {"staleness_lipschitz": 1.0, "max_delay": late, "mean_delay": late}
    try:
        found = optimise("T8-optimum:ideal", {**numbers, **pipeline}) if late else optimise("T3-optimum:ideal", numbers)
    except theory.OutOfDomain:
        return np.inf
    return found.value


def certified(case):
    """The bound for a short run."""
    names = ("steps", "delay", "step_size")
    return short_run({**{name: case[name] for name in names}, "smoothness": 1.0, "initial_gap": 1.0}).value


exact = np.array([case["delayed"] for case in cases])
of_family = np.array([of_all_runs(case) for case in cases]) / exact
of_run = np.array([certified(case) for case in cases]) / exact
print("δ  αL    K   worst case   T8-optimum/worst   short run/worst")  # noqa: T201
for case, general, special in zip(cases, of_family, of_run, strict=True):
    place = f"{case['delay']}  {case['step_size']:<4}  {case['steps']}   {case['delayed']:<10}"
    print(f"{place}   {general:<16.4f}   {special:.4f}")  # noqa: T201

# %%
steps_of_case, delay_of_case, size_of_case = (
    np.array([case[name] for case in cases]) for name in ("steps", "delay", "step_size")
)
picture, panels = figure(1, 3, height=3.6, width=8.4, sharey=True)
for axes, size in zip(panels, np.unique(size_of_case), strict=True):
    for delay, color in zip(np.unique(delay_of_case), ("C0", "C1", "C2"), strict=True):
        here = (size_of_case == size) & (delay_of_case == delay)
        axes.plot(steps_of_case[here], of_family[here], color + "o-", label=f"family, δ = {delay}")
        axes.plot(steps_of_case[here], of_run[here], color + "s--", label=f"short run, δ = {delay}")
    axes.set(xlabel="steps K", title=f"αL = {size:g}", xticks=np.unique(steps_of_case), ylim=(0.95, 1.45))
panels[0].set(ylabel="bound / exact worst case")
panels[0].legend(fontsize="small")
show(
    picture,
    name="worst-case",
    caption="Proved bounds divided by the exact worst case. At $\\alpha L = 0.5$ and delay 2 the family has a bound for two "
    "updates only.",
    alt="Three panels for step sizes 0.1, 0.25 and 0.5, ratios over two to six steps. Without delay all ratios are one. With "
    "delay the family lies at 1.1 to 1.4, the short-run bound at 1.0 to 1.25; at step size 0.5 and delay two the family's "
    "curve is a single point.",
)

# %%
misses = [case for case, ratio in zip(cases, of_family, strict=True) if not ratio < 1.4]
claim(
    "peer-above",
    statement="T8-optimum:ideal",
    kind="certificate",
    measured=[float(min(of_family.min(), of_run.min()) > 1 - 1e-5)],  # six digits are stored
    bound=1.0,
    description="Every bound lies above the exact worst case, for delays 0 to 2, two to six updates and three step sizes.",
)
claim(
    "peer-without-delay",
    statement="T3-optimum:ideal",
    kind="certificate",
    measured=of_family[delay_of_case == 0],
    bound=1.0,
    margin=0.01,
    description="Without delay the family meets the exact worst case within 1 %.",
)
claim(
    "peer-with-delay",
    statement="T8-optimum:ideal",
    kind="certificate",
    measured=[float(np.all(of_run < 1.4) and all(np.isinf(of_all_runs(case)) for case in misses))],
    bound=1.0,
    description=f"With delay the bound for a short run is at most {of_run.max():.3g} times the exact worst case everywhere, and "
    f"the family at most {of_family[np.isfinite(of_family)].max():.3g} times where it applies: it does not in "
    f"{len(misses)} of {len(cases)} cases, all at δ = 2, αL = 0.5.",
)

# %% [markdown]
# Where the family does not apply, no bound from the same assumptions could do: of signals that are merely within
# $L_\Phi\|U-W\|$ of the gradient, the worst case itself (computed by the same peer) is far above that of the delayed gradient
# at five updates, and unbounded at six.
#
# All ratios so far compare with a worst case in which $f^*$ is known at the end of the run only. If $f^*$ is the infimum
# of $f$, smoothness forbids a large gradient close to it, and over so few updates that matters more than anything else:

# %%
for case in misses:
    print({name: case[name] for name in ("steps", "delayed", "stale")})  # noqa: T201
infimum = of_run * exact / np.array([case["infimum"] for case in cases])
for size in np.unique(size_of_case):
    here = infimum[size_of_case == size]
    print(f"αL = {size:g}: short run / worst case with f* = inf f: {here.min():.3f} to {here.max():.3f}")  # noqa: T201
