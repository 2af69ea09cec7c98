# ---
# jupyter:
#   aimc: {place: 65, part: Pipelines}
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Micro-batches on a network
#
# A synchronous pipeline updates once for $B$ micro-batches. On an analog machine that can mean two things. *Accumulated*: their
# gradients are summed in digital memory, and the mean is written into the array (T5). *Sample-wise*: each of them is pulsed into
# the array as it comes, which is what crossbars do best (T6). On a quadratic the two stop at different places, see the notebook
# `synchronous_pipeline`. Here the same is measured on a network that reads digits, where the noise is that of the images: it is
# neither Gaussian nor the same everywhere. Nothing below is proved for networks; where a statement's bound is drawn, its
# variances are exact sums over all images at the weights that training ended with, and its smoothness is *estimated*.

# %% tags=["parameters"]
seed: int = 1  # [0, 4294967295] root of all random numbers
runs: int = 12  # [12, 64] independent runs behind every average; full: 32
updates: int = 2000  # [1500, 100000] updates of a run; full: 8000
step_size: float = 0.2  # [0.15, 0.25] step size of an update
tau: float = 1.0  # [0.8, 1.2] dynamic-range radius of the device
mnist_dir: str = ""  # folder with the four MNIST files; empty: AIMC_MNIST_DIR, AIMC_DATA or this repository's

# %%
import numpy as np
from IPython.display import HTML, display

from reports.notebook import claim, figure, progress, show, statement
from simulation import DEVICES, SCHEDULES, load_mnist
from simulation.networks import NETWORKS
from simulation.training import estimate, train
from theory.complexity_hardware import LATENCIES
from theory.predictions import NOISES as FOLDED


def small(digits):
    """Images averaged over squares of 4 × 4 pixels, and labels."""
    return digits.images.reshape(-1, 7, 4, 7, 4).mean(axis=(2, 4)).reshape(-1, 49), digits.labels


data = small(load_mnist("train", mnist_dir or None))
test = tuple(part[:500] for part in small(load_mnist("test", mnist_dir or None)))
network = NETWORKS["perceptron"](widths=(49, 16, 10), activation="tanh", gain=1.7)
device = DEVICES["asymmetric_linear"](tau=tau)
counts = (1, 4, 16, 64)
RULES = ("accumulated", "sample_wise")
cases = [(rule, count) for rule in RULES for count in counts if count > 1 or rule == "accumulated"]

# %% [markdown]
# A micro-batch is a single image here, so a batch is $B$ images and every image is pulsed on its own under the sample-wise rule.
# A synchronous pipeline has no stale weights: whatever the number of its stages, it trains as a loop over batches does, up to
# the order in which sums are rounded. So loops are run below, and the following says that this is no loss:

# %%
shared = {"step_size": step_size, "updates": 20, "runs": 2, "seed": seed, "probe": 0, "dtype": "float64"}
apart = []
for rule in RULES:
    loop = train(network, data, device, batch=4, rule=rule, **shared)
    for stages in (1, 2, 3):
        piped = train(
            network, data, device, SCHEDULES["synchronous"](stages=stages, microbatches=4), batch=1, rule=rule, **shared
        )
        apart += [float(np.abs(a - b).max()) for a, b in zip(loop.weights, piped.weights, strict=True)]
claim(
    "pipeline-is-loop",
    statement="a synchronous pipeline of any depth trains as a loop over batches",
    kind="certificate",
    measured=apart,
    bound=0.0,
    margin=1e-12,
    description="Largest difference of any weight after twenty batches of four, for 1, 2 and 3 stages and both rules. The margin "
    "is for twenty updates, each with a rounding of some 1e-16 in another order.",
)

# %% [markdown]
# ## Where they stop
#
# One step size, as many updates for each batch, until the gradient does not fall any more.

# %%
tell = progress(len(cases) * updates, "updates")
trained = {}
for place, (rule, count) in enumerate(cases):
    trained[rule, count] = train(
        network,
        data,
        device,
        step_size=step_size,
        updates=updates,
        batch=count,
        rule=rule,
        runs=runs,
        seed=seed,
        evaluation=test,
        record_every=updates // 20,
        probe=1000,
        progress=lambda done, total, before=place * updates: tell(before + done, len(cases) * updates),
    )
trained["sample_wise", 1] = trained["accumulated", 1]


def plateau(rule, count, measure="gradient_norm", power=2):
    """Mean of a power of a measure over the last quarter of the records, run by run."""
    return (trained[rule, count].records[measure][-5:, 0] ** power).mean(axis=0)


# %% [markdown]
# To compare with the statements one needs the noise of each weight's gradient. A sum over all training images gives it without
# sampling: images leave rank-one terms $\delta x^\top$, and the mean of $|\delta x^\top|^p$ is one matrix product a layer. By what
# factor or to what share claims say that something differs was chosen after first results of this page had been seen.


# %%
def extended(x):
    """With the constant 1 of the bias."""
    return np.concatenate([x, np.ones((*x.shape[:-1], 1))], axis=-1)


def moments(weights, images, labels):
    """Mean, mean square and mean size of an image's gradient in each weight; arrays side by side, (runs, weights)."""
    first, second = (np.asarray(part[0], dtype=float) for part in weights)  # (runs, rows, columns)
    inputs = extended(images)[np.newaxis]
    between = np.tanh(inputs @ first.swapaxes(1, 2))
    logits = extended(between) @ second.swapaxes(1, 2)
    odds = np.exp(logits - logits.max(axis=-1, keepdims=True))
    late = odds / odds.sum(axis=-1, keepdims=True) - np.eye(10)[labels]
    early = (late @ second[..., :-1]) * (1 - between**2)
    found = []
    for part in (lambda x: x, np.square, np.abs):
        terms = [(early, inputs), (late, extended(between))]
        found.append([part(d).swapaxes(1, 2) @ part(x) / len(labels) for d, x in terms])
    return [np.concatenate([array.reshape(runs, -1) for array in arrays], axis=1) for arrays in found]


def ending(rule, count, examples=data):
    """Weights side by side (runs, weights) and their moments."""
    weights = trained[rule, count].weights
    flat = np.concatenate([part[0].reshape(runs, -1) for part in weights], axis=1)
    return flat, *moments(weights, *examples)


ends = {case: ending(*case) for case in trained}
curvature = {case: estimate(network, data, result.weights, samples=256, iterations=8, draws=2, seed=seed).smoothness
             for case, result in trained.items()}  # fmt: skip
promises = {"accumulated": statement("T5:asymmetric_linear"), "sample_wise": statement("T6:asymmetric_linear")}


# %%
def promised(rule, count, of=None):
    """Right-hand side of a rule's statement, run by run, at the weights that `of` (by default the same rule) ended with."""
    case = (of or rule, count)
    flat, mean, square, _ = ends[case]
    saturation, variance = np.abs(flat) / tau, square - mean**2
    return promises[rule].bound(
        initial_gap=trained[case].records["train_loss"][1, 0],  # the loss is nonnegative, and falls from the start
        steps=updates,
        smoothness=curvature[case][0],
        step_size=step_size,
        microbatches=count,
        gain_variance=((1 + saturation) ** 2 * variance).sum(axis=1),
        drift_variance=(saturation**2 * variance).sum(axis=1),
    )


def weighted(rule, count):
    """Σ (M/F) h² over the weights at the end, run by run."""
    flat, mean, *_ = ends[rule, count]
    return ((1 - (flat / tau) ** 2) * mean**2).sum(axis=1)


def points(axes, values, colour, marker, label):
    """Mean and standard deviation over runs at each batch."""
    values = np.array(values)
    axes.errorbar(
        counts, values.mean(axis=1), values.std(axis=1, ddof=1), fmt=marker, color=colour, label=label, capsize=3
    )
    axes.set(xscale="log", xticks=counts, xticklabels=[str(count) for count in counts], xlabel="images a batch B")
    axes.minorticks_off()


picture, panels = figure(1, 3, width=9.6, height=3.8)
for colour, rule, marker in zip(("C0", "C1"), RULES, "os", strict=True):
    points(panels[0], [plateau(rule, count) for count in counts], colour, marker, rule)
    panels[0].plot(counts, [promised(rule, count).mean() for count in counts], ":", color=colour)
    points(panels[1], [plateau(rule, count, "mean_saturation", 1) for count in counts], colour, marker, rule)
    points(panels[2], [100 * plateau(rule, count, "accuracy", 1) for count in counts], colour, marker, rule)
panels[0].plot([], [], ":", color="0.4", label="T5, T6 with estimated L")
panels[0].set(yscale="log", ylabel="squared gradient norm")
panels[1].set(ylabel="mean saturation |w|/τ")
panels[2].set(ylabel="test accuracy [%]")
panels[0].legend(fontsize=8)
at_largest = "; ".join(
    f"{rule} {plateau(rule, counts[-1]).mean():.2g}, {plateau(rule, counts[-1], 'mean_saturation', 1).mean():.2f}, "
    f"{100 * plateau(rule, counts[-1], 'accuracy', 1).mean():.1f} %"
    for rule in RULES
)
show(
    picture,
    name="plateaus",
    caption=f"After {updates} updates of size {step_size:g} on a device with $\\tau = {tau:g}$: squared gradient norm, mean "
    f"saturation and accuracy over the batch, mean of the last quarter and standard deviation over {runs} runs. Dotted: right-hand "
    "sides of T5 and T6.",
    alt="Three panels over the images of a batch: squared gradient with dotted bounds, saturation and accuracy, points with bars "
    f"for each rule. At the largest batch: {at_largest}.",
)
for rule, count in [case for case in cases if case[1] in (1, counts[-1])]:
    claim(
        f"{promises[rule].id[:2]}-estimated-{rule.replace('_', '-')}-B{count}",
        statement=f"{promises[rule].id} with estimated constants",
        kind="upper",
        measured=weighted(rule, count),
        bound=promised(rule, count),
        description=f"{rule}, B = {count}: weighted squared gradient over all training images at the last weights, against the "
        "statement's right-hand side with the variances found there and an estimated smoothness, paired run by run.",
    )
claim(
    "accumulated-goes-on",
    statement="T5 against T6: accumulated batches end at a smaller gradient than sample-wise ones",
    kind="upper",
    measured=plateau("accumulated", 64),
    bound=plateau("sample_wise", 64),
    description="B = 64: mean squared gradient norm over the last quarter of both rules, paired run by run.",
)
claim(
    "sample-wise-stays",
    statement="T6: a batch four times as large hardly lowers where the sample-wise rule stops",
    kind="upper",
    measured=plateau("sample_wise", 16) / plateau("sample_wise", 64),
    bound=2.0,
    description="Ratio of the squared gradient norms at B = 16 and B = 64, of which only the part from noise falls with the batch; "
    "four would be in proportion.",
)
claim(
    "saturation",
    statement="accumulated batches let the weights go further",
    kind="upper",
    measured=1.2 * plateau("sample_wise", 64, "mean_saturation", 1),
    bound=plateau("accumulated", 64, "mean_saturation", 1),
    description="B = 64: mean saturation of the accumulated rule is at least 1.2 times the sample-wise rule's, paired.",
)

# %% [markdown]
# ## At rest
#
# Why they stop is said by T10: where the mean of what the device does vanishes, $F h + G\,\mathbb{E}|g| = 0$, with the size of one
# image's gradient under the sample-wise rule. Each weight's gradient $h$ is compared with the pull $-G\,\mathbb{E}|g|$ of the device:

# %%
flat, mean, _, size = ends["sample_wise", 64]
pull = -(flat / tau) * size
picture, axes = figure(width=5.0, height=4.4)
axes.plot(pull[0], mean[0], ".", alpha=0.5, label="a weight each, first run")
edge = np.abs(pull[0]).max() * np.array([-1, 1])
axes.plot(edge, edge, "-", color="0.5", label="at rest")
axes.set(xlabel="pull of the device $-G E|g|$ [gradient]", ylabel="gradient h [gradient]")
axes.legend()
show(
    picture,
    name="balance",
    caption="Every weight of one run, sample-wise with $B = 64$: gradient over all training images against the pull of the device "
    "towards zero. On the line the two balance.",
    alt="A cloud of points, gradient over pull, and the diagonal through the origin. Their correlation: "
    f"{np.corrcoef(pull[0], mean[0])[0, 1]:.2f}.",
)
claim(
    "at-rest",
    statement="T10: sample-wise training stops where gradient and pull balance",
    kind="upper",
    measured=np.square(mean - pull).sum(axis=1),
    bound=0.5 * np.square(mean).sum(axis=1),
    description="Sample-wise, B = 64: what is left of the gradient when the device's pull is subtracted, squared and summed over "
    "weights, is at most half of the squared gradient itself. A single weight vector is looked at, which still moves.",
)

# %% [markdown]
# ## A full batch
#
# The same on 256 images, all of them in every batch: there is no sampling noise left at all. The accumulated rule now performs
# gradient descent, for which T5 has no asymptotic error. The sample-wise rule has one in T6 still, because the *images'*
# gradients differ. Dynamics that are written with the size of the mean gradient describe the first machine, not the second.

# %%
few = tuple(part[:256] for part in data)
full = {
    rule: train(
        network, few, device, step_size=step_size, updates=updates, batch=256, rule=rule, runs=runs, seed=seed, probe=256,
        record_every=updates // 20,
    )
    for rule in RULES
}  # fmt: skip
picture, axes = figure(height=3.6)
for rule, marker in zip(RULES, "os", strict=True):
    records = full[rule].records
    axes.semilogy(records["update"], np.square(records["gradient_norm"][:, 0]).mean(axis=1), marker=marker, label=rule)
heights = (0.002, 0.005, 0.01, 0.02, 0.05)
axes.set(
    xlabel="updates", ylabel="squared gradient norm", yticks=heights, yticklabels=[f"{height:g}" for height in heights]
)
axes.minorticks_off()
axes.legend()
show(
    picture,
    name="full-batch",
    caption=f"Full batches of 256 images, no sampling noise: squared gradient norm, mean over {runs} runs.",
    alt="Two curves over the updates on a logarithmic axis, one for each rule. At the end: "
    + "; ".join(f"{rule} {np.square(full[rule].records['gradient_norm'][-1, 0]).mean():.2g}" for rule in RULES)
    + ".",
)
last = {rule: np.square(full[rule].records["gradient_norm"][-5:, 0]).mean(axis=0) for rule in RULES}
claim(
    "full-batch-stops-short",
    statement="T6: without any sampling noise the sample-wise rule still stops short",
    kind="upper",
    measured=last["accumulated"],
    bound=last["sample_wise"] / 4,
    description="Full batch of 256 images: squared gradient norm of the accumulated rule at most a quarter of the sample-wise "
    "rule's, paired.",
)

# %% [markdown]
# ## One after the other
#
# Real pulses of a batch follow one another, and each meets the weight that the ones before it left. T6-sequential says that this
# changes one update by an amount of second order in the step size:

# %%
steps = np.array([step_size, step_size / 2])
shared = {"step_size": steps, "updates": 1, "batch": 16, "runs": runs, "seed": seed, "probe": 0, "dtype": "float64"}
together, in_turn = (train(network, data, device, rule=rule, **shared) for rule in ("sample_wise", "sequential"))
gap = sum(np.abs(a - b).sum(axis=(-1, -2)) for a, b in zip(together.weights, in_turn.weights, strict=True))
claim(
    "sequential-second-order",
    statement="T6-sequential: pulses in turn differ from pulses at once by second order in the step size",
    kind="equal",
    measured=gap[0] / gap[1],
    bound=4.0,
    margin=float(4 * step_size),
    description=f"One batch of 16: ratio of the distances at step sizes {steps[0]:g} and {steps[1]:g}. The margin, relatively a "
    "step size, is the next order.",
)

# %% [markdown]
# ## What the rules cost
#
# A crossbar writes a rank-one matrix at once, in the published 165.9 ns whatever its size. That is what the sample-wise rule
# needs, once an image, and no memory beside the array. The mean of $B$ gradients has rank up to $B$: it has to be kept in
# digital memory, one number a weight, and written row by row. So accumulating is the slower way of writing until the batch has
# as many images as the array has rows. (That a row takes as long as a rank-one update is an assumption; nothing is published.)
#
# Accumulated batches also need fewer pulses, for what cancels is not written. An image costs $\frac{\alpha}{B}
# \mathbb{E}|g|/\Delta w_{\min}$ pulses a weight under one rule and $\frac{\alpha}{B}\mathbb{E}|\bar g_B|/\Delta w_{\min}$ under the
# other. The ratio is evaluated at the weights where the sample-wise rule ends, $\mathbb{E}|\bar g_B|$ with a Gaussian mean.

# %%
folded, write = FOLDED["gaussian"], LATENCIES["analog_sgd"].update_time
rows = max(size[0] for size in network.arrays.values())
saved = {}
for count in counts:
    _, mean, square, size = ends["sample_wise", count]
    saved[count] = (
        size.sum(axis=1) / folded.at(mean, (square - mean**2) / count).sum(axis=1) if count > 1 else np.ones(runs)
    )
head = ("images a batch B", "sample-wise: writing an image [ns]", "accumulated: writing an image [ns]",
        "accumulated: digital memory [numbers]", "pulses, sample-wise ÷ accumulated")  # fmt: skip
lines = [
    (f"{count}", f"{write:.1f}", f"{rows * write / count if count > 1 else write:.1f}",
     f"{network.dimension if count > 1 else 0:,}", f"{saved[count].mean():.2f} ± {saved[count].std(ddof=1):.2f}")
    for count in counts
]  # fmt: skip
table = "".join(
    f'<tr><th scope="row">{line[0]}</th>' + "".join(f"<td>{cell}</td>" for cell in line[1:]) + "</tr>" for line in lines
)
display(
    HTML(
        f'<div class="scroll"><table><caption>Largest array of {rows} rows; mean ± standard deviation over {runs} runs.</caption>'
        "<thead><tr>"
        + "".join(f'<th scope="col">{cell}</th>' for cell in head)
        + f"</tr></thead><tbody>{table}</tbody></table></div>"
    )
)
claim(
    "fewer-pulses",
    statement="accumulated batches need fewer pulses an image",
    kind="upper",
    measured=np.full(runs, 2.0),
    bound=saved[64],
    description="B = 64: pulses an image of the sample-wise rule over those of the accumulated rule, at least two.",
)

# %% [markdown]
# So the choice is between time and memory on one side and the place where training stops on the other. On this network:

# %%
largest = counts[-1]
f"{largest} images are written in {largest * write:,.0f} ns one by one, in {rows * write:,.0f} ns accumulated; at the end: {at_largest}"
