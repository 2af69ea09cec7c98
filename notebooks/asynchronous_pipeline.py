# ---
# jupyter:
#   aimc: {place: 70, part: Pipelines}
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # An asynchronous pipeline
#
# Copying weights between arrays is expensive, so an analog machine that wants to work on several samples at once must be a
# pipeline: stage $m$ holds its own block of the weights and works on sample $k$ while stage $m+1$ works on sample $k-1$. An
# asynchronous pipeline never waits. It pays with *staleness*: by the time the backward pass of a sample arrives, the weights
# that its forward pass read have been updated. What does that cost? Here the answer is measured, on a quadratic, and held
# against two bounds that were proved before: T8, and the best of a whole family of bounds, T8ν. The notebook
# `asynchronous_digits` does the same on images, `asynchronous_limits` compares with what is known exactly.

# %% tags=["parameters"]
seed: int = 1  # [0, 4294967295] root of all random numbers
runs: int = 64  # [32, 4096] independent runs behind every average
steps: int = 2000  # [2000, 1000000] updates of the longest run
tau: float = 1.0  # [0.9, 1.2] dynamic-range radius of the device
noise: float = 0.2  # [0.15, 0.25] root of the total gradient noise variance

# %%
from functools import cache

import numpy as np

import theory
from reports.gantt import gantt, planned
from reports.notebook import claim, figure, show, statement
from simulation import SCHEDULES
from simulation.experiment import Experiment
from theory.optimise import optimise
from theory.predictions import NOISES as FOLDED
from theory.predictions import MeanDynamics

stages = np.array([1, 2, 4, 8])
deepest = int(stages[-1])
roots = [int(root.generate_state(1)[0]) for root in np.random.SeedSequence(seed).spawn(3)]

# %% [markdown]
# ## 1. Where the delays come from
#
# A row is a stage; plain bars are forward passes, hatched ones backward passes, and a tick is an update.

# %%
picture, axes = figure(width=8.4, height=2.4)
gantt(axes, planned(SCHEDULES["asynchronous_1f1b"](stages=4).timetable(8)))
show(
    picture,
    name="timetable",
    caption="Eight samples in an asynchronous pipeline of four stages.",
    alt="A Gantt chart with one row a stage. The pipeline fills once, then every stage alternates between forward and backward "
    "passes, with an update after each backward pass.",
)

# %% [markdown]
# Between the forward and the backward pass of a sample in the first stage there are three updates, in the second stage two,
# and so on: the delay of stage $m$ is $\delta_m = M - m$. It is read off the timetable, not typed in:

# %%
delays = {int(m): SCHEDULES["asynchronous_1f1b"](stages=int(m)).steady_delays() for m in stages}
delays

# %% [markdown]
# ## 2. What is promised
#
# The sample's signal is not a gradient anywhere: its forward half saw weights $u$, its backward half weights $w$. T8 says what
# that costs, for every $u > 0$; T8-optimum (the best of the family, T8ν) leaves more multipliers free:

# %%
t8 = statement("T8:asymmetric_linear")
family = statement("T8-optimum:asymmetric_linear")

# %% [markdown]
# T8's left-hand side weighs the gradient by $1-(1+u)s^2$. With uniform constants (the largest saturation $\bar s$ allowed,
# the whole noise variance $\sigma^2$, the mean delay $\bar\delta$) it bounds the plain gradient norm before the first step, for
# the best $u$ of a grid. For T8ν the multipliers are searched, and the kernel derives the bound at exactly those numbers. A
# bound whose conditions on the step size fail does not exist.

# %%
SPLITS = np.geomspace(1e-3, 30, 46)  # values of u


def uniform_t8(numbers):
    """T8 with uniform constants, as a bound on the plain average, for the best u; infinite where no u is allowed."""
    largest, variance = numbers["saturation_bound"], numbers["noise_deviation"] ** 2
    u = SPLITS[((1 + SPLITS) * largest**2 < 1) & (numbers["step_size"] <= longest_step(numbers, SPLITS))]
    if not u.size:
        return np.inf
    gain = (1 + largest) ** 2 * variance
    averages = {"gain_variance": gain, "drift_variance": largest**2 * variance}
    averages["delayed_variance"] = numbers["mean_delay"] * gain
    names = ("initial_gap", "smoothness", "staleness_lipschitz", "saturation_bound", "max_delay", "steps", "step_size")
    right = t8.bound(young=u, **averages, **{name: numbers[name] for name in names})  # refuses a u that is not allowed
    return float(np.min(right / (1 - (1 + u) * largest**2)))


def best_of_family(numbers):
    """T8ν: the least bound over the multipliers, at the step size given; infinite where the step is too long."""
    try:
        return optimise("T8-optimum:asymmetric_linear", numbers).value
    except theory.OutOfDomain:
        return np.inf


def longest_step(numbers, u):
    """The step size that T8's conditions allow for this u."""
    gain = 1 + numbers["saturation_bound"]
    inverse = 2 * numbers["staleness_lipschitz"] * numbers["max_delay"] * gain * np.sqrt(1 + 1 / u)
    return (1 - 1e-9) / np.maximum(inverse, 2 * numbers["smoothness"])  # inside, whatever rounding does


# %% [markdown]
# ## 3. Empirical rates on a quadratic
#
# Eight weights, one a block, with curvatures between a quarter and one and couplings between all blocks, so that $L$ and
# $L_\Phi$ are exact. The experiment is one that `aimc simulate` understands; here is its text for eight stages:

# %%
blocks = 8
saturation_bound = 0.48 / tau  # asserted along every run that a bound is claimed of
EXPERIMENT = """
steps = {steps}
runs = {runs}
seed = {seed}
step_size = {step_size}
checkpoints = {checkpoints}

[problem]
name = "staged_quadratic"
maker = "from_spectrum"
spectrum = {spectrum}
sizes = {sizes}
coupling = 0.3
seed = 0
optimum = {optimum}

[problem.noise]
name = "gaussian"
standard_deviation = {deviation}

[device]
name = "asymmetric_linear"
tau = {tau}

[schedule]
name = "asynchronous_1f1b"
stages = {stages}
"""
lengths = np.array([steps // 8, steps // 4, steps // 2, steps])
deviation = noise / np.sqrt(blocks)
fixed = {
    "steps": steps,
    "runs": runs,
    "seed": roots[0],
    "checkpoints": lengths.tolist(),
    "spectrum": np.geomspace(0.25, 1.0, blocks).round(3).tolist(),
    "sizes": [1] * blocks,
    "optimum": [0.3, -0.3] * (blocks // 2),
    "deviation": float(deviation),
}


def experiment(m, step_size, radius=tau):
    """The experiment with m stages; one setting for each step size."""
    changed = {"stages": int(m), "step_size": np.asarray(step_size).tolist(), "tau": np.asarray(radius).tolist()}
    return Experiment.parse(EXPERIMENT.format(**fixed, **changed), name=f"M = {m}")


problem = experiment(1, 0.01).problem
start = problem.moments(np.zeros((1, 1, blocks)))
constants = {
    "initial_gap": float(start.objective.item() - problem.optimal_value),
    "smoothness": problem.smoothness,
    "staleness_lipschitz": problem.staleness_lipschitz,
    "noise_deviation": noise,
    "saturation_bound": saturation_bound,
}


def numbers(m, step_size, count=steps, largest=saturation_bound):
    """What the bounds ask for; equal noise in equal blocks makes the mean delay (M−1)/2."""
    late = {"max_delay": int(m) - 1, "mean_delay": (int(m) - 1) / 2}
    return {**constants, **late, "steps": int(count), "step_size": float(step_size), "saturation_bound": float(largest)}


# The shortest run gets nearly the longest step that T8 allows in the deepest pipeline; longer runs K^(−1/2) of that.
widest = 0.95 * longest_step(numbers(deepest, 1.0), u=2.0)
size_of_length = np.array([float(f"{size:.3g}") for size in widest * np.sqrt(lengths[0] / lengths)])
sizes = size_of_length[-1] * 2.0 ** np.arange(-2, 4)
settings = np.concatenate([size_of_length[:-1], sizes])
print(experiment(deepest, settings).text)  # noqa: T201

# %%
traces = {int(m): experiment(m, settings).run().require_valid() for m in stages}


def setting(step_size):
    """Which setting has this step size."""
    return int(np.argmin(np.abs(settings - step_size)))


def point(m, step_size, count=steps):
    """Measured average squared gradient norm of each run."""
    return traces[int(m)].gradient_norm[int(np.searchsorted(lengths, count)), setting(step_size)]


@cache
def promised(m, step_size, count=steps):
    """T8 and T8ν; both ask for a saturation within the bound, which is asserted where one of them exists."""
    both = uniform_t8(numbers(m, step_size, count)), best_of_family(numbers(m, step_size, count))
    peak = float(traces[int(m)].peak_saturation[setting(step_size)].max())
    if np.isfinite(both).any() and peak > saturation_bound:
        raise theory.OutOfDomain(f"tau must be larger: saturation reached {peak:.3g}, got {tau}")
    return both


def draw(axes, x, values, bounds, colour="C0", label=""):
    """Measured points ±3 standard errors, T8 dashed and T8ν solid."""
    values, bounds = np.array(values), np.array(bounds, dtype=float)
    bounds[~np.isfinite(bounds)] = np.nan
    axes.plot(x, bounds[:, 0], "--", color=colour, label=f"T8{label}")
    axes.plot(x, bounds[:, 1], "-", color=colour, label=f"T8ν{label}")
    error = 3 * values.std(axis=1, ddof=1) / np.sqrt(values.shape[1])
    axes.errorbar(x, values.mean(axis=1), error, fmt="o", color=colour, label=f"measured{label}")


def claims(name, values, bounds, description):
    """One claim for each bound that exists."""
    for kind, bound in zip(("T8", "T8-optimum"), bounds, strict=True):
        if np.isfinite(bound):
            claim(
                f"{name}-{kind}",
                statement=f"{kind}:asymmetric_linear",
                kind="upper",
                measured=values,
                bound=bound,
                description=description,
            )


# %% [markdown]
# Each of the four numbers is varied while the others stay: the delay, the length $K$ (with a step size that falls like
# $K^{-1/2}$, as T9 wants it), the step size, and the asymmetry, through the device's radius $\tau$.

# %%
chosen = float(sizes[3])
radii = np.array([0.8, 1.0, 1.5, 2.5, 5.0, 10.0]) * tau
analog = experiment(deepest, [chosen] * len(radii), radii[:, np.newaxis, np.newaxis]).run().require_valid()
largest = saturation_bound * tau / radii
if (analog.peak_saturation.max(axis=1) > largest).any():
    raise theory.OutOfDomain(f"tau must be larger: saturation reached {analog.peak_saturation.max(axis=1)}, got {tau}")
given = [numbers(deepest, chosen, largest=bound) for bound in largest]
of_asymmetry = [(uniform_t8(case), best_of_family(case)) for case in given]


def at_rest(radius):
    """Squared gradient where the mean dynamics rests (E1): whatever the delay, there U = W."""
    gains = {"symmetric": np.ones_like, "asymmetric": lambda weights: weights / radius}
    seen = {"noise": FOLDED["gaussian"], "noise_variance": deviation**2}
    dynamics = MeanDynamics(gradient=lambda weights: problem.coupled @ (weights - problem.optimum), **gains, **seen)
    rest = dynamics.resting_weights(np.zeros(blocks))
    return float(np.square(problem.coupled @ (rest - problem.optimum)).sum())


picture, panels = figure(2, 2, width=8.4, height=7.2, sharey=True)
delay_panel, length_panel, size_panel, asymmetry_panel = panels.flat
draw(delay_panel, stages - 1, [point(m, chosen) for m in stages], [promised(m, chosen) for m in stages])
delay_panel.set(xlabel="largest delay D = M − 1 [updates]", xticks=stages - 1, yscale="log")
for colour, m in (("C1", 1), ("C0", deepest)):
    of_length = [(m, float(size), int(count)) for size, count in zip(size_of_length, lengths, strict=True)]
    of_size = [(m, float(size)) for size in sizes]
    for axes, x, cases in ((length_panel, lengths, of_length), (size_panel, sizes, of_size)):
        draw(axes, x, [point(*case) for case in cases], [promised(*case) for case in cases], colour, f", M = {m}")
length_panel.set(xlabel="updates K", xscale="log", xticks=lengths, xticklabels=lengths)
size_panel.set(xlabel="step size α [weight/gradient]", xscale="log")
draw(asymmetry_panel, largest, analog.gradient_norm[-1], of_asymmetry)
asymmetry_panel.plot(
    largest, [at_rest(radius) for radius in radii], ":", color="C2", label="exact asymptotic error (E1)"
)
labels = [f"{value:.2g}" for value in largest]
asymmetry_panel.set(xlabel="largest saturation allowed", xscale="log", xticks=largest, xticklabels=labels)
asymmetry_panel.set_ylim(bottom=5e-4)  # of the exact line, only the part beside the points
for axes in panels[:, 0]:
    axes.set_ylabel("average squared gradient [gradient²]")
for axes in (length_panel, asymmetry_panel):
    axes.minorticks_off()
length_panel.legend(fontsize=8)
asymmetry_panel.legend(fontsize=8)
show(
    picture,
    name="average",
    caption=f"Average squared gradient norm of a quadratic in an asynchronous pipeline: over the delay (step size {chosen:.2g}), "
    f"the length, the step size and the asymmetry (both with $K = {steps}$). Points: measured, ±3 standard errors. Dashed: T8 "
    "with uniform constants; solid: T8ν; a line ends where the bound's condition on the step size fails.",
    alt="Four panels with logarithmic ordinates. Measured points hardly change with the delay while both bounds rise. Over the "
    "length all fall. Over the step size the points fall and flatten, and the bounds for eight stages stop early. Over the "
    "asymmetry all rise. Points lie below the solid line, and that below the dashed line, everywhere.",
)

# %%
for m in stages:
    text = f"{m} stages, delays {delays[int(m)]}, {steps} updates of size {chosen:.3g}."
    claims(f"delay-M{m}", point(m, chosen), promised(m, chosen), text)
for m in (1, deepest):
    for size, count in zip(size_of_length, lengths, strict=True):
        case = m, float(size), int(count)
        claims(
            f"length-M{m}-K{count}", point(*case), promised(*case), f"{m} stages, {count} updates of size {size:.3g}."
        )
    for i, size in enumerate(sizes):
        case = m, float(size)
        claims(f"step-M{m}-{i + 1}", point(*case), promised(*case), f"{m} stages, {steps} updates of size {size:.3g}.")
for i, bounds in enumerate(of_asymmetry):
    text = f"{deepest} stages, device radius {radii[i]:.3g}: saturation at most {largest[i]:.2g}."
    claims(f"asymmetry-{i + 1}", analog.gradient_norm[-1, i], bounds, text)

# %% [markdown]
# T9 says that the delay changes nothing about the rate: what is above the asymptotic error falls like $K^{-1/2}$. The asymptotic
# error is known exactly, and delays do not enter it:

# %%
floor = at_rest(tau)


def exponents(m, groups=16):
    """Slope of log(excess) over log(K), one for each group of runs."""
    excess = np.array([point(m, size, count) for size, count in zip(size_of_length, lengths, strict=True)]) - floor
    means = excess[:, : runs // groups * groups].reshape(len(lengths), groups, -1).mean(axis=2)
    return np.polyfit(np.log(lengths), np.log(means), 1)[0]


for m in stages:
    claim(
        f"exponent-M{m}",
        statement="T9: the excess over the asymptotic error falls like $K^{-1/2}$, whatever the delay",
        kind="equal",
        measured=exponents(m),
        bound=-0.5,
        margin=0.1,
        description=f"{m} stages, fitted over {lengths[0]} to {steps} updates, one value for each of 16 groups of runs: "
        f"{exponents(m).mean():.3f}. The margin is for the next order in the step size, {widest:.2g} at most.",
    )

# %% [markdown]
# ## 4. The price of asynchrony
#
# The proved price compares T8ν with and without a pipeline at the same step size. The measured one compares runs at the
# same step size and on the same noise, with and without delays, so that the difference is due to staleness alone. On a
# quadratic a short delay acts like a little momentum, so that it need not even be positive.


# %%
def prices(cases):
    """Measured excess over no pipeline, run by run, and the proved one, in per cent; for (stages, step size, length)."""
    measured = [100 * (point(m, *rest) / point(1, *rest) - 1) for m, *rest in cases]
    proved = [100 * (promised(m, *rest)[1] / promised(1, *rest)[1] - 1) for m, *rest in cases]
    return np.array(measured), np.array(proved)


over_depth = [(int(m), chosen, steps) for m in stages]
over_length = [(deepest, float(size), int(count)) for size, count in zip(size_of_length, lengths, strict=True)]
picture, panels = figure(1, 2, width=8.4, height=3.6)
for axes, x, cases in zip(panels, (stages, lengths), (over_depth, over_length), strict=True):
    measured, proved = prices(cases)
    axes.plot(x, proved, marker="s", label="proved (T8ν)")
    error = 3 * measured.std(axis=1, ddof=1) / np.sqrt(runs)
    axes.errorbar(x, measured.mean(axis=1), error, fmt="o", label="measured, ±3 s.e.")
    axes.axhline(0, color="0.5", linewidth=0.8)
panels[0].set(xlabel="pipeline stages M", ylabel="excess over no pipeline [%]", xticks=stages)
panels[1].set(xlabel="updates K", xscale="log", xticks=lengths, xticklabels=lengths)
panels[1].minorticks_off()
panels[0].legend()
show(
    picture,
    name="excess",
    caption="Excess of the average squared gradient norm over training without a pipeline: over the number of stages "
    f"($K = {steps}$), and over the length for {deepest} stages.",
    alt="Two panels. The proved excess rises with the number of stages and falls with the length of the run; the measured "
    "excess stays close to zero, far below it.",
)
for name, cases in (("M", over_depth[1:]), ("K", over_length)):
    for case, values, bound in zip(cases, *prices(cases), strict=True):
        claim(
            f"price-{name}{case[0] if name == 'M' else case[2]}",
            statement="T8-optimum:asymmetric_linear",
            kind="upper",
            measured=values,
            bound=float(bound),
            description=f"{case[0]} stages, {case[2]} updates: measured excess of {values.mean():.2g} %, paired run by run, "
            "against the proved one.",
        )
