# ---
# jupyter:
#   aimc: {place: 115, part: Deep networks}
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Networks on whole data sets, once
#
# The notebook `deep_networks` trains on the images of this repository. This page shows what such trainings gave on a whole data set.
# They are not repeated with every report: their record was made once and is only drawn and judged here;
# `python notebooks/data/record.py NAME` makes it anew.

# %% tags=["parameters"]
target: float = 0.97  # [0.5, 0.999] accuracy up to which clocks are counted on MNIST
level: float = 0.01  # [1e-06, 0.5] one minus the confidence of each interval in the tables

# %%
import json
from pathlib import Path

import numpy as np
from IPython.display import Markdown, display
from scipy.stats import t as student

from reports.notebook import claim, figure, result, show
from simulation.networks import NETWORKS
from simulation.training import first_reached

RECORDS = {
    name: json.loads(Path(f"notebooks/data/{name}.json").read_text()) for name in ("full_mnist", "lenet", "cifar")
}


def trainings(name):
    """(kind, method) → curves of a record: update and layer clocks (records,), accuracy [%] (records, runs)."""
    found = {}
    for case, curves in RECORDS[name]["trainings"].items():
        kind, method = case.split(", ", 1)
        stages = RECORDS[name]["settings"]["methods"][method][1]["stages"]
        most = max(cut["stages"] for _, cut in RECORDS[name]["settings"]["methods"].values())
        found[kind, method] = {
            "update": np.array(curves["update"]),
            "clocks": np.array(curves["clocks"]) * most / stages,  # a stage twice as long takes twice as long
            "accuracy": 100 * np.array(curves["accuracy"]),
        }
    return found


def told(name):
    """What a record's trainings were, in words."""
    record, s = RECORDS[name], RECORDS[name]["settings"]
    fields = {key: tuple(value) if isinstance(value, list) else value for key, value in s["fields"].items()}
    size = NETWORKS[s["network"]](**fields).dimension
    shape = " " + "–".join(map(str, fields["widths"])) if "widths" in fields else ""
    more = f", {s['copies']} copies of each moved and mirrored" if s["copies"] > 1 else ""
    power = f"; with $B$ micro-batches an update $B^{{{s['growth']:g}}}$ times that" if "synchronous" in str(s) else ""
    return (
        f"`{s['network']}`{shape} ({size:,} weights) on {record['images']['train']:,} images of `{s['data']}`{more}; as many images "
        f"as {s['epochs']} epochs have, micro-batches of {s['batch']}, first step size {s['step_size']:g}{power}; tested on "
        f"{record['images']['test']:,} images. Independent runs: {s['runs']}. Digest of the code: {record['code'] or 'not recorded'}."
    )


def interval(values):
    """Mean and half width of Student's interval; of a single run the value."""
    if len(values) < 2:
        return f"{values[0]:.4g} (one run)"
    half = student.ppf(1 - level / 2, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return f"{values.mean():.4g} ± {half:.2g}"


def draw(name, low):
    """Accuracy over images and clocks, a row for each kind of device."""
    found, settings = trainings(name), RECORDS[name]["settings"]
    runs = settings["runs"]
    kinds = list(dict.fromkeys(kind for kind, _ in found))
    picture, panels = figure(len(kinds), 2, width=9.2, height=3 * len(kinds), sharey=True, sharex="col", squeeze=False)
    for row, kind in zip(panels, kinds, strict=True):
        for colour, (method, (_, cut)) in enumerate(settings["methods"].items()):
            if (kind, method) not in found:
                continue
            one = found[kind, method]
            images = one["update"] * settings["batch"] * cut.get("microbatches", 1)
            mean, spread = one["accuracy"].mean(axis=1), one["accuracy"].std(axis=1, ddof=min(1, runs - 1))
            for axes, place in zip(row, (images / 1e3, one["clocks"] / 1e3), strict=True):
                axes.plot(place, mean, label=method, color=f"C{colour}")
                axes.fill_between(place, mean - spread, mean + spread, color=f"C{colour}", alpha=0.2, lw=0)
        row[0].set(ylabel=f"{kind}: test accuracy [%]")
    highest = max(one["accuracy"].max() for one in found.values())
    panels[0, 0].set_ylim(low, highest + (highest - low) / 20)
    for axes, label in zip(panels[-1], ("thousand images", "thousand clock cycles"), strict=True):
        axes.set_xlabel(label)
    panels[0, 0].legend(fontsize=8)
    analog = settings["devices"].get("analog", [""])[0].replace("_", " ")
    ends = "; ".join(f"{', '.join(case)} {one['accuracy'][-1].mean():.2f} %" for case, one in found.items())
    show(
        picture,
        name=f"accuracy-{name}".replace("_", "-"),
        caption=f"Test accuracy, {f'mean and standard deviation of {runs} runs' if runs > 1 else 'one run of each'}. "
        f"{f'The analog device is {analog}. ' if analog else ''}A clock of a stage with two arrays counts twice.",
        alt=f"A curve with its band for each method, over images and over clock cycles. Last mean accuracy: {ends}.",
    )


# %% [markdown]
# ## All of MNIST

# %%
display(Markdown(told("full_mnist")))
draw("full_mnist", 88)


# %%
def needed(kind, method):
    """Clocks at which each run first has the target accuracy; NaN if never."""
    one = trainings("full_mnist")[kind, method]
    return first_reached(one["accuracy"], one["clocks"], 100 * target)


final = {case: one["accuracy"][-1] for case, one in trainings("full_mnist").items()}
rows = [f"| device | method | accuracy [%] | clocks to {100 * target:g} % over vanilla's |", "|---|---|---|---|"]
for (kind, method), last in final.items():
    ratio = needed(kind, method) / needed(kind, "vanilla")
    reached = interval(ratio) if np.isfinite(ratio).all() else "not every run gets there"
    rows.append(f"| {kind} | {method} | {interval(last)} | {reached} |")
display(Markdown("\n".join(rows)))

# %% [markdown]
# Intervals at the level of the parameter, for each number alone. The step size of these trainings was tuned by trial, on no data of
# its own; margin and bound of the claims were set before. No claim is made here about the ratio of clocks: `deep_networks` makes it.

# %%
for (kind, method), last in final.items():
    if "asynchronous" in method:
        claim(
            f"full-mnist-{kind}-{method[-1]}",
            statement=f"{method[-1]} asynchronous stages cost at most one percentage point on all of MNIST, {kind}",
            kind="equal",
            measured=last,
            bound=final[kind, "vanilla"],
            margin=1.0,
            description="Test accuracy [%] at the last record, at equal samples and the same step size, against training without a "
            "pipeline, run by run. The margin is the claim.",
        )
claim(
    "full-mnist-digital-error",
    statement="a digital perceptron leaves at most 2.5 % of MNIST's test images misclassified",
    kind="upper",
    measured=100 - final["digital", "vanilla"],
    bound=2.5,
    description="Test error [%] at the last record, without a pipeline.",
)

# %% [markdown]
# ## A convolutional network
#
# Digital and without a pipeline: what the network itself can do.

# %%
display(Markdown(told("lenet")))
draw("lenet", 90)
convolutional = trainings("lenet")["digital", "vanilla"]["accuracy"][-1]
claim(
    "lenet-digital-error",
    statement="a digital convolutional network leaves at most 1.5 % of MNIST's test images misclassified",
    kind="upper",
    measured=100 - convolutional,
    bound=1.5,
    description="Test error [%] at the last record, without a pipeline.",
)

# %% [markdown]
# ## A residual network on colour images
#
# A class-balanced fifth of CIFAR-10, by way of a JPEG copy, whose pixels differ slightly from the originals: enough to put the methods
# in order, not to quote accuracies. One run of each, so nothing is claimed.

# %%
display(Markdown(told("cifar")))
draw("cifar", 20)
coloured = {case: one["accuracy"][-1].mean() for case, one in trainings("cifar").items()}
display(
    Markdown(
        "\n".join(
            ["| device | method | accuracy [%] | clocks over vanilla's |", "|---|---|---|---|"]
            + [
                f"| {kind} | {method} | {value:.1f} | "
                f"{trainings('cifar')[kind, method]['clocks'][-1] / trainings('cifar')[kind, 'vanilla']['clocks'][-1]:.3f} |"
                for (kind, method), value in coloured.items()
            ]
        )
    )
)
result(
    "cifar_digital",
    coloured["digital", "vanilla"],
    meaning="accuracy of the digital residual network without a pipeline [%]",
)
result(
    "cifar_analog",
    coloured["analog", "vanilla"],
    meaning="accuracy of the analog residual network without a pipeline [%]",
)
result("cifar_pipelined", coloured["digital", "asynchronous, M = 4"] - coloured["digital", "vanilla"],
       meaning="what four asynchronous stages change, digital [percentage points]")  # fmt: skip
result("cifar_pipelined_analog", coloured["analog", "asynchronous, M = 4"] - coloured["analog", "vanilla"],
       meaning="what four asynchronous stages change, analog [percentage points]")  # fmt: skip
result("cifar_clocks", trainings("cifar")["digital", "asynchronous, M = 4"]["clocks"][-1] / trainings("cifar")["digital", "vanilla"]["clocks"][-1],
       meaning="clocks of four asynchronous stages over those without a pipeline")  # fmt: skip

# %% [markdown]
# Digital {{ cifar_digital:.1f }} %, analog {{ cifar_analog:.1f }} %; four asynchronous stages change that by
# {{ cifar_pipelined:.1f }} and {{ cifar_pipelined_analog:.1f }} points, for {{ cifar_clocks:.3f }} of the clocks.
