# ---
# jupyter:
#   aimc: {place: 20, part: Devices}
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Pulses, and when their mean is enough
#
# Theory speaks of the *mean dynamics* $w^+ = w + x\,F(w) - |x|\,G(w)$: the whole change $x$ in one step. A machine sends pulses.
# Each moves the cell by $\Delta w_{\min}\,q_\pm(w)$, with the gain that the cell has *then*, and there is no half pulse. This
# notebook finds out where the mean dynamics stops being a good description: in a single step, and of where training ends.

# %% tags=["parameters"]
seed: int = 1  # [0, 4294967295] root of all random numbers
runs: int = 256  # [128, 4096] independent runs of a single weight
steps: int = 1600  # [1600, 100000] updates a run
noise: float = 0.4  # [0.2, 0.5] deviation of the gradient's noise

# %%
import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter
from scipy.special import ndtri

from reports.notebook import claim, figure, show, statement
from simulation import DEVICES, FIDELITIES, NOISES, PROBLEMS, run
from theory.predictions import NOISES as FOLDED
from theory.predictions import MeanDynamics

seeds = iter(np.random.SeedSequence(seed).spawn(2))
PULSES, STOCHASTIC = FIDELITIES["pulses"], FIDELITIES["stochastic"]
linear = DEVICES["asymmetric_linear"](tau=1.0)

# %% [markdown]
# ## 1. One step
#
# A change $x$ is sent as $n = \lceil |x|/\Delta w_{\min}\rceil$ pulses. Two things go wrong. If $n$ is small, rounding up sends
# too much: by up to one pulse. If $n$ is large, the gain changes on the way, and the mean dynamics, which takes the first
# gain for all of them, goes too far: by $x^2 q\,(1 - 1/n)/(2\tau)$ to leading order for the asymmetric linear device. Stochastic
# trains do not round, they draw: right on average, scattered for small $n$. But they have a largest representable step, as
# many pulses as they have bits.

# %%
tiny, start, bits = 0.001, 0.2, 31
asked = np.geomspace(0.1, 1000, 401)  # |x|/Δw_min
change = tiny * asked
gain = 1 - start
mean_end = FIDELITIES["mean"]().update(linear, np.full(change.shape, start), change)
pulse_end = PULSES(dw_min=tiny).update(linear, np.full(change.shape, start), change)
relative = np.abs(pulse_end - mean_end) / (change * gain)


def expected_stochastic(ratio):
    """Exact mean weight: N ~ Binomial(BL, p), E(1 − Δ/τ)^N = (1 − pΔ/τ)^BL, p = r/BL, at most 1."""
    slots = np.minimum(np.ceil(ratio), bits)
    return 1 - gain * (1 - np.minimum(1, ratio / slots) * tiny) ** slots


picture, axes = figure(height=4.2)
axes.loglog(asked, relative, "-", linewidth=0.9, label="pulses: difference to the mean dynamics")
pulse_number = np.ceil(asked)
axes.loglog(asked, 1 / asked, ":", label="rounding up by at most one pulse, Δw_min/|x|")
axes.loglog(asked, np.maximum(change * (1 - 1 / pulse_number) / 2, 1e-9), "--", label="changing gain, |x|(1 − 1/n)/2τ")
bias = np.abs(expected_stochastic(asked) - mean_end) / (change * gain)
axes.loglog(asked, np.maximum(bias, 1e-9), "-.", label=f"stochastic, {bits} bits: difference on average")
axes.set(xlabel="change asked for, |x|/Δw_min [pulses]", ylabel="difference / (|x| q)", ylim=(1e-4, 20))
axes.legend(fontsize=8)
show(
    picture,
    name="mean-dynamics",
    caption=rf"Relative error of the mean dynamics for one step from $w = {start}$ on the asymmetric linear device, "
    rf"$\Delta w_{{\min}} = {tiny}\,\tau$, over the change asked for in pulses.",
    alt="Log-log plot. For less than one pulse the pulse-exact difference falls from ten to zero; it then bounces in shrinking "
    "sawteeth below one over the number of pulses, until after thirty pulses the changing gain takes over and it rises in "
    "proportion. The stochastic curve is low up to its thirty-one bits and then climbs steeply to one.",
)

# %%
whole = np.array([3, 10, 30, 100, 300, 1000])
shares = whole * tiny
missing = start + shares * gain - PULSES(dw_min=tiny).update(linear, np.full(6, start), shares)
leading = shares**2 * gain * (1 - 1 / whole) / 2
claim(
    "leading-difference",
    statement=r"mean minus pulses is $x^2 q\,(1 - 1/n)/(2\tau)$, less at most a fraction $|x|/(3\tau)$ of it",
    kind="certificate",
    measured=3 * (1 - missing / leading) / shares,
    bound=0.5,
    margin=0.5,
    description=f"What the leading order has too much, in units of that fraction, for {', '.join(map(str, whole))} pulses: "
    "between 0 and 1 by Bonferroni's inequalities for $(1 - y)^n$.",
)
claim(
    "one-step-envelope",
    statement=r"$|\mathrm{pulses} - \mathrm{mean}| \le q\,\max(\Delta w_{\min}, x^2/(2\tau))$, both errors having opposite signs",
    kind="certificate",
    measured=np.abs(pulse_end - mean_end) / (gain * np.maximum(tiny, change**2 / 2)),
    bound=0.5,
    margin=0.5,
    description=f"The quotient lies in 0..1 for {asked.size} changes of {asked[0]:g} to {asked[-1]:g} pulses.",
)

# %%
trial = np.array([0.3, 5.5, 100.0])
draws = STOCHASTIC(dw_min=tiny, bit_length=bits)
generator = np.random.default_rng(next(seeds))
ends_of_draws = np.array(
    [
        draws.update(linear, np.full((60000, 1), start), np.full((60000, 1), tiny * ratio), rng=generator)[:, 0]
        for ratio in trial
    ]
)
for ratio, values in zip(trial, ends_of_draws, strict=True):
    gained = (values.reshape(20, -1).mean(axis=1) - start) / (tiny * ratio * gain)
    exact = float((expected_stochastic(np.array(ratio)) - start) / (tiny * ratio * gain))
    claim(
        f"stochastic-mean-{str(ratio).replace('.', '-')}",
        statement="a stochastic train's mean, by its binomial law",
        kind="equal",
        measured=gained,
        bound=exact,
        margin=0.05,
        description=f"{ratio:g} pulses asked for: mean change over that of the mean dynamics, 20 groups of 3000 trains; exactly "
        f"{exact:.4f}. The margin is a twentieth of a perfect step.",
    )

# %% [markdown]
# ## 2. Where training stops
#
# Single steps may err and training still end well, or not. A quadratic with its optimum at $0.5\,\tau$ and Gaussian noise, started
# where the mean dynamics rests. The size of a typical change, $\alpha\sigma/\Delta w_{\min}$ pulses, varies from a sixth to eighty.
# As $\alpha \to 0$ at a fixed size, each fidelity rests where its *own* mean change vanishes, and that is known exactly: for
# pulses with $\lceil |x|/\Delta w_{\min} \rceil$ in place of $|x|$, for stochastic trains with $|x|$ cut off at 31 pulses.

# %%
typical = np.geomspace(80, 0.16, 7)  # ασ/Δw_min
rate, goal = 0.02, 0.5
problem_fields = {"spectrum": np.ones(1), "optimum": goal, "noise": NOISES["gaussian"](standard_deviation=noise)}


normal = ndtri((np.arange(4001) + 0.5) / 4001)  # quantiles of equal weight


def folded(magnitude):
    """E of sign(g)·m(|g|) and of m(|g|) for g = h + noise, as a function of h, by a sum over quantiles."""

    def moments(gradient):
        signal = gradient + noise * normal
        size = magnitude(np.abs(signal))
        return float((np.sign(signal) * size).mean()), float(size.mean())

    return moments


def rest_of(magnitude):
    """Root of F·E(±m) + G·E m on (0, goal) by halving; E(±m) + (w/τ)E m rises with w."""
    moments, (lower, upper) = folded(magnitude), (0.0, goal)
    for _ in range(50):
        middle = (lower + upper) / 2
        signed, size = moments(middle - goal)
        lower, upper = (lower, middle) if signed + middle * size > 0 else (middle, upper)
    return middle


def rounded(unit):
    """Pulses: the magnitude in units of one pulse, rounded up."""
    return lambda size: unit * np.ceil(size / unit)


def cut(unit):
    """Stochastic trains: at most as many pulses as bits."""
    return lambda size: np.minimum(size, bits * unit)


def rests_at(ratios):
    """Resting weights of every fidelity for typical changes in pulses."""
    units = noise / ratios  # Δw_min/α [gradient units]
    return {
        "mean": np.full(ratios.shape, rest_of(lambda size: size)),
        "pulses": np.array([rest_of(rounded(unit)) for unit in units]),
        "stochastic": np.array([rest_of(cut(unit)) for unit in units]),
    }


rests, fine_ratios = rests_at(typical), np.geomspace(typical[0], typical[-1], 41)
drawn = rests_at(fine_ratios)
closed = MeanDynamics(
    symmetric=linear.symmetric,
    asymmetric=linear.asymmetric,
    gradient=lambda weights: weights - goal,
    noise=FOLDED["gaussian"],
    noise_variance=noise**2,
).resting_point(lower=0.0, upper=goal)
claim(
    "numerical-rest",
    statement="E1 by quadrature and in closed form",
    kind="certificate",
    measured=[rests["mean"][0]],
    bound=float(closed),
    margin=1 / 4001,
    description="Resting point of the mean dynamics by the sum over quantiles that serves the other fidelities, against E1's. "
    "The margin is the weight of one of its 4001 quantiles.",
)
train_seed = next(seeds)


def train(name):
    """Average squared gradient at step sizes α and α/2, (2, setting, run); settings are typical changes in pulses."""
    values = []
    for alpha in (rate, rate / 2):
        sizes = (alpha * noise / typical).reshape(-1, 1, 1)
        rule = {
            "mean": "mean",
            "pulses": PULSES(dw_min=sizes),
            "stochastic": STOCHASTIC(dw_min=sizes, bit_length=bits),
        }[name]
        problem = PROBLEMS["quadratic"](**problem_fields, initial=rests[name].reshape(-1, 1, 1))
        trace = run(
            problem, linear, step_size=alpha, steps=steps, runs=runs, seed=train_seed, fidelity=rule
        ).require_valid()
        values.append(trace)
    return values


traces = {name: train(name) for name in rests}
picture, axes = figure(height=4.2)
for colour, (name, marker) in enumerate(zip(traces, "^os", strict=True)):
    coarse, fine = (trace.gradient_norm[-1] for trace in traces[name])
    axes.loglog(fine_ratios, (drawn[name] - goal) ** 2, "-", color=f"C{colour}", label=f"{name}: exact at rest")
    values = 2 * fine - coarse
    mean, error = values.mean(axis=1), values.std(axis=1, ddof=1) / np.sqrt(runs)
    axes.errorbar(typical, mean, 3 * error, fmt=marker, color=f"C{colour}", label=f"{name}: measured, α → 0")
    axes.loglog(typical, coarse.mean(axis=1), "x", color=f"C{colour}", markersize=5)
axes.plot([], [], "x", color="0.4", label=f"measured, α = {rate}")
axes.axvline(bits, color="0.6", linestyle=":", linewidth=1)
axes.set(xlabel="typical change, ασ/Δw_min [pulses]", ylabel="asymptotic squared gradient [gradient²]")
axes.yaxis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 3, 5)))
axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
axes.yaxis.set_minor_formatter(NullFormatter())
axes.legend(fontsize=7, ncols=2, loc="upper center")
show(
    picture,
    name="asymptotic-error",
    caption="Asymptotic error of a quadratic under the three fidelities over the size of a typical change in pulses. Lines: "
    f"exact, where each rests for step size 0. Points: measured and extrapolated to it, ±3 standard errors. Crosses: measured "
    f"at step size {rate}. Dotted: {bits} bits.",
    alt="Three curves over the typical change, with measured points on them. The mean dynamics is flat. Pulses agree with it "
    "above ten pulses a change and lie far above it below one. Stochastic trains agree with it below ten pulses and lie above "
    "it where a typical change exceeds their bits. Crosses, for a finite step size, lie above the curves, most of all for "
    "changes smaller than a pulse.",
)

# %%
for name, pair in traces.items():
    coarse, fine = (trace.gradient_norm[-1] for trace in pair)
    for i, ratio in enumerate(typical):
        if name == "mean" and i > 0:
            continue  # the mean dynamics knows no pulses: its settings are copies of one another
        exact = float((rests[name][i] - goal) ** 2)
        claim(
            f"asymptotic-{name}-{i + 1}",
            statement="each fidelity rests where its own mean change vanishes",
            kind="equal",
            measured=(2 * fine[i] - coarse[i]) / exact,
            bound=1.0,
            margin=0.15,
            description=f"{name}, typical change {ratio:.3g} pulses: squared gradient extrapolated to step size 0, over the exact "
            "value. The margin is a seventh of it: extrapolation leaves the second order of fluctuations.",
        )

# %% [markdown]
# And the theory of the mean dynamics? T3's bound holds for it. It also bounds what pulse-exact training measures as
# long as a typical change is many pulses. At a sixth of a pulse, where every change is one whole pulse, it does not: what is
# measured exceeds the bound. Granularity is outside of T3's model, and this is where it shows.

# %%
t3 = statement("T3:asymmetric_linear")


def t3_of(name, i):
    """T3 run by run, at the averages measured along the run, for the smaller step size."""
    trace = traces[name][1]
    return t3.bound(
        initial_gap=float(trace.initial_gap[i, 0]),
        steps=steps,
        smoothness=1.0,
        step_size=rate / 2,
        gain_variance=trace.gain_variance[-1, i],
        drift_variance=trace.drift_variance[-1, i],
    )


for name, i, label in (("mean", 0, "mean"), ("pulses", 0, "many-pulses"), ("stochastic", 3, "stochastic")):
    claim(
        f"T3-{label}",
        statement="T3",
        kind="upper",
        measured=traces[name][1].weighted_gradient_norm[-1, i],
        bound=t3_of(name, i),
        description=f"{name}, typical change {typical[i]:.3g} pulses."
        if name != "mean"
        else "The mean dynamics, of which T3 speaks.",
    )
claim(
    "T3-is-not-for-coarse-pulses",
    statement="T3's bound does not cover changes much smaller than one pulse",
    kind="upper",
    measured=t3_of("pulses", len(typical) - 1),
    bound=traces["pulses"][1].weighted_gradient_norm[-1, -1],
    description=f"Pulses, typical change {typical[-1]:.2g} pulses: the value of T3's right-hand side is at most what is measured.",
)
