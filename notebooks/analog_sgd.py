# ---
# jupyter:
#   aimc: {place: 30, part: Without a pipeline}
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Analog SGD without a pipeline
#
# In an *analog in-memory computer* a weight is the conductance of a memory cell. Multiplying a vector by the whole
# matrix takes one step of physics, which is why one wants it. Training is where it hurts: a cell is moved by voltage
# pulses, and how far a pulse moves it depends on where it is. A positive pulse at weight $w$ has gain $q_+(w)$, a
# negative one $q_-(w)$. Write $F = (q_- + q_+)/2$ for the symmetric and $G = (q_- - q_+)/2$ for the asymmetric part.
# A desired change $x$ then becomes
#
# $$w^+ = w + x\,F(w) - |x|\,G(w).$$
#
# The second term does not know the sign of $x$. Noise that would cancel on average therefore *pushes*: it moves the
# weight towards the symmetric point, where $G = 0$, and stochastic gradient descent stops short of the optimum. This
# notebook measures how short, and holds it against statement T3, whose proof the kernel checks.

# %% tags=["parameters"]
seed: int = 1  # [0, 4294967295] root of all random numbers
runs: int = 64  # [8, 4096] independent runs behind every average
dimension: int = 20  # [1, 1000] weights of the quadratic in section 2
steps: int = 30000  # [100, 1000000] longest run of section 2
sharp_steps: int = 60000  # [1000, 10000000] steps of the sharp instance in section 4
tau: float = 1.0  # [0.9, 100.0] dynamic-range radius of the device
noise: float = 0.3  # [0.05, 0.4] root of the total gradient noise variance

# %%
import numpy as np

import theory
from reports.notebook import claim, figure, show, statement
from simulation import DEVICES, NOISES, PROBLEMS, run

seeds = iter(np.random.SeedSequence(seed).spawn(4))

# %% [markdown]
# ## 1. The device
#
# The *asymmetric linear device* (soft bounds) has $q_\pm(w) = 1 \mp w/\tau$: a pulse away from zero loses strength in
# proportion to the distance, and at $w = \pm\tau$ it stops. So $F = 1$ and $G = w/\tau$, and $s = |w|/\tau$ is called the
# *saturation*.

# %%
device = DEVICES["asymmetric_linear"](tau=tau)
weight = np.linspace(-tau, tau, 201)
picture, axes = figure()
axes.plot(weight, device.q_plus(weight), label=r"$q_+$: a positive pulse")
axes.plot(weight, device.q_minus(weight), "--", label=r"$q_-$: a negative pulse")
axes.plot(weight, device.symmetric(weight), ":", label="$F$: symmetric part")
axes.plot(weight, device.asymmetric(weight), "-.", label="$G$: asymmetric part")
axes.set(xlabel="weight w", ylabel="gain of a pulse")
axes.legend()
show(
    picture,
    name="gains",
    caption=r"Gains of the asymmetric linear device over its range $[-\tau, \tau]$.",
    alt="Four straight lines over the weight. The gain of a positive pulse falls from two to zero, that of a negative "
    "pulse rises from zero to two; they cross at weight zero. F is constant at one, G rises from minus one to one.",
)

# %% [markdown]
# ## 2. The rate, against the bound
#
# Statement T3 bounds the average squared gradient along a run. Angle brackets stand for the average over the run of a
# sum over coordinates, $\langle x \rangle = \frac1K \sum_{k<K} \mathbb{E} \sum_d x_{d,k}$.

# %%
t3 = statement("T3")
rate = statement("T3-rate:asymmetric_linear")

# %% [markdown]
# Its first term is what remains of the start after $K$ steps of size $\alpha$, its second is noise that passes through
# the larger gain $\bar q = F + |G|$, its third does not shrink with $K$: the *asymptotic error*. At the step size that
# balances the first two the sum of both falls like $1/\sqrt K$. On digital hardware $G = 0$ and nothing else remains:

# %%
digital_rate = statement("T3-rate:ideal")

# %% [markdown]
# We train a quadratic with curvatures spread over a decade, whose optimum lies half way to the edge of the range, with
# the best step size for each of several lengths $K$. Every point below is the mean of independent runs.

# %%
lengths = np.unique(np.geomspace(100, steps, 5).astype(int))
spectrum = np.geomspace(0.1, 1.0, dimension)
optimum = 0.5 * np.where(np.arange(dimension) % 2, -1.0, 1.0)
saturation_bound = 0.8 / tau
deviation = noise / np.sqrt(dimension)
problem = PROBLEMS["quadratic"](
    spectrum=spectrum, optimum=optimum, noise=NOISES["gaussian"](standard_deviation=deviation)
)
gap = float(problem.moments(problem.initial).objective - problem.optimal_value)
best_step = np.sqrt(2 * gap / (problem.smoothness * lengths)) / noise
possible = best_step <= 1 / problem.smoothness  # a run may be too short for its best step size
if not possible.any():
    raise theory.OutOfDomain(f"steps must be larger for noise = {noise} and dimension = {dimension}, got {steps}")
lengths, best_step = lengths[possible], best_step[possible]
rate_seed = next(seeds)


def train(name, **fields):
    """Runs (checkpoint, setting, run): all step sizes at once; setting i is meant to be read at length i."""
    gain = {"asymmetric_linear": 1 + saturation_bound, "ideal": 1.0}[name]
    return run(
        problem,
        DEVICES[name](**fields),
        step_size=best_step / gain,
        steps=int(lengths[-1]),
        runs=runs,
        seed=rate_seed,
        checkpoints=lengths.tolist(),
    ).require_valid()


analog, digital = train("asymmetric_linear", tau=tau), train("ideal")
if analog.peak_saturation.max() > saturation_bound:
    raise theory.OutOfDomain(f"tau must be larger for this noise and length, got {tau}")
own = np.arange(len(lengths))  # the length each step size was made for

# %%
constants = {"initial_gap": gap, "steps": lengths, "smoothness": problem.smoothness, "noise_deviation": noise}
drift = analog.drift_variance[own, own]
bounds = {
    "analog": rate.bound(**constants, saturation_bound=saturation_bound, drift_variance=drift.mean(axis=1)),
    "digital": digital_rate.bound(**constants),
}
measured = {"analog": analog.gradient_norm[own, own], "digital": digital.gradient_norm[own, own]}

picture, axes = figure(height=4.2)
for (label, values), marker in zip(measured.items(), "os", strict=True):
    mean, error = values.mean(axis=1), values.std(axis=1, ddof=1) / np.sqrt(runs)
    (line,) = axes.loglog(lengths, bounds[label], "-", label=f"{label}: bound (T3-rate)")
    axes.errorbar(lengths, mean, 3 * error, fmt=marker, color=line.get_color(), label=f"{label}: measured, ±3 s.e.")
axes.loglog(
    lengths, drift.mean(axis=1) / (1 - saturation_bound**2), ":", color="C3", label="analog: last term of the bound"
)
axes.set(xlabel="steps K", ylabel="average squared gradient norm")
axes.legend()
show(
    picture,
    name="average",
    caption=r"Average squared gradient norm $\langle h_d^2\rangle$ of a quadratic over the length of the run, at the best "
    r"step size of each length, with the bound T3-rate. Analog SGD levels off, digital SGD does not.",
    alt="Two falling bound curves with measured points below each. The digital ones fall as a straight line of slope "
    "minus one half; the analog bound flattens towards a dotted line, its last term, and the analog points flatten below it.",
)

# %% [markdown]
# The same runs against T3 itself, which needs no worst case for saturation: its averages are taken along the run.

# %%
for i, length in enumerate(lengths):
    alpha = float(analog.step_size[i])
    claim(
        f"rate-analog-K{length}",
        statement="T3",
        kind="upper",
        measured=analog.weighted_gradient_norm[i, i],
        bound=t3.bound(
            initial_gap=gap,
            steps=length,
            smoothness=problem.smoothness,
            step_size=alpha,
            max_symmetric=analog.peak_symmetric.max(),
            gain_variance=analog.gain_variance[i, i],
            drift_variance=analog.drift_variance[i, i],
        ),
        description=f"Quadratic, asymmetric linear device, {length} steps of size {alpha:.3g}; bound and measurement "
        "paired run by run.",
    )
    claim(
        f"rate-digital-K{length}",
        statement="T3-rate:ideal",
        kind="upper",
        measured=digital.gradient_norm[i, i],
        bound=float(bounds["digital"][i]),
        description=f"The same quadratic on digital hardware, {length} steps at the best step size.",
    )

# %% [markdown]
# ## 3. The asymptotic error, against range and noise
#
# Where does analog SGD stop? We start beside the optimum, take small steps for a long time, and vary the range $\tau$ of the
# device and the noise. The last term of T3, $\langle (w_d/\tau)^2 \sigma_d^2 \rangle$, is evaluated along the run (dotted). It
# falls by three to four times when the range doubles; what keeps the measured points from following it all the way is the
# second term, the noise that a finite step size lets through.

# %%
ranges = tau * np.array([0.8, 1.0, 1.5, 2.0, 3.0, 4.0])
noises = noise * np.array([0.25, 0.5, 0.75, 1.0])
plateau_step, plateau_steps = 0.005, 16000


def plateau(taus, sigmas, seed):
    """Runs from beside the optimum w* = 0.5 of a scalar quadratic with curvature 1; settings are pairs (τ, σ)."""
    deviation = np.reshape(sigmas, (-1, 1, 1))
    scalar = PROBLEMS["quadratic"](
        spectrum=[1.0], optimum=0.5, initial=[0.49], noise=NOISES["gaussian"](standard_deviation=deviation)
    )
    wide = DEVICES["asymmetric_linear"](tau=np.reshape(taus, (-1, 1, 1)))
    return run(scalar, wide, step_size=plateau_step, steps=plateau_steps, runs=runs, seed=seed).require_valid()


sweeps = {
    "dynamic-range radius τ": (ranges, plateau(ranges, np.full(len(ranges), noise), next(seeds))),
    "noise deviation σ": (noises, plateau(np.full(len(noises), tau), noises, next(seeds))),
}


def plateau_bound(trace, drift, gain):
    """T3 for the runs of a sweep, from averages along them."""
    return t3.bound(
        initial_gap=float(trace.initial_gap[0, 0]),
        steps=plateau_steps,
        smoothness=1.0,
        step_size=plateau_step,
        max_symmetric=1.0,
        gain_variance=gain,
        drift_variance=drift,
    )


picture, panels = figure(1, 2, height=3.8, sharey=True)
for axes, (name, (values, trace)) in zip(panels, sweeps.items(), strict=True):
    mean = trace.weighted_gradient_norm[-1].mean(axis=1)
    error = trace.weighted_gradient_norm[-1].std(axis=1, ddof=1) / np.sqrt(runs)
    drift, gain = trace.drift_variance[-1].mean(axis=1), trace.gain_variance[-1].mean(axis=1)
    axes.loglog(values, plateau_bound(trace, drift, gain), "-", label="bound (T3)")
    axes.loglog(values, drift, ":", label="its last term")
    axes.errorbar(values, mean, 3 * error, fmt="o", label="measured, ±3 s.e.")
    axes.set(xlabel=name, xticks=values, xticklabels=[f"{value:.3g}" for value in values])
    axes.minorticks_off()
panels[0].set(ylabel="average weighted squared gradient")
panels[0].legend()
show(
    picture,
    name="asymptotic-error",
    caption=r"Asymptotic error of analog SGD on a scalar quadratic with Gaussian noise. Left: over the range $\tau$ at fixed "
    r"noise. Right: over the noise at fixed $\tau$.",
    alt="Two log-log panels. Left, bound, last term and measured points fall as the range grows. Right, they rise in "
    "parallel as the noise grows. The measured points lie below the bound by a factor of about two.",
)

# %%
for name, (values, trace) in sweeps.items():
    for i, value in enumerate(values):
        symbol = "tau" if "τ" in name else "sigma"
        claim(
            f"asymptotic-{symbol}-{i + 1}",
            statement="T3",
            kind="upper",
            measured=trace.weighted_gradient_norm[-1, i],
            bound=plateau_bound(trace, trace.drift_variance[-1, i], trace.gain_variance[-1, i]),
            description=f"Scalar quadratic from beside its optimum, {name} = {value:.3g}.",
        )

# %% [markdown]
# ## 4. A sharp instance
#
# Is the last term of T3 an artefact of the proof? Statement T4 says no. With *two-point* noise, $|g| = \sqrt{h^2 + \sigma^2}$
# always, the inequality that the proof loses most in becomes an equality, and where the mean update rests both sides agree:

# %%
t4 = statement("T4")

# %% [markdown]
# We put the optimum so that the resting point has saturation 0.4, start there, and let the step size go down. The
# ratio of bound to measurement must approach one. With Gaussian noise it does not: its $\mathbb{E}|g|$ is smaller.

# %%
saturation = 0.4
rest = saturation * tau
slope = -saturation * noise / np.sqrt(1 - saturation**2)  # F h + G sqrt(h² + σ²) = 0 with F = 1, G = s
sharp_alpha = np.array([0.04, 0.02, 0.01, 0.005])
sharp_seed = next(seeds)


def sharp(noise_name):
    """Runs from the resting point of two-point noise; settings are step sizes."""
    scalar = PROBLEMS["quadratic"](
        spectrum=[1.0], optimum=rest - slope, initial=[rest], noise=NOISES[noise_name](standard_deviation=noise)
    )
    return run(scalar, device, step_size=sharp_alpha, steps=sharp_steps, runs=runs, seed=sharp_seed).require_valid()


def bound_of(trace, i):
    """T3 for step size i, run by run."""
    return t3.bound(
        initial_gap=float(trace.initial_gap[i, 0]),
        steps=sharp_steps,
        smoothness=1.0,
        step_size=sharp_alpha[i],
        max_symmetric=1.0,
        gain_variance=trace.gain_variance[-1, i],
        drift_variance=trace.drift_variance[-1, i],
    )


traces = {"two-point noise": sharp("two_point"), "Gaussian noise": sharp("gaussian")}
picture, axes = figure()
for (label, trace), marker in zip(traces.items(), "os", strict=True):
    ratio = [bound_of(trace, i).mean() / trace.weighted_gradient_norm[-1, i].mean() for i in range(len(sharp_alpha))]
    axes.semilogx(sharp_alpha, ratio, marker + "-", label=label)
axes.axhline(1, color="C2", linestyle=":", label="sharp")
axes.set(xlabel="step size α", ylabel="bound / measured", ylim=(0.9, None))
axes.legend()
show(
    picture,
    name="sharpness",
    caption="Ratio of the bound T3 to the measured average at a resting point of saturation 0.4, over the step size.",
    alt="Two curves over the step size. With two-point noise the ratio falls towards one as the step size goes to zero, "
    "with Gaussian noise it levels off above one.",
)

# %%
two_point = traces["two-point noise"]
smallest = len(sharp_alpha) - 1
claim(
    "sharp-upper",
    statement="T3",
    kind="upper",
    measured=two_point.weighted_gradient_norm[-1, smallest],
    bound=bound_of(two_point, smallest),
    description=f"Two-point noise at rest, step size {sharp_alpha[smallest]}: the bound holds with little to spare.",
)
claim(
    "sharp-equality",
    statement="T4",
    kind="equal",
    measured=two_point.weighted_gradient_norm[-1, smallest] / two_point.drift_variance[-1, smallest],
    bound=1.0,
    margin=10 * sharp_alpha[smallest],
    description="Ratio of both sides of T4. The margin is ten step sizes: the fluctuation that remains is of first order "
    "in the step size.",
)
