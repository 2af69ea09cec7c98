# ---
# jupyter:
#   aimc: {place: 60, part: Pipelines}
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # A synchronous pipeline
#
# A synchronous pipeline sends $B$ micro-batches through its $M$ stages, waits until all of them are back, and updates once. No
# weight is ever stale. What it pays is time, for the pipeline fills and drains with every batch; and on an analog machine it
# has to decide what an update is. Either the $B$ gradients are *accumulated* in digital memory and their mean is applied to
# the array once (statement T5), or each of them is pulsed into the array as it comes, *sample-wise* (T6). Digital training
# cannot tell the two apart. Here they stop at different places.

# %% tags=["parameters"]
seed: int = 1  # [0, 4294967295] root of all random numbers
runs: int = 64  # [32, 1024] independent runs behind every average
steps: int = 2000  # [2000, 100000] updates of the longest run
tau: float = 1.0  # [0.8, 1.5] dynamic-range radius of the device
noise: float = 0.4  # [0.3, 0.5] root of the total gradient noise variance of one micro-batch

# %%
import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from reports.gantt import gantt, planned
from reports.notebook import claim, figure, show, statement
from simulation import DEVICES, NOISES, PROBLEMS, SCHEDULES, run_batched, run_clocked
from theory.predictions import NOISES as FOLDED
from theory.predictions import SCHEDULES as FORMS
from theory.predictions import MeanDynamics

RULES = ("accumulated", "sample_wise")
seeds = iter(np.random.SeedSequence(seed).spawn(4))
device = DEVICES["asymmetric_linear"](tau=tau)


def gaussian(deviation):
    """Gaussian noise of the gradient, the same for all coordinates."""
    return NOISES["gaussian"](standard_deviation=deviation)


def readable(*axes_of_numbers):
    """Logarithmic ticks at 1, 2 and 5, written out."""
    for axis in axes_of_numbers:
        axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}" if value >= 10 else f"{value:g}"))
        axis.set_minor_formatter(NullFormatter())


# %% [markdown]
# ## 1. What a batch costs
#
# A clock is the time of one forward and one backward unit. Two batches of four micro-batches through four stages:

# %%
stages, batches = 8, (1, 4, 16)


def table(count, depth, repeats=2):
    """Timetable of some batches of the synchronous schedule."""
    return SCHEDULES["synchronous"](stages=depth, microbatches=count).timetable(count * repeats)


picture, axes = figure(width=8.4, height=2.4)
gantt(axes, planned(table(4, 4)))
show(
    picture,
    name="timetable",
    caption="Two batches of four micro-batches, four stages. Plain bars are forward units, hatched ones backward units, "
    "vertical ticks updates.",
    alt="A Gantt chart with one row a stage. The work of each batch forms a slanted block that fills, drains, and ends with "
    "an update of every stage before the next batch enters.",
)

# %% [markdown]
# Clocks are counted on the timetable, and equal the closed form $B + M - 1$ for each batch:

# %%
pairs = [(count, depth) for count in (1, 2, 4, 16) for depth in (1, 2, 4, 8)]
forms = {(b, m): FORMS["synchronous"].count(stages=m, samples=2 * b, microbatches=b).clocks for b, m in pairs}
claim(
    "clocks-of-a-batch",
    statement="E5, synchronous: a batch takes $B + M - 1$ clocks",
    kind="certificate",
    measured=[float(table(*pair).clocks - forms[pair]) for pair in pairs],
    bound=0.0,
    description="Clocks of two batches in the timetable minus the closed form, for B in 1, 2, 4, 16 and M in 1, 2, 4, 8.",
)

# %% [markdown]
# The number of stages changes the clocks and nothing else: a machine with one copy of each weight, messages between its stages
# and no other memory ends with the same weights, to the last bit, as a loop without a pipeline.

# %%
blocks = PROBLEMS["staged_quadratic"].from_spectrum(
    np.geomspace(0.2, 1.0, 16), sizes=[2] * 8, coupling=0.3, seed=0, noise=gaussian(0.1), optimum=0.3
)
differences, shared = [], {"step_size": 0.1, "runs": 8, "seed": next(seeds)}
for shared["rule"] in (*RULES, "sequential"):
    loop = run_batched(blocks, device, microbatches=4, steps=10, **shared)
    for depth in (1, 2, 4, 8):
        schedule = SCHEDULES["synchronous"](stages=depth, microbatches=4)
        piped = run_clocked(blocks, device, schedule, samples=40, **shared)
        differences.append(float(np.abs(piped.final_weights - loop.final_weights).max()))
claim(
    "stages-change-nothing-else",
    statement="synchronous pipelines of any depth train alike",
    kind="certificate",
    measured=differences,
    bound=0.0,
    description="Largest difference of any weight after ten batches of four, clock-level execution against the loop, for "
    "1, 2, 4 and 8 stages and all three rules.",
)

# %% [markdown]
# ## 2. What is promised
#
# The two statements differ in one place, the last term:

# %%
promises = {"accumulated": statement("T5:asymmetric_linear"), "sample_wise": statement("T6:asymmetric_linear")}

# %% [markdown]
# The mean of $B$ gradients has a smaller magnitude than the gradients have on average, and it is magnitude that drives an
# analog weight to its symmetric point. Summed digitally, noise has already cancelled when the array sees the result.
# Pulsed in one by one, it has not: the array is shaken $B$ times, and only the random part of the shaking averages out.
#
# ## 3. Rates
#
# A quadratic, trained for several numbers of updates $K$, each at the step size that balances the first two terms. Bounds are
# evaluated with the averages measured along the same runs and the problem's exact constants.

# %%
dimension, lengths = 8, np.unique(np.geomspace(250, steps, 4).astype(int))
curvature = np.geomspace(0.25, 1.0, dimension)
optimum = 0.5 * np.where(np.arange(dimension) % 2, -1.0, 1.0)
deviation = noise / np.sqrt(dimension)
problem = PROBLEMS["quadratic"](spectrum=curvature, optimum=optimum, noise=gaussian(deviation))
gap = float(problem.moments(problem.initial).objective - problem.optimal_value)
largest_gain = 1 + 0.6 / tau  # a guess at the largest gain met; it only shapes the step size, no bound relies on it
rate_seed = next(seeds)


def train(rule, count):
    """Runs (checkpoint, setting, run): the step sizes of all lengths at once; setting i is read at length i."""
    best = np.sqrt(2 * gap * count / (problem.smoothness * lengths)) / (largest_gain * noise)
    sizes = {"step_size": np.minimum(best, 1 / problem.smoothness), "steps": int(lengths[-1]), "runs": runs}
    shared = {"seed": rate_seed, "checkpoints": lengths.tolist()}
    return run_batched(problem, device, microbatches=count, rule=rule, **sizes, **shared).require_valid()


def promised(rule, trace, point, setting):
    """The bound of a rule's statement, run by run, from the averages along it."""
    constants = {"initial_gap": float(trace.initial_gap[setting, 0]), "smoothness": 1.0}
    chosen = {"steps": trace.checkpoints[point], "step_size": float(trace.step_size[setting])}
    averages = {name: getattr(trace, name)[point, setting] for name in ("gain_variance", "drift_variance")}
    return promises[rule].bound(microbatches=trace.microbatches, **constants, **chosen, **averages)


def points(axes, x, values, marker, **style):
    """Means over runs, ±3 standard errors."""
    mean, error = values.mean(axis=1), values.std(axis=1, ddof=1) / np.sqrt(runs)
    axes.errorbar(x, mean, 3 * error, fmt=marker, **style)


def cases(counts):
    """Pairs of rule and batch, each once: with one micro-batch the rules are one."""
    return [(rule, int(count)) for rule in RULES for count in counts if count > 1 or rule == "accumulated"]


own = range(len(lengths))
trained = {case: train(*case) for case in cases(batches)}
trained["sample_wise", 1] = trained["accumulated", 1]
picture, panels = figure(1, 2, width=8.4, height=4.0, sharey=True)
for axes, rule in zip(panels, RULES, strict=True):
    for count, marker in zip(batches, "os^", strict=True):
        trace = trained[rule, count]
        time = lengths * float(table(count, stages).clocks / 2)
        (line,) = axes.loglog(time, [promised(rule, trace, i, i).mean() for i in own], "-", label=f"B = {count}: bound")
        values = np.array([trace.weighted_gradient_norm[i, i] for i in own])
        points(axes, time, values, marker, color=line.get_color(), label=f"B = {count}: measured")
    axes.set(xlabel=f"clocks, M = {stages} stages", title=rule)
    readable(axes.xaxis, axes.yaxis)
panels[0].set(ylabel="average weighted squared gradient [gradient²]")
panels[1].legend(fontsize=8, loc="lower left", ncols=2)
show(
    picture,
    name="clocks",
    caption=f"Training a quadratic for {lengths[0]:,} to {lengths[-1]:,} updates, over the clocks that they take with "
    f"{stages} stages. Lines: T5 (left) and T6 (right). Points: measured, ±3 standard errors.",
    alt="Two log-log panels of bounds and measured points over clocks. With accumulated batches a larger batch ends lower. "
    "With sample-wise batches all batch sizes flatten out at the same height. Points lie below their lines everywhere.",
)
for rule, count in cases(batches):
    trace = trained[rule, count]
    for i, length in enumerate(lengths):
        claim(
            f"{rule.replace('_', '-')}-B{count}-K{length}",
            statement=promises[rule].id,
            kind="upper",
            measured=trace.weighted_gradient_norm[i, i],
            bound=promised(rule, trace, i, i),
            description=f"{rule}, {count} micro-batches, {length} updates of size {trace.step_size[i]:.3g}; bound and "
            "measurement paired run by run.",
        )

# %% [markdown]
# Are the rates themselves what the bounds say? Apart from the asymptotic error both bounds fall like $1/\sqrt{KB}$. The
# asymptotic error is known exactly: it is the squared gradient where the mean dynamics rests, $F h + G\,\mathbb{E}|g| = 0$ (E1),
# with the noise of the mean under T5's rule and of one micro-batch under T6's. The rest should have exponent $-\tfrac12$ in $K$.


# %%
def at_rest(rule, count, curvature, optimum, deviation):
    """Where the mean dynamics of each coordinate rests."""
    independent = count if rule == "accumulated" else 1
    gains = {"symmetric": device.symmetric, "asymmetric": device.asymmetric}
    seen = {"noise": FOLDED["gaussian"], "noise_variance": deviation**2 / independent}
    mean_dynamics = MeanDynamics(gradient=lambda weights: curvature * (weights - optimum), **gains, **seen)
    return mean_dynamics.resting_point(lower=np.minimum(optimum, 0), upper=np.maximum(optimum, 0))


def excess(rule, count):
    """Average squared gradient above that of the resting point, (length, run)."""
    rest = at_rest(rule, count, curvature, optimum, deviation)
    floor = np.square(curvature * (rest - optimum)).sum()
    return np.array([trained[rule, count].gradient_norm[i, i] for i in own]) - floor


def exponents(values, groups=16):
    """Slope of the logarithm over that of the length, one for each group of runs."""
    means = values[:, : runs // groups * groups].reshape(len(lengths), groups, -1).mean(axis=2)
    return np.polyfit(np.log(lengths), np.log(means), 1)[0]


picture, axes = figure(height=4.2)
for rule, marker, line_style in zip(RULES, "os", ("-", "--"), strict=True):
    for colour, count in enumerate(batches):
        values = excess(rule, count)
        slope = np.polyfit(np.log(lengths), np.log(values.mean(axis=1)), 1)
        axes.loglog(lengths, np.exp(np.polyval(slope, np.log(lengths))), line_style, color=f"C{colour}")
        label = f"{rule}, B = {count}: exponent {slope[0]:.2f}"
        axes.loglog(lengths, values.mean(axis=1), marker, color=f"C{colour}", label=label)
axes.set(xlabel="updates K", ylabel="excess squared gradient [gradient²]")
readable(axes.xaxis, axes.yaxis)
axes.legend(fontsize=8)
show(
    picture,
    name="floor",
    caption="Average squared gradient norm above that of the exact resting point, over the number of updates, with fitted "
    "power laws (lines: solid for accumulated, dashed for sample-wise).",
    alt="Six nearly parallel falling lines on logarithmic axes with slope close to minus one half; larger batches lie lower, "
    "and the two rules almost coincide for equal batches.",
)
for rule, count in cases(batches):
    claim(
        f"exponent-{rule.replace('_', '-')}-B{count}",
        statement="the excess over the asymptotic error falls like $K^{-1/2}$",
        kind="equal",
        measured=exponents(excess(rule, count)),
        bound=-0.5,
        margin=0.1,
        description=f"{rule}, {count} micro-batches, fitted over {lengths[0]} to {lengths[-1]} updates, one value for each "
        f"of 16 groups of runs. The margin is for the next order in the step size, {trained[rule, count].step_size[0]:.2g} at most.",
    )

# %% [markdown]
# ## 4. Where they stop
#
# Small steps for a long time, from the resting point, for each rule and batch. Sixteen equal weights with curvature one
# serve as sixteen samples a run. To come to step size zero, the average is measured at two step sizes on the same random
# numbers and extrapolated: the noise that a finite step lets through is of first order in it.

# %%
sizes, rates = np.array([1, 2, 4, 16]), np.array([0.02, 0.01])
copies, goal, updates = 16, 0.5, 2 * steps
spread = noise / np.sqrt(2)  # of each weight: large enough for a plateau that is seen well
plateau_seed = next(seeds)


def beside_rest(rule, count):
    """A quadratic that starts where the mean dynamics rests, and the gradient of each weight there."""
    rest = at_rest(rule, count, 1.0, np.array(goal), spread)
    fields = {"optimum": goal, "initial": rest, "noise": gaussian(spread)}
    return PROBLEMS["quadratic"](spectrum=np.ones(copies), **fields), float(rest - goal)


def plateau(rule, count):
    """Runs from the resting point, settings being the two step sizes; and the exact squared gradient there."""
    flat, gradient = beside_rest(rule, count)
    shared = {"step_size": rates, "steps": updates, "runs": runs, "seed": plateau_seed}
    return run_batched(flat, device, microbatches=count, rule=rule, **shared).require_valid(), copies * gradient**2


plateaus = {case: plateau(*case) for case in cases(sizes)}
plateaus["sample_wise", 1] = plateaus["accumulated", 1]


def extrapolated(trace):
    """Average squared gradient at step size zero, run by run."""
    return 2 * trace.gradient_norm[-1, 1] - trace.gradient_norm[-1, 0]


picture, axes = figure(height=4.2)
for colour, (rule, marker) in enumerate(zip(RULES, "os", strict=True)):
    chosen = [plateaus[rule, int(count)] for count in sizes]
    # The statements bound the average weighted by M/F = 1 − s², which is at least 1 − s̄².
    bound = [promised(rule, trace, 0, 1).mean() / (1 - trace.peak_saturation[1].max() ** 2) for trace, _ in chosen]
    axes.loglog(sizes, bound, ":", color=f"C{colour}")
    axes.loglog(sizes, [exact for _, exact in chosen], "-", color=f"C{colour}", label=f"{rule}: exact (E1)")
    values = np.array([extrapolated(trace) for trace, _ in chosen])
    points(axes, sizes, values, marker, color=f"C{colour}", label=f"{rule}: measured")
axes.plot([], [], ":", color="0.4", label="bounds T5, T6")
axes.set(xlabel="micro-batches an update B", ylabel="asymptotic squared gradient [gradient²]")
readable(axes.yaxis)
axes.set(xticks=sizes, xticklabels=sizes.astype(str))
axes.minorticks_off()
axes.legend(fontsize=8)
show(
    picture,
    name="asymptotic-error",
    caption="Asymptotic error of both rules over the batch, extrapolated to step size zero (points, ±3 standard errors), the "
    "exact prediction (lines), and the bounds T5 and T6 at the smaller step size, divided by the least weight $1 - s^2$ met (dotted).",
    alt="Log-log plot over one to sixteen micro-batches. The accumulated rule's error falls nearly in proportion to the "
    "batch; the sample-wise rule's error is flat. Points lie on the exact lines, and dotted bounds above them.",
)
for rule, count in cases(sizes):
    trace, exact = plateaus[rule, count]
    claim(
        f"plateau-{rule.replace('_', '-')}-B{count}",
        statement=promises[rule].id,
        kind="upper",
        measured=trace.weighted_gradient_norm[-1, 1],
        bound=promised(rule, trace, 0, 1),
        description=f"{rule}, {count} micro-batches, from the resting point, step size {rates[1]}.",
    )
    claim(
        f"rest-{rule.replace('_', '-')}-B{count}",
        statement="E1: the asymptotic error is the squared gradient where the mean dynamics rests",
        kind="equal",
        measured=extrapolated(trace) / exact,
        bound=1.0,
        margin=float(rates[0]),
        description=f"{rule}, {count} micro-batches: extrapolated to step size zero, over the exact value. The margin is "
        "the larger step size: extrapolation removes the first order, what is left is of second.",
    )

# %% [markdown]
# The rule is part of the statement. Under the sample-wise rule, sixteen micro-batches stop *above* what T5 allows for
# accumulated ones, at the averages of the very same runs:

# %%
trace, _ = plateaus["sample_wise", 16]
claim(
    "T5-is-not-for-sample-wise",
    statement="T5's bound does not cover the sample-wise rule",
    kind="upper",
    measured=promised("accumulated", trace, 0, 1),
    bound=trace.weighted_gradient_norm[-1, 1],
    description="Sample-wise, 16 micro-batches: the value of T5's right-hand side is at most what is measured.",
)

# %% [markdown]
# ## 5. One after the other
#
# In hardware the pulses of a batch follow one another, and each meets the weight that the ones before it left. T6 takes all of
# them at the weight where the batch began. T6-sequential bounds the difference after one batch, and it is of second order:

# %%
t6_sequential = statement("T6-sequential")
count, step = 4, 0.05
flat, gradient = beside_rest("sample_wise", count)
shared = {"microbatches": count, "steps": 1, "runs": runs, "seed": next(seeds), "step_size": [step, step / 2]}
in_array, in_turn = (run_batched(flat, device, rule=rule, **shared) for rule in ("sample_wise", "sequential"))
apart = np.abs(in_turn.final_weights - in_array.final_weights).mean(axis=2)
magnitude = float(FOLDED["gaussian"].at(gradient, spread**2))
for i, alpha in enumerate(shared["step_size"]):
    # E(Σ|g|)² − Σ E g² = B(B−1)(E|g|)² for independent micro-batches; ℓ = 1/τ, and q̄ ≤ 2 in the whole range.
    claim(
        f"sequential-{i + 1}",
        statement="T6-sequential",
        kind="upper",
        measured=apart[i],
        bound=alpha**2 / tau * (count - 1) / count * magnitude**2,
        description=f"One batch of {count} at step size {alpha}: mean distance between sequential and sample-wise weights.",
    )
claim(
    "sequential-second-order",
    statement="the difference of the two is of second order in the step size",
    kind="equal",
    measured=apart[0] / apart[1],
    bound=4.0,
    margin=float(4 * step),
    description="Ratio of the distances at a step size and at half of it. The margin, relatively a step size, is the next order.",
)
