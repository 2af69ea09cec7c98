# ---
# jupyter:
#   aimc: {place: 40, part: Without a pipeline}
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Softmax regression on real images
#
# A quadratic is the theorist's choice. Here the data choose: images of handwritten digits, a linear classifier trained on
# an analog device by mini-batches, and a bound none of whose constants is estimated. Everything that T3 asks for is
# computed from the training images or asserted along the run.

# %% tags=["parameters"]
seed: int = 1  # [0, 4294967295] root of all random numbers
runs: int = 16  # [8, 1024] independent runs behind every average
batch: int = 32  # [1, 1000] images a mini-batch
longest: int = 4096  # [64, 1000000] steps of the longest run; shorter ones have a quarter, a sixteenth, …
evaluations: int = 24  # [8, 10000] random steps a run at which exact moments over all images are taken
tau: float = 1.0  # [0.1, 100.0] dynamic-range radius of the device
saturation_bound: float = 0.3  # [0.01, 0.99] largest |w|/τ that the run may reach; asserted
step_factor: float = 1.0  # [0.001, 1000.0] step size in units of the one that minimises the bound
mnist_dir: str = ""  # folder with the four MNIST files; empty: AIMC_MNIST_DIR or the images of this repository

# %%
import numpy as np

import theory
from reports.notebook import claim, figure, progress, show, statement
from simulation import DEVICES, PROBLEMS, load_mnist, run

data = load_mnist("train", mnist_dir or None)
f"{len(data.images):,} images of {data.images.shape[1]} pixels, {np.bincount(data.labels).min()} of the rarest digit"

# %%
picture, panels = figure(1, 10, height=1.0)
for digit, axes in enumerate(panels):
    axes.imshow(data.images[np.argmax(data.labels == digit)].reshape(28, 28), cmap="gray_r", interpolation="nearest")
    axes.set_axis_off()
show(
    picture,
    name="digits",
    caption="The first training image of each digit (MNIST; LeCun, Cortes, Burges; CC BY-SA 3.0).",
    alt="Ten small grey pictures of handwritten digits, zero to nine.",
)

# %% [markdown]
# ## Rigorous constants
#
# Write $X$ for the matrix of $n$ images (with a constant 1 appended) and $p_i$ for the predicted probabilities of image
# $i$. The loss is the mean cross-entropy.
#
# * **Smoothness.** The Hessian of one image's loss in its logits is $\mathrm{diag}(p) - pp^\top \preceq \tfrac12 I$, so
#   $L = \lambda_{\max}(X^\top X/n)/2$.
# * **Initial gap.** The loss is nonnegative, so $\Delta \le f(W_0) = \log 10$ from zero weights.
# * **Noise.** A mini-batch of $B$ images, drawn with replacement, has in coordinate $d$ exactly the variance of one
#   image's gradient over the training set, divided by $B$: a finite sum, evaluated without sampling. At every $W$ its
#   total is at most $\tfrac{2}{nB} \sum_i \|x_i\|^2$.

# %%
problem = PROBLEMS["softmax_regression"](features=data.images, labels=data.labels, batch=batch)
device = DEVICES["asymmetric_linear"](tau=tau)
start = problem.moments(np.zeros((1, 1, problem.dimension)))
gap = float(start.objective.item() - problem.optimal_value)
variance_at_start, variance_anywhere = float(start.noise_variance.sum()), problem.variance_bound
assert np.isclose(gap, np.log(10), rtol=1e-12)  # a sum of equal numbers, rounded
(
    f"L = {problem.smoothness:.4g}, Δ ≤ {gap:.4g}, noise variance {variance_at_start:.4g} at the start, "
    f"at most {variance_anywhere:.4g} anywhere"
)

# %% [markdown]
# ## The bound, before any run
#
# T3 bounds the gradient as the device sees it, weighted by $M/F = 1 - s^2$. With the noise bound that holds anywhere and
# the largest saturation allowed it becomes a promise about the plain gradient norm, made before the first step:

# %%
t3 = statement("T3")
uniform = statement("T3-uniform:asymmetric_linear")

# %%
lengths = np.array([longest // 4**i for i in (3, 2, 1, 0)])
lengths = lengths[lengths >= evaluations]
gain = 1 + saturation_bound
best_step = np.sqrt(2 * gap / (problem.smoothness * variance_at_start * lengths)) / gain
step_size = step_factor * best_step
known = {"initial_gap": gap, "steps": lengths, "smoothness": problem.smoothness, "step_size": step_size}
promised = uniform.bound(
    **known,
    noise_deviation=np.sqrt(variance_anywhere),
    saturation_bound=saturation_bound,
    drift_variance=saturation_bound**2 * variance_anywhere,
)

# %% [markdown]
# ## The runs
#
# One step size for each length $K$. The moments over all images are costly, so each run looks at them at random steps,
# one in each of equally many stretches of the run: an unbiased estimate of every average in T3. The saturation is
# watched at every step.


# %%
def train(i, root):
    """Runs of length lengths[i]."""
    return run(
        problem,
        device,
        step_size=float(step_size[i]),
        steps=int(lengths[i]),
        runs=runs,
        seed=root,
        evaluations=evaluations,
        progress=progress(int(lengths[i]), f"K = {lengths[i]}"),
    ).require_valid()


traces = [train(i, root) for i, root in enumerate(np.random.SeedSequence(seed).spawn(len(lengths)))]
peak = max(float(trace.peak_saturation.max()) for trace in traces)
if peak > saturation_bound:
    raise theory.OutOfDomain(
        f"saturation_bound must be at least {peak:.3g}, which a run reached, got {saturation_bound}"
    )
assert all(float(trace.peak_symmetric.max()) <= 1.0 for trace in traces)
f"largest saturation in any run at any step: {peak:.3g}"

# %%
weighted = np.array([trace.weighted_gradient_norm[-1, 0] for trace in traces])  # (lengths, runs)
plain = np.array([trace.gradient_norm[-1, 0] for trace in traces])
paired = np.array(
    [
        t3.bound(
            **{name: value[i] if np.ndim(value) else value for name, value in known.items()},
            max_symmetric=1.0,
            gain_variance=trace.gain_variance[-1, 0],
            drift_variance=trace.drift_variance[-1, 0],
        )
        for i, trace in enumerate(traces)
    ]
)
asymptotic = np.array([trace.drift_variance[-1, 0].mean() for trace in traces])
mean, error = plain.mean(axis=1), plain.std(axis=1, ddof=1) / np.sqrt(runs)

picture, axes = figure(height=4.2)
axes.loglog(lengths, promised, "--", label="bound before the run: uniform noise, largest saturation")
axes.loglog(lengths, paired.mean(axis=1), "-", label="bound along the run: exact variances")
axes.loglog(lengths, mean, "o-", label="measured")
axes.fill_between(lengths, mean - 3 * error, mean + 3 * error, alpha=0.3, color="C2", label="±3 standard errors")
axes.loglog(lengths, asymptotic, ":", label="last term of the bound")
axes.set(xlabel="steps K", ylabel="average squared gradient norm", xticks=lengths, xticklabels=lengths)
axes.minorticks_off()
axes.legend()
show(
    picture,
    name="average",
    caption="Softmax regression on MNIST, asymmetric linear device: average squared gradient norm over the length of the "
    "run, below the bounds T3-uniform (dashed) and T3 (solid), whose constants are computed from the images.",
    alt="Log-log plot over the number of steps. A dashed line, the bound before the run, lies on top; the bound along the run "
    "below it; the measured averages a factor of a few below that. Bounds and measurement fall with the number of steps. The "
    "asymptotic term, a dotted line far below, rises.",
)

# %%
for i, length in enumerate(lengths):
    claim(
        f"mnist-K{length}",
        statement="T3",
        kind="upper",
        measured=weighted[i],
        bound=paired[i],
        description=f"Softmax regression on {len(data.images)} images, {length} steps of size {step_size[i]:.3g}, batches "
        f"of {batch}, τ = {tau:g}; both sides from exact finite sums, paired run by run.",
    )
    claim(
        f"mnist-promise-K{length}",
        statement="T3-uniform:asymmetric_linear",
        kind="upper",
        measured=plain[i],
        bound=float(promised[i]),
        description="The same runs, plain gradient norm, against the bound that was known before them.",
    )

# %% [markdown]
# ## What was learned
#
# A bound on gradients is not a classifier. For completeness, the mean weights of the longest runs as pictures, one a digit,
# and their accuracy on images that were not trained on.

# %%
test = load_mnist("test", mnist_dir or None)
weights = traces[-1].final_weights[0].reshape(runs, 10, -1)
inputs = np.concatenate([test.images, np.ones((len(test.images), 1))], axis=1)
accuracy = 100 * np.mean(np.argmax(inputs @ weights.transpose(0, 2, 1), axis=2) == test.labels, axis=1)
templates = weights.mean(axis=0)[:, :-1].reshape(10, 28, 28)
limit = np.abs(templates).max()
picture, panels = figure(1, 10, height=1.0)
for digit, axes in enumerate(panels):
    axes.imshow(templates[digit], cmap="PuOr", vmin=-limit, vmax=limit, interpolation="nearest")
    axes.set_axis_off()
show(
    picture,
    name="weights",
    caption=f"Mean weights after {lengths[-1]} steps, digits 0 to 9; orange negative, purple positive, saturation at most "
    f"{peak:.2g}. Test accuracy {accuracy.mean():.1f} % ± {accuracy.std(ddof=1):.1f} (standard deviation over {runs} runs).",
    alt="Ten small pictures of positive and negative weights. Zero, two, three and eight look like blurred digits, others "
    "show the strokes that tell a digit from the rest.",
)
