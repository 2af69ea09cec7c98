# ---
# jupyter:
#   aimc: {place: 110, part: Deep networks}
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Deep networks on real images, through every pipeline
#
# The question of the source paper: a network lies in stages on analog arrays, whose weights cannot be copied. How should images
# be sent through? One at a time (*vanilla*), in batches that fill and drain the pipeline (*synchronous*), or one after the other
# without ever waiting, so that forward passes meet weights older than those that backward passes meet (*asynchronous*)? Here a
# perceptron is trained in each way, on digital and on analog hardware, with the same images in the same order and from the same
# weights. Nothing about a deep network is proved here; what is drawn is measured, and where constants are needed they are
# *estimated* and say so. Step size, growth, target accuracy and number of runs were chosen after earlier runs of this page had
# been seen, on the same seeds; the margins of one point and of a third of the clocks were set before.

# %% tags=["parameters"]
seed: int = 1  # [0, 4294967295] root of all random numbers
runs: int = 16  # [8, 1024] independent runs behind every average; full: 20
widths: str = "784-40-32-24-10"  # numbers of units, from input to output; full: "784-256-128-64-10"
batch: int = 20  # [1, 1000] images of a micro-batch; full: 32
epochs: int = 2  # [1, 1000] times that every image is seen; full: 3
step_size: float = 0.04  # [0.0001, 10.0] first step size of an update by one micro-batch; full: 0.2
growth: float = 1.0  # [0.0, 1.0] the step size of an update by B micro-batches is B^growth times that; full: 0.5
tau: float = 0.8  # [0.1, 100.0] dynamic-range radius of the analog device
asynchronous: str = "2-4"  # stages M of asynchronous pipelines; the others have the last of these
synchronous: str = "4-16"  # micro-batches B of synchronous pipelines
target: float = 0.81  # [0.0, 1.0] accuracy up to which clocks are counted; full: 0.97
records: int = 12  # [2, 1000] times that accuracy and loss are measured during a training; full: 16
goal: float = 0.86  # [0.0, 1.0] accuracy that the digital network must reach; full: 0.975
bound_step: float = 0.005  # [1e-06, 1.0] constant step size of section 5; full: 0.002
mnist_dir: str = ""  # folder with the four MNIST files; empty: AIMC_MNIST_DIR, AIMC_DATA or this repository's
resume: str = "no"  # {no, yes} whether trainings are kept in build/checkpoints and go on from there; full: "yes"

# %%
from pathlib import Path

import numpy as np

from reports.figures import INK
from reports.notebook import claim, figure, progress, show, statement
from simulation import DATASETS, DEVICES, SCHEDULES
from simulation.networks import NETWORKS
from simulation.step_sizes import DECAYS
from simulation.training import estimate, first_reached, train, train_clocked
from theory.complexity_hardware import LATENCIES, PASS, Latency, time_at
from theory.predictions import SCHEDULES as FORMS

data = DATASETS["mnist"](folder=mnist_dir).load()
network = NETWORKS["perceptron"](widths=[int(width) for width in widths.split("-")], activation="tanh")
devices = {"digital": DEVICES["ideal"](), "analog": DEVICES["asymmetric_linear"](tau=tau)}
depths, batches = ([int(number) for number in text.split("-")] for text in (asynchronous, synchronous))
stages = depths[-1]
schedules = {
    "vanilla": SCHEDULES["vanilla"](stages=stages),
    **{f"synchronous, B = {count}": SCHEDULES["synchronous"](stages=stages, microbatches=count) for count in batches},
    **{f"asynchronous, M = {depth}": SCHEDULES["asynchronous_1f1b"](stages=depth) for depth in depths},
}
f"{len(data.train):,} images to train on, {len(data.test):,} to test, {network.dimension:,} weights in {len(network.arrays)} arrays"

# %% [markdown]
# ## 1. What a pipeline may change, and what it may not
#
# Without staleness it does not matter who computes what: the vanilla pipeline, and a synchronous one with one micro-batch, must
# give the weights of a plain loop, to the last bit. And a machine that holds one copy of each weight and works through its
# timetable event by event must give those of the recursion that is used from here on.

# %%
few = {"step_size": step_size, "batch": batch, "runs": 2, "seed": seed}


def flat(split):
    """Images as vectors, and their labels."""
    return split.images.reshape(len(split), -1), split.labels


def apart(first, second):
    """Largest difference of any weight."""
    return max(float(np.abs(a - b).max()) for a, b in zip(first.weights, second.weights, strict=True))


for kind, device in devices.items():
    plain = train(network, flat(data.train), device, updates=16, probe=0, **few)
    alone = SCHEDULES["synchronous"](stages=stages)
    no_delay = [
        train(network, flat(data.train), device, s, updates=16, probe=0, **few) for s in (schedules["vanilla"], alone)
    ]
    claim(
        f"no-delay-no-difference-{kind}",
        statement="without delays a pipeline trains like a loop",
        kind="certificate",
        measured=[apart(plain, piped) for piped in no_delay],
        bound=0.0,
        description=f"Largest difference of any weight after 16 updates, {kind}: {stages} stages, vanilla and synchronous with "
        "one micro-batch, against no pipeline.",
    )
    fast = schedules[f"asynchronous, M = {stages}"]
    recursion = train(network, flat(data.train), device, fast, updates=16, probe=0, **few)
    machine = train_clocked(network, flat(data.train), device, fast, updates=16, **few)
    claim(
        f"machine-and-recursion-{kind}",
        statement="E6: the machine and the recursion end with the same weights",
        kind="certificate",
        measured=[apart(machine, recursion)],
        bound=0.0,
        description=f"Largest difference of any weight after 16 asynchronous updates through {stages} stages, {kind}.",
    )

# %% [markdown]
# ## 2. Training
#
# Everybody sees the same images in the same order, starts at the same weights and has the same step size, falling to zero like
# a cosine; but an update by the mean of $B$ micro-batches has a longer one, by a power of $B$ (the parameter `growth`).
# Accuracy and loss are those of the test images. All methods do the same work for an image; they differ in when.


# %%
def kept(name):
    """File of a training's checkpoint, or None. A file of another experiment is refused, not overwritten."""
    if resume == "no":
        return None
    folder = Path("build/checkpoints/deep_networks")
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{''.join(letter if letter.isalnum() else '_' for letter in name)}.npz"


def trained(kind, method):
    """All runs of one method on one kind of device."""
    schedule = schedules[method]
    updates = epochs * len(data.train) // (batch * schedule.microbatches)
    return train(
        network,
        flat(data.train),
        devices[kind],
        schedule,
        step_size=step_size * schedule.microbatches**growth,
        updates=updates,
        batch=batch,
        runs=runs,
        seed=seed,
        decay=DECAYS["cosine"](updates=updates),
        evaluation=flat(data.test),
        record_every=max(1, updates // records),
        probe=0,
        checkpoint=kept(f"{kind} {method}"),
        checkpoint_every=max(1, updates // records),
        progress=progress(updates, f"{kind}, {method}"),
    )


results = {(kind, method): trained(kind, method) for kind in devices for method in schedules}


def seen(kind, method, name):
    """A record (records, runs)."""
    return results[kind, method].records[name][:, 0]


# %% [markdown]
# ## 3. Samples, clocks, time
#
# A *clock* is the time of a forward and a backward pass of a micro-batch through one stage. *Time* is projected from published
# latencies by E5: an image takes 40 ns a layer and direction, images of a micro-batch follow one another, an update keeps its stage
# busy for 165.9 ns (arXiv:2406.12774, arXiv:2502.06309). Summing gradients digitally is not counted, which favours large batches.

# %%
latency = Latency(
    forward_time=batch * PASS, backward_time=batch * PASS, update_time=LATENCIES["analog_sgd"].update_time
)


def microbatches(method):
    """Micro-batches seen at each record."""
    return results["analog", method].records["update"] * schedules[method].microbatches


def layers(method):
    """Arrays a stage."""
    return len(network.arrays) / schedules[method].stages


def closed_form(method, what):
    """A closed form of theory, applied to its schedule with whole numbers of samples."""
    forms = FORMS[type(schedules[method]).__module__.rpartition(".")[2]]
    given = {"stages": schedules[method].stages}
    given |= {"microbatches": schedules[method].microbatches} if forms.batched else {}
    return np.array([what(forms, {**given, "samples": int(count)}) if count else 0.0 for count in microbatches(method)])


def projected(method):
    """Milliseconds at each record; every array of the network is on a layer of its own."""
    return closed_form(method, lambda f, given: time_at(f, "digital", latency, layers=layers(method), **given)) / 1e6


differences = {
    m: results["analog", m].records["clocks"] - closed_form(m, lambda f, g: float(f.count(**g).clocks))
    for m in schedules
}
claim(
    "clocks-in-closed-form",
    statement="E5: clocks of whole trainings",
    kind="certificate",
    measured=np.concatenate(list(differences.values())),
    bound=0.0,
    description=f"Clocks at every record of the trainings of {', '.join(schedules)} minus the closed forms.",
)

# %%
abscissae = {
    "images": lambda method: microbatches(method) * batch,
    "clock cycles": lambda method: results["analog", method].records["clocks"] * layers(method),
    "projected time [ms]": projected,
}


def curves(name, scale, **limits):
    """One row for each kind of device, one column for each abscissa."""
    picture, panels = figure(2, 3, width=9.6, height=6.0, sharey=True, sharex="col")
    full = f"asynchronous, M = {stages}"
    fewest = closed_form(full, lambda f, g: float(f.count(**g).clocks)) * layers(full)
    for row, kind in zip(panels, devices, strict=True):
        for axes, (label, place) in zip(row, abscissae.items(), strict=True):
            for colour, method in enumerate(schedules):
                values = scale * seen(kind, method, name)
                mean, spread = values.mean(axis=1), values.std(axis=1, ddof=1)
                axes.plot(place(method), mean, label=method)
                axes.fill_between(place(method), mean - spread, mean + spread, alpha=0.2, color=f"C{colour}", lw=0)
            if label == "clock cycles":
                fresh = scale * seen(kind, "vanilla", name).mean(axis=1)
                axes.plot(fewest, fresh, ":", color=INK, label=f"{stages} stages never idle, fresh weights")
            axes.set(xlabel=label if kind == "analog" else "", **limits)
        row[0].set_ylabel(f"{kind}: test {name}{' [%]' if scale == 100 else ''}")
    panels[0, 1].legend(fontsize=7)
    return picture


final = {case: 100 * result.records["accuracy"][-1, 0] for case, result in results.items()}
least, most = min(v.mean() for v in final.values()), max(v.mean() for v in final.values())
ends = "; ".join(f"{kind} {method} {values.mean():.1f} %" for (kind, method), values in final.items())
show(
    curves("accuracy", 100, ylim=(max(0, 2 * least - most - 25), None)),
    caption=f"Test accuracy over images, clock cycles and projected time: mean (lines) and standard deviation (bands) of {runs} "
    f"runs, {stages} stages unless said otherwise. A clock of a stage counts once for each of its arrays. Dotted: the bound by the "
    f"timetable, fresh weights at the fewest clocks that {stages} stages allow (E5); only staleness that helps could beat it.",
    alt="Two rows, digital and analog, of three panels: test accuracy over images, over clock cycles and over projected time, a "
    f"curve with its band for each method. At the end, mean accuracy: {ends}.",
    name="accuracy",
    front=True,
)
show(
    curves("loss", 1, yscale="log"),
    name="loss",
    caption="Test loss of the same trainings.",
    alt="The same six panels for the loss, on logarithmic axes.",
)

# %% [markdown]
# ## 4. What staleness costs, and what it buys
#
# At one step size, the same for all: what staleness costs depends on it (the notebook `staleness`).

# %%
for kind in devices:
    for depth in depths:
        claim(
            f"accuracy-{kind}-M{depth}",
            statement=f"{depth} asynchronous stages cost at most one percentage point, {kind}",
            kind="equal",
            measured=final[kind, f"asynchronous, M = {depth}"],
            bound=final[kind, "vanilla"],
            margin=1.0,
            description=f"Test accuracy [%] after {epochs} epochs at equal samples and the same step size, against training without a "
            "pipeline, run by run from the same weights with the same order of images. The margin is the claim.",
        )
claim(
    "digital-accuracy",
    statement=f"digital training leaves at most {100 * (1 - goal):.3g} % of the test images misclassified",
    kind="upper",
    measured=100 - final["digital", "vanilla"],
    bound=100 * (1 - goal),
    description=f"Test error [%] after {epochs} epochs without a pipeline.",
)


# %%
def needed(kind, method):
    """Clocks at which each run first has the target accuracy; NaN if never."""
    return first_reached(seen(kind, method, "accuracy"), abscissae["clock cycles"](method), target)


rows = {kind: {method: needed(kind, method) for method in schedules} for kind in devices}
picture, axes = figure(height=3.8)
for offset, (kind, hatch) in zip((-0.2, 0.2), (("digital", ""), ("analog", "///")), strict=True):
    means = np.array([values.mean() for values in rows[kind].values()])
    errors = np.array([values.std(ddof=1) for values in rows[kind].values()])
    place = np.arange(len(schedules)) + offset
    axes.bar(place, means / 1e3, 0.38, yerr=errors / 1e3, hatch=hatch, label=kind, alpha=0.75)
axes.set(ylabel="thousand clock cycles", xticks=range(len(schedules)))
axes.set_xticklabels([method.replace(", ", "\n") for method in schedules])
axes.legend()
show(
    picture,
    name="clocks",
    caption=f"Clock cycles until the test accuracy is {100 * target:g} %: mean and standard deviation over {runs} runs. A method "
    "without a bar has runs that did not get there.",
    alt="Pairs of bars, digital and analog, for each method. Thousand clock cycles: "
    + "; ".join(f"{kind} {method} {v.mean() / 1e3:.2f}" for kind in devices for method, v in rows[kind].items())
    + ".",
)
for kind in devices:
    claim(
        f"clocks-{kind}",
        statement=f"{stages} asynchronous stages need at most a third of vanilla's clocks, {kind}",
        kind="upper",
        measured=rows[kind][f"asynchronous, M = {stages}"] / rows[kind]["vanilla"],
        bound=1 / 3,
        description=f"Ratio of the clock cycles until the test accuracy is {100 * target:g} %, run by run.",
    )

# %% [markdown]
# ## 5. Bounds with estimated constants
#
# T3 and T8 ask for constants that nobody knows of a deep network. They can be *estimated* along the trajectory: $L$ and
# $L_\Phi$ by power iteration on the Hessian and on the derivative in the forward weights, at the weights that the training
# passes, and $\sigma^2$ by sampling. A maximum over a few points is no supremum, so the curves below are no bounds, and nothing is
# claimed of them; they show where the bounds would lie. Step size constant, and small enough for T8's conditions at these values.

# %%
t3, t8 = statement("T3:asymmetric_linear"), statement("T8:asymmetric_linear")

# %%
points = (1, 150, 300)
late = schedules[f"asynchronous, M = {stages}"]
shared = {"batch": batch, "runs": 5, "seed": seed, "step_size": bound_step, "record_every": 10}


def trajectory(schedule, updates, **more):
    """Analog training with a constant step size."""
    return train(network, flat(data.train), devices["analog"], schedule, updates=updates, **shared, **more)


def estimated():
    """Largest L, L_Φ and noise of each array over runs and over points of the asynchronous trajectory."""
    weights = [trajectory(late, updates, probe=0).weights for updates in points]
    found = [estimate(network, flat(data.train), w, batch=batch, samples=128, iterations=8, seed=seed) for w in weights]
    names = ("smoothness", "staleness_lipschitz", "layer_noise")
    return [np.max([getattr(one, name).max(axis=(-2, -1)) for one in found], axis=0) for name in names]


smoothness, lipschitz, noise = estimated()
f"estimated: L = {smoothness:.3g}, L_Φ = {lipschitz:.3g}, σ² = {noise.sum():.3g}"


# %%
def bounds(schedule, measures, gap):
    """The bound at each record but the first, on the plain average, with uniform constants; NaN where there is none."""
    peak = float(measures["peak_saturation"].max())
    known = {"initial_gap": gap, "smoothness": float(smoothness), "step_size": bound_step}
    known |= {"steps": measures["update"][1:, None]}
    known |= {"gain_variance": (1 + peak) ** 2 * noise.sum(), "drift_variance": peak**2 * noise.sum()}
    if schedule is not late:
        return t3.bound(**known)[:, 0] / (1 - peak**2)
    delays = [
        max(d for d, part in zip(schedule.steady_delays(), network.cut(stages), strict=True) if n in part)
        for n in network.arrays
    ]
    known |= {"staleness_lipschitz": float(lipschitz), "max_delay": max(delays), "saturation_bound": peak}
    u = np.geomspace(1e-2, 30, 46)  # T8's multiplier: those for which its conditions hold
    longest = 1 / (2 * lipschitz * max(delays) * (1 + peak) * np.sqrt(1 + 1 / u))
    u = u[((1 + u) * peak**2 < 1) & (bound_step < longest) & (2 * smoothness * bound_step < 1)]
    if not u.size:
        return np.full(len(known["steps"]), np.nan)
    right = t8.bound(young=u, delayed_variance=(1 + peak) ** 2 * float(delays @ noise), **known)
    return np.min(right / (1 - (1 + u) * peak**2), axis=1)


sample = tuple(array[:2000] for array in flat(data.train))
picture, axes = figure(height=4.0)
for colour, (schedule, name) in enumerate(((schedules["vanilla"], "T3, vanilla"), (late, f"T8, M = {stages}"))):
    measures = trajectory(schedule, points[-1], probe=1000, evaluation=sample).records
    gap = float(measures["loss"][0].max())  # losses are never negative, so the gap is at most the loss at the start
    squares = measures["gradient_norm"][:-1, 0] ** 2
    average = np.cumsum(squares, axis=0) / np.arange(1, len(squares) + 1)[:, None]
    mean, spread = average.mean(axis=1), average.std(axis=1, ddof=1)
    steps = measures["update"][1:]
    axes.loglog(steps, mean, color=f"C{colour}", label=f"measured, {name.split(', ')[1]}")
    axes.fill_between(steps, mean - spread, mean + spread, color=f"C{colour}", alpha=0.2, lw=0)
    axes.loglog(steps, bounds(schedule, measures, gap), ":", color=f"C{colour}", label=f"{name}, constants estimated")
axes.set(xlabel="updates K", ylabel="average squared gradient norm")
axes.legend()
show(
    picture,
    name="bounds",
    caption="Average squared gradient norm (of the loss on 1,000 training images) up to update $K$, step size "
    f"{bound_step:g}, analog: mean and standard deviation of runs, and T3 and T8 with estimated constants (dotted).",
    alt="Log-log plot over the updates: two solid lines with bands, the measured averages without delay and with, and two dotted "
    "lines, T3 and T8.",
)
