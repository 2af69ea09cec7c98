# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
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

# %%
import numpy as np

import theory
from reports.notebook import claim, figure, show, statement
from theory.optimise import optimise, price_of_asynchrony

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
# eq. 21). It is drawn for comparison only: this suite has no certificate for it. T3-rate is proved, and so is every point of
# the lowest curve, each with its own multipliers.

# %%
saturations = np.array([0.0, 0.1, 0.3, 0.5, 0.7, 0.9])
lengths = np.array([100, 1000, 10000, 100000])
rate = theory.get("T3-rate:asymmetric_linear")


def curves(saturation):
    """Published, T3-rate and best bound over the lengths, L = σ = Δ = 1."""
    alone = {"initial_gap": 1.0, "smoothness": 1.0, "noise_deviation": 1.0, "saturation_bound": saturation}
    published = (4 * np.sqrt(1 / lengths) + 2 * saturation**2) / (1 - saturation**2)
    fixed = 2 * np.sqrt(2) * np.sqrt(1 / lengths) / (1 - saturation) + saturation**2 / (1 - saturation**2)
    return published, fixed, np.array([optimise("T3-optimum:asymmetric_linear", {**alone, "steps": int(k)}).value for k in lengths])


bounds = {saturation: curves(saturation) for saturation in saturations}

# %%
picture, panels = figure(1, 3, height=3.6, width=8.4)
for axes, saturation in zip(panels, (0.0, 0.5, 0.9), strict=True):
    for values, label in zip(bounds[saturation], ("published", "T3-rate", "best of the family"), strict=True):
        axes.loglog(lengths, values, label=label)
    axes.set(xlabel="steps K", title=f"saturation ≤ {saturation}")
panels[0].set(ylabel="bound on the average ‖∇f‖²")
panels[0].legend()
show(
    picture,
    caption=r"Bounds on the average squared gradient norm over the length of the run, $L = \sigma = \Delta = 1$.",
    alt="Three log-log panels for saturation zero, one half and 0.9. In each the published bound lies highest, T3-rate below "
    "it for small saturation, and the best bound of the family lowest. They flatten as saturation grows.",
)

# %%
to_published = np.array([bounds[s][0] / bounds[s][2] for s in saturations])
to_fixed = np.array([bounds[s][1] / bounds[s][2] for s in saturations])
picture, panels = figure(1, 2, height=3.6, sharex=True)
for axes, ratios, name in zip(panels, (to_published, to_fixed), ("published", "T3-rate"), strict=True):
    for column, length in enumerate(lengths):
        axes.plot(saturations, ratios[:, column], marker="o", label=f"K = {length:,}")
    axes.set(xlabel="largest saturation", ylabel=f"{name} / best", ylim=(0.9, None))
panels[0].legend()
show(
    picture,
    caption="How much is gained: the published bound, and T3-rate, divided by the best of the family.",
    alt="Two panels over saturation with one curve for each run length. The ratio to the published bound stays between 1.7 "
    "and 2.9. The ratio to T3-rate is about two without saturation and falls towards one, sooner for longer runs.",
)

# %%
claim(
    "best-below-published",
    statement="T3-family",
    kind="certificate",
    measured=[float(to_published.min() >= 1.5)],
    bound=1.0,
    description=f"The best bound is at least 1.5 times below the published one at every saturation and length of the figure "
    f"(smallest ratio {to_published.min():.3g}, largest {to_published.max():.3g}).",
)
claim(
    "best-not-above-rate",
    statement="T3-family",
    kind="certificate",
    measured=[float(to_fixed.min() >= 1.0)],
    bound=1.0,
    description=f"It is never above T3-rate (smallest ratio {to_fixed.min():.3g}, largest {to_fixed.max():.3g}).",
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
