# ---
# jupyter:
#   aimc: {place: 80, part: Pipelines}
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # What delays do exactly
#
# Bounds hold for every objective; on a quadratic, digital training with delayed weights can be solved. How long may the step be
# before it diverges, and how far from the optimum do the weights wander for ever? Theory answers with formulas that have no
# inequality in them. Here measurements lie on top of them, within margins that are fixed beforehand.

# %% tags=["parameters"]
seed: int = 1  # [0, 4294967295] root of all random numbers
runs: int = 64  # [32, 4096] independent runs behind every average
steps: int = 4000  # [4000, 1000000] updates of the stationary runs
ensemble: int = 131072  # [65536, 1048576] runs of the covariance

# %%
import numpy as np

from reports.notebook import claim, figure, show
from simulation import DEVICES, NOISES, PROBLEMS, SCHEDULES, run_delayed
from theory.numeric import evaluate
from theory.predictions import (
    coupled_step_limit,
    guaranteed_step_limit,
    spectral_radius,
    stationary,
    step_limit,
    variance_curve,
)

digital = DEVICES["ideal"]()
roots = iter(np.random.SeedSequence(seed).spawn(6))


def normal(shape):
    """Random starting points."""
    return np.random.Generator(np.random.SFC64(next(roots))).standard_normal(shape)


def points(axes, x, values, **style):
    """Means over runs, ±3 standard errors."""
    mean, error = values.mean(axis=-1), values.std(axis=-1, ddof=1) / np.sqrt(values.shape[-1])
    axes.errorbar(x, mean, 3 * error, fmt="o", **style)


# %% [markdown]
# ## 1. The longest step, one curvature
#
# $w_{k+1} = w_k - \alpha\lambda\, w_{k-\delta}$ converges if and only if $\alpha\lambda < 2\sin\frac{\pi}{4\delta+2}$ (E2). Without noise, from a random
# start, the rate of growth is measured a little below and a little above that limit, and interpolated to zero. It is half the
# logarithm, per update, of the ratio of two sums of squared gradients over successive windows of the run: weights oscillate, so
# that single values would not do. A first window lets the faster modes die out.

# %%
MARGIN_OF_STEP = 0.02  # how far below and above the limit the growth is measured, relatively
WINDOWS = 5 * 2 ** np.arange(9)  # updates


def growth(problem, ages, step_size, radii):
    """Rate of growth (cases, runs) [1/update]; a case is a row of delays with its step size.

    The window is the shortest in which squares change by e³, going by the spectral radius expected: long enough for the
    slowest mode to be alone, short enough for the smaller sum to be seen in the total.
    """
    points = sorted({int(part * window) for window in WINDOWS for part in (1, 2, 3)})
    given = {"delays": ages, "step_size": step_size, "steps": points[-1], "checkpoints": points}
    averages = run_delayed(problem, digital, **given, runs=runs, seed=0).gradient_norm
    totals = np.array(points)[:, np.newaxis, np.newaxis] * averages
    enough = 2 * np.abs(np.log(radii))[:, np.newaxis] * WINDOWS > 3
    window = WINDOWS[np.where(enough.any(axis=1), enough.argmax(axis=1), len(WINDOWS) - 1)]
    first, second, third = (totals[np.searchsorted(points, part * window), np.arange(len(radii))] for part in (1, 2, 3))
    return np.log((third - second) / (second - first)) / (2 * window)[:, np.newaxis]


def measured_limits(problem, curvature, ages, exact):
    """Limits (cases, runs) found by interpolation between step sizes around the exact ones; ages has a row a case."""
    around = np.outer(exact, [1 - MARGIN_OF_STEP, 1 + MARGIN_OF_STEP])
    rows = np.repeat(ages, 2, axis=0)
    pairs = zip(rows, around.ravel(), strict=True)
    radii = np.array([spectral_radius(curvature=curvature, delays=row, step_size=step) for row, step in pairs])
    rates = growth(problem, rows, around.ravel(), radii).reshape(len(exact), 2, runs)
    below, above, low, high = rates[:, 0], rates[:, 1], around[:, :1], around[:, 1:]
    return low + (high - low) * below / (below - above)


delays = np.arange(9)
scalar = PROBLEMS["quadratic"](spectrum=[1.0], noise=NOISES["none"](), initial=normal((1, runs, 1)))
exact = step_limit(curvature=1.0, delays=delays)
limits = measured_limits(scalar, 1.0, delays[:, np.newaxis], exact)

# %% [markdown]
# Away from the limit the growth is the logarithm of the spectral radius of the companion matrix:

# %%
shown, factors = (0, 1, 3, 7), np.linspace(0.8, 1.2, 9)
grid = [(delay, exact[delay] * factor) for delay in shown for factor in factors]
radii = np.array([spectral_radius(curvature=1.0, delays=delay, step_size=step) for delay, step in grid])
rates = growth(scalar, [[delay] for delay, _ in grid], [step for _, step in grid], radii)
rates = rates.reshape(len(shown), len(factors), runs)
fine = np.linspace(factors[0], factors[-1], 101)

picture, (left, right) = figure(1, 2, width=8.4, height=3.9)
left.plot(delays, exact, color="0.4", label="exact, 2 sin(π/(4δ+2))")
points(left, delays, limits, label="measured, ±3 s.e.")
left.set(xlabel="delay δ [updates]", ylabel="largest αλ", yscale="log", xticks=delays)
left.set(yticks=[0.2, 0.5, 1, 2], yticklabels=["0.2", "0.5", "1", "2"])
left.minorticks_off()
left.legend()
for colour, (delay, values) in enumerate(zip(shown, rates, strict=True)):
    radii = [spectral_radius(curvature=1.0, delays=delay, step_size=exact[delay] * factor) for factor in fine]
    right.plot(fine, np.log(radii), color=f"C{colour}")
    points(right, factors, values, color=f"C{colour}", label=f"δ = {delay}", markersize=4)
right.axhline(0, color="0.5", linewidth=0.8)
right.set(xlabel="step size over its limit", ylabel="rate of growth [1/update]")
right.legend()
show(
    picture,
    name="step-limit",
    caption="Left: the step-size limit over the delay. Right: the rate of growth over the step size; lines are the logarithm of the "
    "spectral radius, points are measured.",
    alt="Left, a falling curve on a logarithmic axis, from two without delay to about 0.18 at delay eight, with a measured point on "
    "it for each delay. Right, four curves that cross zero at one, with points on them; the longer the delay, the flatter.",
)
for delay, values, value in zip(delays, limits, exact, strict=True):
    claim(
        f"step-limit-d{delay}",
        statement=r"E2: the step-size limit is $2\sin(\pi/(4\delta+2))/\lambda$",
        kind="equal",
        measured=values / value,
        bound=1.0,
        margin=5 * MARGIN_OF_STEP**2,
        description=f"Delay {delay}: interpolated limit from {runs} random starts, over the exact one, {value:.4f}. The margin is for "
        f"the second order of an interpolation over ±{100 * MARGIN_OF_STEP:g} %.",
    )

# %% [markdown]
# ## 2. Coupled stages
#
# In a pipeline every stage has its own delay and the stages are coupled. The limit is then where the spectral radius of the
# block companion matrix passes one. The one-curvature formula, at the largest curvature and delay, is a guarantee: the true
# limit is at or above it. (On a quadratic messages add up and the backward pass reads no weights, so that stages need not be
# simulated one by one: the signal is the gradient at weights of mixed ages.)

# %%
stages, blocks = np.array([1, 2, 4, 8]), 8
late = np.array([np.repeat(SCHEDULES["asynchronous_1f1b"](stages=int(m)).steady_delays(), blocks // m) for m in stages])


def coupled(spectrum, coupling, noise, **fields):
    """A quadratic with this spectrum of curvature, all weights coupled, minimum at zero."""
    count = len(spectrum)
    rotated = PROBLEMS["staged_quadratic"].from_spectrum(
        spectrum, sizes=[1] * count, coupling=coupling, seed=3, noise=noise
    )
    scaled = np.sqrt(count) * rotated.matrix  # least squares divides by the number of rows
    return PROBLEMS["least_squares"](matrix=scaled, target=np.zeros(count), noise=noise, **fields), rotated.coupled


spectrum = np.geomspace(0.25, 1.0, blocks)
still, curvature = coupled(spectrum, 0.3, NOISES["none"](), initial=normal((1, runs, blocks)))
boundary = np.array([coupled_step_limit(curvature=curvature, delays=row).value for row in late])
guaranteed = np.array([guaranteed_step_limit(curvature=curvature, delays=row) for row in late])
limits = measured_limits(still, curvature, late, boundary)

picture, axes = figure()
axes.plot(stages, boundary, color="0.4", label="exact: spectral radius 1")
axes.plot(stages, guaranteed, ":", color="C1", label="guaranteed, 2 sin(π/(4D+2))/L")
points(axes, stages, limits, label="measured, ±3 s.e.")
axes.set(xlabel="pipeline stages M", ylabel="largest step size", yscale="log", xticks=stages)
axes.set(yticks=[0.2, 0.5, 1, 2], yticklabels=["0.2", "0.5", "1", "2"])
axes.minorticks_off()
axes.legend()
show(
    picture,
    name="coupled-limit",
    caption="Step-size limit of a coupled quadratic ($L = 1$) in an asynchronous pipeline.",
    alt="Two falling curves from two at one stage. The exact one, with measured points on it, lies above the guaranteed one.",
)
for m, values, value in zip(stages, limits, boundary, strict=True):
    claim(
        f"coupled-limit-M{m}",
        statement="E2: with coupled stages the limit is where the spectral radius of the block companion matrix is one",
        kind="equal",
        measured=values / value,
        bound=1.0,
        margin=5 * MARGIN_OF_STEP**2,
        description=f"{m} stages: interpolated limit from {runs} random starts, over the exact one, {value:.4f}.",
    )
claim(
    "guarantee-is-below",
    statement="E2: $2\\sin(\\pi/(4D+2))/L$ is never above the limit of coupled stages",
    kind="certificate",
    measured=[float(np.all(guaranteed <= boundary * (1 + 1e-9)))],  # equal without delays, up to rounding
    bound=1.0,
    description="For 1, 2, 4 and 8 stages.",
)

# %% [markdown]
# ## 3. The stationary variance, one curvature
#
# With noise the weights never come to rest. Their variance under any delay has one closed form (E3); with $a = \alpha\lambda = 2\sin\varphi$,
# $$\mathrm{Var}(w) = \alpha^2\sigma^2\, \frac{1 + \sin(2\delta+1)\varphi}{2a\cos\varphi\cos(2\delta+1)\varphi},$$
# which has its pole at the step-size limit.

# %%
copies, forgotten = 32, 1000  # independent weights a run; updates after which the start is forgotten
MARGIN = 0.02  # of every stationary average, relatively: what a start forgotten by e^(−10) and a 10⁶ sample leave is far below


def late_average(trace):
    """Average squared gradient over the updates after the first checkpoint, (settings, runs)."""
    first, last = trace.checkpoints
    return (last * trace.gradient_norm[1] - first * trace.gradient_norm[0]) / (last - first)


chosen, shares = (0, 1, 2, 4), (0.2, 0.4, 0.6, 0.8)
grid = [(delay, float(share * exact[delay])) for delay in chosen for share in shares]
noisy = PROBLEMS["quadratic"](spectrum=np.ones(copies), noise=NOISES["gaussian"](standard_deviation=1.0))
shared = {"steps": steps, "checkpoints": [forgotten, steps], "runs": runs}
given = {"delays": [[delay] * copies for delay, _ in grid], "step_size": [step for _, step in grid]}
variances = late_average(run_delayed(noisy, digital, **given, **shared, seed=next(roots))) / copies
variances = variances.reshape(len(chosen), len(shares), runs)


def variance(delay, step):
    """The closed form, curvature and noise variance one."""
    return step**2 * evaluate(variance_curve(), {"delay": delay, "scaled_step": step})


picture, axes = figure(height=4.2)
for colour, (delay, values) in enumerate(zip(chosen, variances, strict=True)):
    fine = exact[delay] * np.linspace(0.03, 0.97, 120)
    axes.loglog(fine, variance(delay, fine), color=f"C{colour}")
    axes.axvline(exact[delay], color=f"C{colour}", linewidth=0.8, linestyle=":")
    points(axes, exact[delay] * np.array(shares), values, color=f"C{colour}", label=f"δ = {delay}")
axes.set(xlabel="αλ", ylabel="stationary variance × λ²/σ²", ylim=(5e-3, 20))
axes.legend()
show(
    picture,
    name="variance",
    caption="Stationary variance over the step size: exact (lines) and measured (points, ±3 standard errors). Dotted: the "
    "step-size limits, where it grows without bound.",
    alt="Four rising curves on logarithmic axes that coincide for small steps and turn upwards one after the other, the longer "
    "the delay the sooner, each at its dotted vertical line. Measured points lie on the curves.",
)
for delay, values in zip(chosen, variances, strict=True):
    for share, row in zip(shares, values, strict=True):
        value = float(variance(delay, share * exact[delay]))
        claim(
            f"variance-d{delay}-a{round(100 * share)}",
            statement="E3: the stationary variance has a closed form",
            kind="equal",
            measured=row / value,
            bound=1.0,
            margin=MARGIN,
            description=f"Delay {delay}, {100 * share:.0f} % of the longest step: measured over exact, {value:.4g}.",
        )

# %% [markdown]
# ## 4. The stationary covariance of coupled stages
#
# The covariance of a coupled quadratic solves a Lyapunov equation. First all its entries for four stages, whitened by the exact
# covariance: what is measured should be the identity matrix.

# %%
few, rate, unit = 4, 0.25, NOISES["gaussian"](standard_deviation=1.0)
small, steep = coupled(np.geomspace(0.3, 1.0, few), 0.8, unit)
ages = SCHEDULES["asynchronous_1f1b"](stages=few).steady_delays()
predicted = stationary(curvature=steep, delays=ages, step_size=rate, noise=1.0).covariance
radius = spectral_radius(curvature=steep, delays=ages, step_size=rate)
settled = int(np.ceil(-10 / np.log(radius)))  # updates after which the start is forgotten by e^(−10)
ends = run_delayed(small, digital, delays=ages, step_size=rate, steps=settled, runs=ensemble, seed=next(roots))
white = ends.final_weights[0] @ np.linalg.inv(np.linalg.cholesky(predicted)).T
groups = white[: ensemble // 32 * 32].reshape(32, -1, few)
whitened = np.einsum("gri,grj->gij", groups, groups) / groups.shape[1]  # g: group of runs, r: run
measured = ends.final_weights[0].T @ ends.final_weights[0] / ensemble

picture, panels = figure(1, 3, width=8.4, height=2.9)
without = stationary(curvature=steep, delays=0, step_size=rate, noise=1.0).covariance
size = 2 * np.abs(predicted).max()  # light enough for the numbers to be read
for axes, matrix, name in zip(
    panels, (measured, predicted, without), ("measured", "exact", "exact, no delay"), strict=True
):
    axes.imshow(matrix, cmap="PuOr", vmin=-size, vmax=size)
    for i, j in np.ndindex(few, few):
        axes.text(j, i, f"{matrix[i, j]:.3f}", ha="center", va="center", fontsize=7, color="black")
    axes.set(title=name, xticks=[], yticks=[])
    axes.grid(visible=False)
show(
    picture,
    name="covariance",
    caption=f"Stationary covariance of four weights on four stages, step size {rate}: measured over {ensemble:,} runs, predicted, and "
    "what it would be without delays.",
    alt="Three coloured four-by-four matrices with their numbers. The first two agree to two digits; the third, without delays, has "
    "a smaller diagonal.",
)
for i, j in zip(*np.triu_indices(few), strict=True):
    claim(
        f"covariance-{i + 1}{j + 1}",
        statement="E3: the stationary covariance solves the discrete Lyapunov equation",
        kind="equal",
        measured=whitened[:, i, j],
        bound=float(i == j),
        margin=2.5 * MARGIN,  # wider: a group has a few thousand runs, and they are not averaged over time
        description=f"Entry {i + 1},{j + 1} of the covariance, whitened by the exact one; one value for each of 32 groups of runs.",
    )

# %% [markdown]
# Then the exact price of asynchrony in per cent, for one to eight stages and several step sizes: how much larger the stationary
# squared gradient is than without a pipeline. To first order it is $\alpha\lambda\delta$ for each mode.

# %%
wide, _ = coupled(spectrum, 0.3, unit)
rates = np.array([0.1, 0.15, 0.2])
cases = [(row, rate) for row in late for rate in rates]
given = {"delays": np.array([row for row, _ in cases]), "step_size": [rate for _, rate in cases]}
many = {**shared, "runs": 8 * runs}  # eight weights a run say less than the 32 above
plateaus = late_average(run_delayed(wide, digital, **given, **many, seed=next(roots)))
plateaus = plateaus.reshape(len(stages), len(rates), 8, runs).mean(axis=2)
solved = np.array(
    [
        [stationary(curvature=curvature, delays=row, step_size=rate, noise=1.0).gradient_norm for rate in rates]
        for row in late
    ]
)
exact_price, paired = 100 * (solved / solved[0] - 1), 100 * (plateaus - plateaus[0]) / solved[0][:, np.newaxis]

picture, axes = figure()
for colour, rate in enumerate(rates):
    axes.plot(stages, exact_price[:, colour], color=f"C{colour}")
    points(axes, stages, paired[:, colour], color=f"C{colour}", label=f"α = {rate}")
axes.set(xlabel="pipeline stages M", ylabel="stationary excess over no pipeline [%]", xticks=stages)
axes.legend()
show(
    picture,
    name="price",
    caption="The price of asynchrony at the plateau, digital hardware: exact (lines) and measured on common random numbers (points, "
    "±3 standard errors).",
    alt="Three rising lines over the number of stages, higher for larger steps, with measured points on them.",
)
for i, m in enumerate(stages):
    for j, rate in enumerate(rates):
        claim(
            f"plateau-M{m}-a{round(100 * rate)}",
            statement="E3: the stationary squared gradient is the trace of $HPH$",
            kind="equal",
            measured=plateaus[i, j] / solved[i, j],
            bound=1.0,
            margin=MARGIN,
            description=f"{m} stages, step size {rate}: measured over exact, {solved[i, j]:.4g}; the price is "
            f"{paired[i, j].mean():.2f} % measured, {exact_price[i, j]:.2f} % exact.",
        )
