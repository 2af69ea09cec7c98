# ---
# jupyter:
#   aimc: {place: 75, part: Pipelines}
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # What staleness does to a network
#
# In an asynchronous pipeline the forward pass of a micro-batch reads weights $U$ that have been updated by the time its
# backward pass arrives at weights $W$. The update signal $h(U, W)$ is then no gradient of anything. Theory says that this is
# *almost free* (T9): staleness is of the order of the step size, and what it costs is of a smaller order than what noise costs.
# It does not say how small a step has to be. Here a network on real images is cut into more and more stages, and measured: how
# stale the weights are, by how much the signal turns away from the gradient, what that costs, and where it stops being free.

# %% tags=["parameters"]
seed: int = 1  # [0, 4294967295] root of all random numbers
runs: int = 12  # [12, 64] independent runs behind every average; full: 32
updates: int = 640  # [500, 1000] updates of a run
hidden: int = 16  # [4, 256] entries of each of the three layers between
tau: float = 0.8  # [0.5, 100.0] dynamic-range radius of the device
mnist_dir: str = ""  # folder with the four MNIST files; empty: AIMC_MNIST_DIR, AIMC_DATA or this repository's

# %%
import numpy as np

from reports.notebook import claim, figure, progress, show, statement
from simulation import DEVICES, SCHEDULES, load_mnist
from simulation.networks import NETWORKS
from simulation.training import estimate, train
from theory.predictions import step_limit


def small(digits):
    """Images averaged over squares of 2 × 2 pixels, and labels."""
    halves = digits.images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4))
    return halves.reshape(-1, 196), digits.labels


data = small(load_mnist("train", mnist_dir or None))
test = tuple(part[:500] for part in small(load_mnist("test", mnist_dir or None)))
network = NETWORKS["perceptron"](widths=(196, hidden, hidden, hidden, 10), activation="tanh", gain=1.7)
device = DEVICES["asymmetric_linear"](tau=tau)
step_sizes = 0.02 * 2.5 ** np.arange(5)
f"{network.dimension:,} weights on {len(network.arrays)} arrays, {len(network.layers)} layers; step sizes {step_sizes}"

# %% [markdown]
# ## The cuts
#
# One stage is no pipeline. Four stages give each array its own, seven each layer. The last case sends forward and backward
# passes through at the same time, which doubles all delays. Delays are read off the schedule's timetable.

# %%
CASES = {
    "M = 1": SCHEDULES["asynchronous_1f1b"](stages=1),
    "M = 2": SCHEDULES["asynchronous_1f1b"](stages=2),
    "M = 4": SCHEDULES["asynchronous_1f1b"](stages=4),
    "M = 7": SCHEDULES["asynchronous_1f1b"](stages=7),
    "M = 7, concurrent": SCHEDULES["asynchronous_concurrent"](stages=7),
}
tell = progress(len(CASES) * updates, "updates")
trained = {}
for place, (name, schedule) in enumerate(CASES.items()):
    trained[name] = train(
        network,
        data,
        device,
        schedule,
        step_size=step_sizes,
        updates=updates,
        runs=runs,
        seed=seed,
        evaluation=test,
        record_every=updates // 20,
        probe=128,
        progress=lambda done, total, before=place * updates: tell(before + done, len(CASES) * updates),
    )


def array_delays(result):
    """Delay of each array's weights, in updates."""
    return [d for layers, d in zip(result.stages, result.delays, strict=True) for n in layers if n in network.arrays]


delays = {name: array_delays(result) for name, result in trained.items()}
longest = {name: max(each) for name, each in delays.items()}
piped = [name for name in CASES if longest[name]]
"; ".join(f"{name}: arrays late by {each}" for name, each in delays.items())

# %% [markdown]
# ## How stale, and how far from the gradient
#
# Averages over the second half of the training, on 128 images. At a quarter turn the signal knows nothing of the gradient.


# %%
def late(name, measure):
    """Mean of a measure over the second half of the records, (settings, runs)."""
    values = trained[name].records[measure]
    return values[len(values) // 2 :].mean(axis=0)


def angle(name):
    """Angle of the mean cosine [degrees], (settings, runs)."""
    return np.degrees(np.arccos(np.clip(late(name, "signal_cosine"), -1, 1)))


def band(axes, x, values, **style):
    """Mean over runs and a band of one standard deviation."""
    mean, spread = values.mean(axis=-1), values.std(axis=-1, ddof=1)
    (line,) = axes.plot(x, mean, **style)
    axes.fill_between(x, mean - spread, mean + spread, color=line.get_color(), alpha=0.15, linewidth=0)


picture, (left, right) = figure(1, 2, width=8.4, height=3.8)
for name, marker in zip(piped, "os^D", strict=True):
    band(left, step_sizes, late(name, "staleness"), marker=marker, label=name)
    band(right, step_sizes, angle(name), marker=marker)
ticks = {"xscale": "log", "xticks": step_sizes, "xticklabels": [f"{step:.2g}" for step in step_sizes]}
left.set(**ticks, yscale="log", xlabel="step size α", ylabel="staleness ‖U − W‖ [weight]")
right.set(**ticks, xlabel="step size α", ylabel="angle between signal and gradient [degrees]", ylim=(0, 90))
left.minorticks_off()
right.minorticks_off()
left.legend()
show(
    picture,
    name="angle",
    caption=f"Staleness and the angle between update signal and gradient over the step size, mean and standard deviation over "
    f"{runs} runs; asymmetric linear device with $\\tau = {tau:g}$.",
    alt="Two panels over the step size on a logarithmic axis, one line for each cut. Left: staleness grows in proportion to the "
    "step size and with the number of stages. Right: the angle grows with both, from some ten degrees for two stages and the "
    "smallest step to near eighty for the longest delays.",
)

# %% [markdown]
# ### Assumption A4, with an estimated constant
#
# The theory lets staleness in through one door, $\|h(U, W) - \nabla f(W)\| \le L_\Phi \|U - W\|$. For a deep network no $L_\Phi$
# holds everywhere; a local one is *estimated* by power iteration at the weights that training ended with, and compared with
# the staleness and the error at that very update.

# %%
gentle = slice(0, 3)
effort = {"samples": 128, "iterations": 8, "draws": 48, "seed": seed}
local = {name: estimate(network, data, [w[gentle] for w in trained[name].weights], **effort) for name in piped}
picture, axes = figure(height=4.0)
for name, marker in zip(piped, "os^D", strict=True):
    records = trained[name].records
    stale, error = (records[key][-1, gentle] for key in ("staleness", "signal_error"))
    axes.loglog((local[name].staleness_lipschitz * stale).ravel(), error.ravel(), marker, alpha=0.6, label=name)
line = np.array(axes.get_xlim())
axes.plot(line, line, "-", color="0.5", label="A4 with equality")
axes.set(xlabel="estimated $L_Φ$ · staleness [gradient]", ylabel="error of the signal ‖h − ∇f‖ [gradient]")
axes.legend()
show(
    picture,
    name="bound",
    caption="Each point is a run at one of the three smallest step sizes, at its last update. On the line the bound of A4 with the "
    "constant estimated there would be attained.",
    alt="Log-log scatter plot. The points of all cuts follow one band along the diagonal, most of them below it by a factor of one "
    "to three; a few with long delays lie above it.",
)
for name in piped:
    records = trained[name].records
    claim(
        f"A4-estimated-{CASES[name].stages}-{longest[name]}",
        statement="A4 with $L_\\Phi$ estimated: $\\|h(U, W) - \\nabla f(W)\\| \\le L_\\Phi\\|U - W\\|$",
        kind="upper",
        measured=records["signal_error"][-1, gentle].mean(axis=0),
        bound=(local[name].staleness_lipschitz * records["staleness"][-1, gentle]).mean(axis=0),
        description=f"{name}, delays {delays[name]}: at the last update, averaged over the three smallest step sizes, paired run "
        "by run. The constant is local and estimated from below, so this is a measurement and no theorem.",
    )

# %% [markdown]
# ### How staleness adds up
#
# T7 bounds the squared staleness by a drift, which grows with the square of the delay, and noise, which grows with the delay
# only:

# %%
t7 = statement("T7")

# %% [markdown]
# Noise alone, steps that are independent of each other, would make it $\alpha^2 \sum_m d_m \sigma_m^2$. With the estimated
# variance $\sigma_m^2$ of each array's signal one sees which of the two it is. For small $\alpha D$ it is noise, the good case.
# Beyond, updates under way begin to point in one direction: a late signal does not see what they have already done.


# %%
def squared(name, measure):
    """Mean square of a measure over the second half, at the gentle step sizes, (settings, runs)."""
    values = trained[name].records[measure]
    return np.square(values[len(values) // 2 :, gentle]).mean(axis=0)


def noise_alone(name):
    """α² Σ d σ² over the arrays, (settings, runs)."""
    total = np.tensordot(delays[name], local[name].layer_noise, axes=1)
    return step_sizes[gentle, np.newaxis] ** 2 * total


picture, axes = figure(height=3.8)
for name, marker in zip(piped, "os^D", strict=True):
    ratio = squared(name, "staleness") / noise_alone(name)
    spread = ratio.std(axis=1, ddof=1)
    axes.errorbar(step_sizes[gentle] * longest[name], ratio.mean(axis=1), spread, fmt=marker, label=name, capsize=3)
axes.axhline(1, color="0.5", label="independent steps")
axes.set(xscale="log", yscale="log", xlabel="step size × longest delay αD", ylabel="squared staleness ÷ $α^2 Σ d σ^2$")
axes.legend()
show(
    picture,
    name="independence",
    caption="Squared staleness over what independent steps with the estimated noise would give, mean and standard deviation "
    f"over {runs} runs, three step sizes for each cut.",
    alt="Points with bars over the product of step size and delay, on logarithmic axes, and a horizontal line at one, where steps "
    "are independent.",
)
for name in piped:
    middle = 1
    at = {key: trained[name].records[key][:, middle] for key in ("signal_norm", "peak_saturation")}
    top = at["peak_saturation"].max(axis=0)
    variance = local[name].noise_variance[middle]
    # |μ| ≤ |h| + s̄·E|g| for F = 1, E|g| ≤ √(h² + σ²), and Minkowski's inequality over coordinates and over time.
    strength = np.square(at["signal_norm"]).mean(axis=0)
    response = (np.sqrt(strength) + top * np.sqrt(strength + variance)) ** 2
    delayed = (1 + top) ** 2 * np.tensordot(delays[name], local[name].layer_noise[:, middle], axes=1)
    split = np.sqrt(delayed / response) / longest[name]  # the one that makes the bound least
    claim(
        f"T7-estimated-{CASES[name].stages}-{longest[name]}",
        statement="T7 with estimated $\\sigma^2$",
        kind="upper",
        measured=np.square(trained[name].records["staleness"][:, middle]).mean(axis=0),
        bound=t7.bound(
            max_delay=longest[name],
            mean_response=response,
            step_size=float(step_sizes[middle]),
            split=split,
            delayed_variance=delayed,
        ),
        description=f"{name}, delays {delays[name]}, step size {step_sizes[middle]:g}: mean squared staleness at the recorded "
        "updates, paired run by run; gains at most one plus the largest saturation met, noise estimated at the last weights.",
    )
claim(
    "staleness-is-noise",
    statement="for short delays and small steps staleness is a sum of independent steps, within half of it",
    kind="equal",
    measured=np.mean([squared(name, "staleness")[0] / noise_alone(name)[0] for name in ("M = 2", "M = 4")], axis=0),
    bound=1.0,
    margin=0.5,
    description=f"M = 2 and 4, step size {step_sizes[0]:g}: squared staleness over $\\alpha^2 \\sum_m d_m \\sigma_m^2$. The margin is for "
    "the noise, which is estimated at the end of the training only and differs along it.",
)

# %% [markdown]
# ## What it costs
#
# All cuts see the same images in the same order, and as many of them.

# %%
accuracies = {name: 100 * trained[name].records["accuracy"][-5:].mean(axis=0) for name in CASES}
best = {name: accuracy.mean(axis=-1).max() for name, accuracy in accuracies.items()}
picture, (left, right) = figure(1, 2, width=8.4, height=4.0)
for name, marker in zip(CASES, "vos^D", strict=True):
    band(left, step_sizes, accuracies[name], marker=marker, label=name)
    if longest[name]:
        lost = (accuracies["M = 1"] - accuracies[name])[gentle]
        where, colour = step_sizes[gentle] * longest[name], left.lines[-1].get_color()
        right.errorbar(where, lost.mean(axis=1), lost.std(axis=1, ddof=1), fmt=marker, capsize=3, color=colour)
right.axhline(1, color="0.5", linestyle="-")
left.set(**ticks, xlabel="step size α", ylabel="test accuracy [%]")
left.minorticks_off()
right.set(xscale="log", yscale="symlog", xlabel="step size × longest delay αD", ylabel="accuracy lost [points]")
right.set(ylim=(0, 40), yticks=(0, 1, 2, 5, 10, 20, 40), yticklabels=("0", "1", "2", "5", "10", "20", "40"))
left.legend()
show(
    picture,
    name="accuracy",
    caption=f"Left: accuracy on held-out images after {updates} updates (mean of the last quarter), mean and standard deviation "
    f"over {runs} runs. Right: what each cut loses against no pipeline at the same step size, over $\\alpha D$; line: one point.",
    alt="Left, accuracy over the step size, a curve for each cut. Right, the accuracy lost over step size times delay, points with "
    f"bars. Best mean accuracy: {'; '.join(f'{name} {value:.1f} %' for name, value in best.items())}.",
)

# %% [markdown]
# The training loss is of more images than the accuracy, so claims are about it. Their cuts, step sizes and allowance were chosen
# after earlier runs had been seen: they show where asynchrony is almost free and where not, and were no predictions.


# %%
def ending(name):
    """Training loss over the last quarter of the updates, (settings, runs)."""
    return trained[name].records["train_loss"][-5:].mean(axis=0)


allowed = 1.05
FREE = (("M = 2", 0), ("M = 4", 0), ("M = 7", 0), ("M = 2", 1))
COSTLY = (("M = 4", 3), ("M = 7", 2), ("M = 7, concurrent", 1))
for name, setting in (*FREE, *COSTLY):
    free = (name, setting) in FREE
    sides = [ending(name)[setting], allowed * ending("M = 1")[setting]]
    measured, bound = sides if free else sides[::-1]
    claim(
        f"{'almost' if free else 'not'}-free-{longest[name]}-{setting}",
        statement=f"asynchrony is {'almost free while' if free else 'not free once'} $\\alpha D$ is {'small' if free else 'large'}",
        kind="upper",
        measured=measured,
        bound=bound,
        description=f"{name}, $\\alpha D$ = {step_sizes[setting] * longest[name]:.3g}: training loss at equal samples and step "
        f"size {'at most' if free else 'more than'} {100 * (allowed - 1):.0f} % above that without a pipeline, paired run by run.",
    )

# %% [markdown]
# ## The largest step that still trains
#
# On a quadratic with every coordinate late by $d$ updates, stability ends at $\alpha\lambda = 2\sin\frac{\pi}{4d+2}$ (E2). A
# network with bounded activations does not blow up; it ceases to learn. The largest step size at which the training loss
# still falls by two fifths from where guessing is, $\log 10$, is found by interpolation between the step sizes, for each run.

# %%
threshold = 0.6 * np.log(10)


def largest_step(name):
    """Largest step size that still trains, interpolated in its logarithm, (runs,)."""
    return np.array([crossing(np.log(step_sizes), column) for column in ending(name).T])


def crossing(positions, losses):
    """Where the losses last rise through the threshold; NaN if they do not within the range."""
    below = np.flatnonzero(losses < threshold)
    if not len(below) or below[-1] == len(losses) - 1:
        return np.nan
    here = slice(below[-1], below[-1] + 2)
    return float(np.exp(np.interp(threshold, losses[here], positions[here])))


limits = {name: largest_step(name) for name in CASES}
alone = limits["M = 1"]
depth = np.array(list(longest.values()))
relative = np.array([limits[name] / alone for name in CASES])
promised = step_limit(delays=depth, curvature=1.0) / step_limit(delays=0, curvature=1.0)
picture, axes = figure(height=3.8)
axes.errorbar(depth, relative.mean(axis=1), relative.std(axis=1, ddof=1), fmt="o", capsize=3, label="network, measured")
axes.plot(depth, promised, "s--", label="quadratic, all coordinates late by D (E2)")
axes.set(yscale="log", xlabel="longest delay D [updates]", ylabel="largest step ÷ that without delay")
axes.set(yticks=(0.05, 0.1, 0.2, 0.5, 1), yticklabels=("0.05", "0.1", "0.2", "0.5", "1"), xticks=depth)
axes.minorticks_off()
axes.legend()
show(
    picture,
    name="step-limit",
    caption="Largest step size that still trains, relative to that without a pipeline, over the longest delay: the network (mean "
    f"and standard deviation over {runs} runs) and the stability limit of a quadratic.",
    alt="Two curves over the delay on a logarithmic axis, relative to no delay. Network, then quadratic: "
    + "; ".join(f"D = {d:g}: {n:.2f}, {q:.2f}" for d, n, q in zip(depth, relative.mean(axis=1), promised, strict=True))
    + ".",
)
for place, name in enumerate(piped, start=1):
    claim(
        f"largest-step-{CASES[name].stages}-{longest[name]}",
        statement="a network tolerates longer steps than the quadratic of E2 with the same delay",
        kind="upper",
        measured=promised[place] * alone,
        bound=limits[name],
        description=f"{name}: the step size limit without a pipeline times E2's ratio for D = {longest[name]} is at most the "
        "largest step size that still trains, paired run by run. Only the first array is late by D.",
    )

# %% [markdown]
# ## What it buys
#
# Time is counted in clock cycles. Without a pipeline a machine of $M$ stages takes $M$ clocks a micro-batch; an asynchronous one
# takes one. Clocks until the training loss is below a target, at the same step size (both chosen after the curves had been seen):

# %%
setting, target = 1, 1.3


def clocks_to_target(name):
    """Clocks until the training loss is below the target, interpolated, (runs,)."""
    records = trained[name].records
    middles = (records["clocks"][1:] + records["clocks"][:-1]) / 2  # a record is the mean since the one before
    curves = np.minimum.accumulate(records["train_loss"][1:, setting], axis=0)
    return np.array([np.interp(-target, -curve, middles) if curve[-1] < target else np.inf for curve in curves.T])


single = clocks_to_target("M = 1")  # a vanilla pipeline of M stages takes M times as many
claim(
    "a-third-of-the-clocks",
    statement="an asynchronous pipeline of four stages needs at most a third of the clocks of a vanilla one",
    kind="upper",
    measured=clocks_to_target("M = 4"),
    bound=4 * single / 3,
    description=f"Clocks until the training loss is below {target:g} at step size {step_sizes[setting]:g}, paired run by run.",
)
gains = {name: CASES[name].stages * single / clocks_to_target(name) for name in ("M = 2", "M = 4", "M = 7")}
"times as fast as vanilla: " + "; ".join(f"{n}: {g.mean():.2f} ± {g.std(ddof=1):.2f}" for n, g in gains.items())
