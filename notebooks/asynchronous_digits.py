# ---
# jupyter:
#   aimc: {place: 85, part: Pipelines}
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # An asynchronous pipeline on real images
#
# A linear classifier of handwritten digits is too wide for one array, so its pixels are shared out: stage $m$ holds the
# weights of its own pixels for all ten digits, adds its part to the ten scores that it is sent, and passes them on. The
# pipeline never waits, so that each stage's part was computed with weights of another age. None of the constants in the
# bounds is estimated: they are computed from the images before the first step.

# %% tags=["parameters"]
seed: int = 1  # [0, 4294967295] root of all random numbers
runs: int = 8  # [8, 1024] independent runs behind every average
batch: int = 32  # [1, 1000] images a mini-batch
images: int = 2000  # [100, 60000] training images used
longest: int = 768  # [256, 100000] updates of the longest run; others have a third and a ninth
evaluations: int = 16  # [8, 10000] random steps a run at which exact moments over all images are taken
tau: float = 1.0  # [0.5, 100.0] dynamic-range radius of the device
saturation_bound: float = 0.15  # [0.01, 0.7] largest |w|/τ that a run may reach; asserted
mnist_dir: str = ""  # folder with the four MNIST files; empty: AIMC_MNIST_DIR or the images of this repository

# %%
import numpy as np

import theory
from reports.notebook import claim, figure, progress, show, statement
from simulation import run_clocked, run_recursion
from simulation.experiment import Experiment
from theory.optimise import optimise

EXPERIMENT = """
steps = {steps}
runs = {runs}
seed = {seed}
step_size = {step_size}
evaluations = {evaluations}

[problem]
name = "staged_softmax"
maker = "mnist"
parts = 8
batch = {batch}
images = {images}
folder = '{mnist_dir}'

[device]
name = "asymmetric_linear"
tau = {tau}

[schedule]
name = "asynchronous_1f1b"
stages = {stages}
"""
fixed = {"runs": runs, "batch": batch, "images": images, "evaluations": evaluations}
fixed |= {"tau": tau, "mnist_dir": mnist_dir}


def experiment(stages, *, steps, step_size, root):
    """What `aimc simulate` would be given."""
    text = EXPERIMENT.format(stages=stages, steps=steps, step_size=step_size, seed=root, **fixed)
    return Experiment.parse(text, name=f"M = {stages}")


depths = (1, 4, 8)
deepest = depths[-1]
*roots, executed = (int(root.generate_state(1)[0]) for root in np.random.SeedSequence(seed).spawn(4))
example = experiment(deepest, steps=longest, step_size=0.001, root=executed)
problem = example.problem
print(example.text)  # noqa: T201

# %% [markdown]
# ## 1. What each stage holds
#
# Eight blocks of consecutive pixels are three and a half rows each. The mean image shows what passes through them; the
# gradient noise of a block is in proportion to the squared brightness of its pixels, and the delay of the first, darkest
# ones is the longest.

# %%
mean_image = problem.features.mean(axis=0).reshape(28, 28)
owner = np.repeat(np.arange(deepest), problem.sizes).reshape(28, 28)
picture, (left, right) = figure(1, 2, width=7.2, height=3.0)
left.imshow(mean_image, cmap="gray_r")
left.contour(owner, levels=np.arange(deepest) + 0.5, colors="C1", linewidths=0.8)
left.set_axis_off()
right.bar(np.arange(deepest) + 1, problem.variance_bounds)
right.set(xlabel="block", ylabel="noise variance, bound [gradient²]", xticks=np.arange(deepest) + 1)
show(
    picture,
    name="blocks",
    caption="Left: the mean of the training images, cut into eight blocks (MNIST; LeCun, Cortes, Burges; CC BY-SA 3.0). Right: the "
    f"bound on the noise variance of each block's gradient, {batch} images a mini-batch.",
    alt="A blurred grey blob, cut into eight horizontal strips by steps; beside it bars that are tall for the middle strips and "
    "very small for the first and the last.",
)

# %% [markdown]
# ## 2. Rigorous constants
#
# Write $X$ for the matrix of $n$ images with a constant 1 appended, and $X_m$ for the pixels of block $m$.
#
# * **Smoothness and staleness.** The error $p - y$ goes back through all stages as it is, and no backward pass reads a weight.
#   So the mean signal at forward weights $U$ is $\nabla f(U)$, and $L_\Phi = L = \lambda_{\max}(X^\top X/n)/2$.
# * **Initial gap.** The loss is nonnegative, so $\Delta \le \log 10$ from zero weights.
# * **Noise.** The variance of block $m$ is at most $\tfrac{2}{nB}\sum_i \|x_i^m\|^2$ at any weights; the sum over the blocks is
#   $\sigma^2$, and their mean delay is $\bar\delta = \sum_m \delta_m \sigma_m^2/\sigma^2$.

# %%
start = problem.moments(np.zeros((1, 1, problem.dimension)))
gap = float(start.objective.item() - problem.optimal_value)
assert np.isclose(gap, np.log(10), rtol=1e-12)  # a sum of equal numbers, rounded
constants = {
    "initial_gap": gap,
    "smoothness": problem.smoothness,
    "staleness_lipschitz": problem.staleness_lipschitz,
    "noise_deviation": float(np.sqrt(problem.variance_bounds.sum())),
    "saturation_bound": saturation_bound,
}


def delays(stages):
    """Delay of each of the eight blocks, read off the timetable."""
    late = experiment(stages, steps=longest, step_size=0.001, root=executed).delays
    first = [part.start for part in problem.parts]
    return np.zeros(deepest, dtype=int) if late is None else late[first]


def numbers(stages, steps):
    """What the bounds ask for."""
    late, share = delays(stages), problem.variance_bounds / problem.variance_bounds.sum()
    return {**constants, "steps": steps, "max_delay": int(late.max()), "mean_delay": float(late @ share)}


{m: (delays(m).tolist(), round(numbers(m, longest)["mean_delay"], 2)) for m in depths}

# %% [markdown]
# ## 3. The bounds, before any run
#
# T8 is taken with $u = 1$ and uniform constants, which bounds the plain gradient norm after division by $1 - 2\bar s^2$. For each
# length the step size is the one for which T8ν is least with eight stages, or what T8's condition on the staleness allows
# there, if that is shorter; all depths use it.

# %%
t8 = statement("T8:asymmetric_linear")
family = statement("T8-optimum:asymmetric_linear")

# %%
lengths = np.array([longest // 9, longest // 3, longest])
best = [optimise("T8-optimum:asymmetric_linear", numbers(deepest, int(count))) for count in lengths]
shortest = 2 * constants["staleness_lipschitz"] * (deepest - 1) * (1 + saturation_bound) * np.sqrt(2)
step_size = np.minimum([float(found.multipliers["step_size"]) for found in best], (1 - 1e-9) / shortest)


def t8_uniform(given, u=1.0):
    """T8 with uniform constants, as a bound on the plain average."""
    largest, gain = given["saturation_bound"], ((1 + given["saturation_bound"]) * given["noise_deviation"]) ** 2
    drift = (largest * given["noise_deviation"]) ** 2
    averages = {"gain_variance": gain, "drift_variance": drift, "delayed_variance": given["mean_delay"] * gain}
    rest = {name: value for name, value in given.items() if name not in ("noise_deviation", "mean_delay")}
    return float(t8.bound(young=u, **averages, **rest)) / (1 - (1 + u) * largest**2)


def promised(stages, i):
    """T8 and T8ν."""
    given = {**numbers(stages, int(lengths[i])), "step_size": float(step_size[i])}
    return t8_uniform(given), optimise("T8-optimum:asymmetric_linear", given).value


bounds = {(m, i): promised(m, i) for m in depths for i in range(len(lengths))}

# %% [markdown]
# ## 4. The runs


# %%
def train(stages, i):
    """Runs of length lengths[i]; all depths see the same mini-batches."""
    made = experiment(stages, steps=int(lengths[i]), step_size=float(step_size[i]), root=roots[i])
    return made.run(progress(int(lengths[i]), f"M = {stages}, K = {lengths[i]}")).require_valid()


traces = {case: train(*case) for case in bounds}
peak = max(float(trace.peak_saturation.max()) for trace in traces.values())
if peak > saturation_bound:
    raise theory.OutOfDomain(
        f"saturation_bound must be at least {peak:.3g}, which a run reached, got {saturation_bound}"
    )
f"largest saturation in any run at any step: {peak:.3g}"

# %%
picture, (left, right) = figure(1, 2, width=8.4, height=3.9, sharey=True)
for axes, x, cases in (
    (left, lengths, [[(m, i) for i in range(len(lengths))] for m in (1, deepest)]),
    (right, np.array(depths) - 1, [[(m, len(lengths) - 1) for m in depths]]),
):
    for line in cases:
        colour = "C1" if line[-1][0] == 1 else "C0"
        values = np.array([traces[case].gradient_norm[-1, 0] for case in line])
        promises = np.array([bounds[case] for case in line])
        named = f", M = {line[0][0]}" if axes is left else ""
        axes.plot(x, promises[:, 0], "--", color=colour, label=f"T8{named}")
        axes.plot(x, promises[:, 1], "-", color=colour, label=f"T8ν{named}")
        error = 3 * values.std(axis=1, ddof=1) / np.sqrt(runs)
        axes.errorbar(x, values.mean(axis=1), error, fmt="o", color=colour, label=f"measured{named}")
left.set(xscale="log", yscale="log", xlabel="updates K", xticks=lengths, xticklabels=lengths)
left.set_ylabel("average squared gradient norm [gradient²]")
left.minorticks_off()
right.set(xlabel=f"largest delay D = M − 1 [updates], K = {longest}", xticks=np.array(depths) - 1)
left.legend(fontsize=8)
show(
    picture,
    name="bounds",
    caption=f"Softmax regression on {images:,} images with delayed feature blocks: average squared gradient norm over the length "
    "and over the delay, ±3 standard errors (points), below T8ν (solid) and T8 (dashed).",
    alt="Two log panels. Over the length bounds and points fall. Over the delay the solid line rises by less than a half, "
    "while the measured points stay on one level, several times below it.",
)
for (m, i), both in bounds.items():
    for name, bound in zip(("T8", "T8-optimum"), both, strict=True):
        claim(
            f"digits-M{m}-K{lengths[i]}-{name}",
            statement=f"{name}:asymmetric_linear",
            kind="upper",
            measured=traces[m, i].gradient_norm[-1, 0],
            bound=bound,
            description=f"{m} stages, {lengths[i]} updates of size {step_size[i]:.3g}, batches of {batch}; the bound was known "
            "before the run.",
        )

# %% [markdown]
# ## 5. The price
#
# The same mini-batches with and without a pipeline, at the same step size, against the ratio of the proved bounds:

# %%
prices = {
    (m, i): 100 * (traces[m, i].gradient_norm[-1, 0] / traces[1, i].gradient_norm[-1, 0] - 1)
    for m in depths[1:]
    for i in range(len(lengths))
}
proved = {(m, i): 100 * (bounds[m, i][1] / bounds[1, i][1] - 1) for m, i in prices}
print("stages   updates   measured price      proved")  # noqa: T201
for (m, i), excess in prices.items():
    error = excess.std(ddof=1) / np.sqrt(runs)
    print(f"{m:<8} {lengths[i]:<9} {excess.mean():+.3f} % ± {error:.3f}   {proved[m, i]:+.1f} %")  # noqa: T201

# %%
for (m, i), excess in prices.items():
    claim(
        f"price-M{m}-K{lengths[i]}",
        statement="T8-optimum:asymmetric_linear",
        kind="upper",
        measured=excess,
        bound=proved[m, i],
        description=f"{m} stages, {lengths[i]} updates: measured excess in per cent over no pipeline, paired run by run.",
    )

# %% [markdown]
# ## 6. The machine itself
#
# The runs above are a recursion with delayed weights. A machine that has one copy of each weight, stages that send each other
# messages clock by clock, and nothing else, ends with the same weights to the last bit:

# %%
shared = {"step_size": float(step_size[-1]), "samples": 4 * deepest, "runs": 2, "seed": executed}
differences = []
for m in depths:
    schedule = experiment(m, steps=longest, step_size=0.001, root=executed).schedule
    machine, loop = (execute(problem, example.device, schedule, **shared) for execute in (run_clocked, run_recursion))
    differences.append(float(np.abs(machine.final_weights - loop.final_weights).max()))
claim(
    "machine-equals-recursion",
    statement="E6: clock-level execution equals the recursion with delays",
    kind="certificate",
    measured=differences,
    bound=0.0,
    description=f"Largest difference of any of {problem.dimension:,} weights after {4 * deepest} mini-batches, for 1, 4 and 8 stages.",
)
