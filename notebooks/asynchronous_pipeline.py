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
# # An asynchronous pipeline
#
# Copying weights between arrays is expensive, so an analog machine that wants to work on several samples at once must be a
# pipeline: stage $m$ holds its own block of the weights and works on sample $k$ while stage $m+1$ works on sample $k-1$. An
# asynchronous pipeline never waits. It pays with *staleness*: by the time the backward pass of a sample arrives, the weights
# that its forward pass read have been updated. This notebook draws the timetable, derives the delays from it, and holds the
# training of a quadratic that is spread over the stages against the bound T8-optimum.

# %% tags=["parameters"]
seed: int = 1  # [0, 4294967295] root of all random numbers
runs: int = 32  # [8, 4096] independent runs behind every average
steps: int = 4000  # [1000, 1000000] updates a run
tau: float = 1.0  # [0.8, 100.0] dynamic-range radius of the device
noise: float = 0.2  # [0.05, 0.4] root of the total gradient noise variance

# %%
import numpy as np

import theory
from reports.notebook import claim, figure, show, statement
from simulation import DEVICES, NOISES, PROBLEMS, SCHEDULES, run_delayed
from theory.optimise import optimise

# %% [markdown]
# ## 1. Timetables
#
# `F3` is the forward pass of sample 3, `B3*` its backward pass with the update; time runs to the right, one row a stage.
# First no pipeline, then the synchronous one with four micro-batches an update, then the asynchronous one.

# %%
for name, batches in (("vanilla", 1), ("synchronous", 4), ("asynchronous_1f1b", 1)):
    table = SCHEDULES[name](stages=4, microbatches=batches).timetable(8)
    print(f"{name}: {table.clocks} clocks for 8 samples, density {table.density}\n{table.picture()}\n")  # noqa: T201

# %% [markdown]
# Between `F3` and `B3*` of the first stage there are three updates, of the second stage two, and so on: the delay of stage
# $m$ is $\delta_m = M - m$. It is read off the timetable, not typed in:

# %%
stages = np.array([1, 2, 4, 8])
delays = {int(m): SCHEDULES["asynchronous_1f1b"](stages=int(m)).steady_delays() for m in stages}
delays

# %% [markdown]
# ## 2. What is promised
#
# The sample's signal is then not a gradient anywhere: its forward half saw weights $u$, its backward half weights $w$. T7
# bounds their distance, and T8-optimum says what it costs:

# %%
t7 = statement("T7")
bound = statement("T8-optimum:asymmetric_linear")

# %% [markdown]
# The problem has eight blocks of two weights, curvatures over a decade, and couplings between the blocks; $L$ and $L_\Phi$ are
# exact. For each number of stages the step size and the multipliers are those that make the bound least, and the kernel
# has derived the bound at exactly these numbers.

# %%
blocks, size = 8, 2
dimension = blocks * size
saturation_bound = 0.7 / tau
problem = PROBLEMS["staged_quadratic"].from_spectrum(
    np.geomspace(0.1, 1.0, dimension),
    sizes=[size] * blocks,
    coupling=0.3,
    seed=0,
    noise=NOISES["gaussian"](standard_deviation=noise / np.sqrt(dimension)),
    optimum=0.3 * np.where(np.arange(dimension) % 2, -1.0, 1.0),
)
start = problem.moments(np.zeros((1, 1, dimension)))
numbers = {
    "initial_gap": float(start.objective.item() - problem.optimal_value),
    "smoothness": problem.smoothness,
    "staleness_lipschitz": problem.staleness_lipschitz,
    "noise_deviation": noise,
    "saturation_bound": saturation_bound,
}


def promised(m):
    """The best bound for m stages: equal blocks and equal noise make the mean delay (m−1)/2."""
    late = {"max_delay": int(m) - 1, "mean_delay": (int(m) - 1) / 2}
    return optimise("T8-optimum:asymmetric_linear", {**numbers, **late, "steps": steps})


optima = [promised(m) for m in stages]


# %%
def train(m, step_size, root):
    """Runs through m stages: every block has the delay of its stage."""
    late = np.repeat(delays[int(m)], blocks // int(m))
    trace = run_delayed(
        problem,
        DEVICES["asymmetric_linear"](tau=tau),
        delays=late,
        step_size=step_size,
        steps=steps,
        runs=runs,
        seed=root,
    ).require_valid()
    if (peak := float(trace.peak_saturation.max())) > saturation_bound:
        raise theory.OutOfDomain(
            f"tau must be larger: saturation reached {peak:.3g} of {saturation_bound:.3g}, got {tau}"
        )
    return trace


root, common = np.random.SeedSequence(seed).spawn(2)
traces = [train(m, float(best.multipliers["step_size"]), root) for m, best in zip(stages, optima, strict=True)]
measured = np.array([trace.gradient_norm[-1, 0] for trace in traces])
values = np.array([best.value for best in optima])

picture, axes = figure()
axes.semilogy(stages, values, marker="s", label="bound (T8-optimum)")
mean, error = measured.mean(axis=1), measured.std(axis=1, ddof=1) / np.sqrt(runs)
axes.errorbar(stages, mean, 3 * error, fmt="o", label="measured, ±3 s.e.")
axes.set(xlabel="pipeline stages M", ylabel="average squared gradient norm", xticks=stages)
axes.legend()
show(
    picture,
    caption=f"Average squared gradient norm over {steps:,} updates of a quadratic spread over the stages of an asynchronous "
    "pipeline, each at the step size for which the proved bound is least.",
    alt="Bound and measured points over one, two, four and eight stages, on a logarithmic axis. Both change by little; "
    "the measured points lie below the bound throughout.",
)

# %%
for m, best, values_of_runs in zip(stages, optima, measured, strict=True):
    claim(
        f"asynchronous-M{m}",
        statement="T8-optimum:asymmetric_linear",
        kind="upper",
        measured=values_of_runs,
        bound=best.value,
        description=f"{m} stages, delays {delays[int(m)]}, step size {float(best.multipliers['step_size']):.3g}.",
    )

# %% [markdown]
# ## 3. The price, proved and measured
#
# The proved price compares the least bounds with and without a pipeline. The measured one compares runs: the same step size,
# the same noise, with and without delays, so that the difference is due to staleness alone. On a quadratic a short delay
# acts like a little momentum, so that it need not even be positive.

# %%
step_size = float(optima[-1].multipliers["step_size"])
fair = np.array([train(m, step_size, common).gradient_norm[-1, 0] for m in stages])
proved = 100 * (values / values[0] - 1)
excess = 100 * (fair / fair[0] - 1)
mean, error = excess.mean(axis=1), excess.std(axis=1, ddof=1) / np.sqrt(runs)
picture, axes = figure()
axes.plot(stages, proved, marker="s", label="proved")
axes.errorbar(stages, mean, 3 * error, fmt="o", label="measured, ±3 s.e.")
axes.set(xlabel="pipeline stages M", ylabel="excess over no pipeline [%]", xticks=stages)
axes.legend()
show(
    picture,
    caption="Excess of the average squared gradient norm over training without a pipeline.",
    alt="The proved excess rises with the number of stages; the measured excess stays close to zero, far below it.",
)

# %%
for i, m in enumerate(stages[1:], start=1):
    claim(
        f"price-M{m}",
        statement="T8-optimum:asymmetric_linear",
        kind="upper",
        measured=excess[i],
        bound=float(proved[i]),
        description=f"{m} stages: measured excess in per cent, paired run by run, against the proved one.",
    )
