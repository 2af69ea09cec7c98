# ---
# jupyter:
#   aimc: {place: 115, part: Deep networks}
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
# # All of MNIST, once
#
# The notebook `deep_networks` trains on the images of this repository. This page shows what the same trainings gave on all of
# MNIST. They are not repeated with every report: the numbers were recorded from the trainings' own files by
# `notebooks/data/record_full.py`, once, and are only drawn and judged here. `aimc report --scale full --only deep_networks`
# makes the trainings anew.

# %% tags=["parameters"]
target: float = 0.97  # [0.5, 0.999] accuracy up to which clocks are counted
level: float = 0.01  # [1e-06, 0.5] one minus the confidence of each interval in the table

# %%
import json
from pathlib import Path

import numpy as np
from IPython.display import Markdown, display
from scipy.stats import t as student

from reports.notebook import claim, figure, show
from simulation.training import first_reached

record = json.loads(Path("notebooks/data/full_mnist.json").read_text())
settings, runs = record["settings"], record["settings"]["runs"]
titles = {"vanilla": "vanilla", "synchronous__B___4": "synchronous, B = 4"}
titles |= {f"asynchronous__M___{m}": f"asynchronous, M = {m}" for m in (2, 4)}
trainings = {
    (kind, title): {
        name: np.array(values) for name, values in record["trainings"][f"{kind}_{key}"].items() if name != "experiment"
    }
    for kind in ("digital", "analog")
    for key, title in titles.items()
}


def layer_clocks(method, clocks):
    """Clocks of a network with one array a stage; two stages hold two arrays each."""
    return 2 * clocks if method.endswith("M = 2") else clocks


Markdown(
    f"A perceptron {settings['widths'].replace('-', '–')}, {settings['epochs']} epochs, micro-batches of {settings['batch']}, {runs} "
    f"runs, first step size {settings['step_size']:g}; with $B$ micro-batches an update $B^{{{settings['growth']:g}}}$ times that."
)


# %% [markdown]
# ## Accuracy over images and clocks
#
# Of the pipelines, those not named otherwise have four stages.

# %%
ends = {case: layer_clocks(case[1], one["clocks"])[-1] for case, one in trainings.items()}
picture, panels = figure(2, 2, width=9.2, height=6.0, sharey=True, sharex="col")
for row, kind in zip(panels, ("digital", "analog"), strict=True):
    for colour, title in enumerate(titles.values()):
        one = trainings[kind, title]
        images = one["update"] * settings["batch"] * (4 if "B = 4" in title else 1)
        mean, spread = 100 * one["accuracy"].mean(axis=1), 100 * one["accuracy"].std(axis=1, ddof=1)
        for axes, place in zip(row, (images / 1e3, layer_clocks(title, one["clocks"]) / 1e3), strict=True):
            axes.plot(place, mean, label=title, color=f"C{colour}")
            axes.fill_between(place, mean - spread, mean + spread, color=f"C{colour}", alpha=0.2, lw=0)
            axes.set(ylim=(88, 98.5))
    row[0].set_ylabel(f"{kind}: test accuracy [%]")
for axes, label in zip(panels[1], ("thousand images", "thousand clock cycles"), strict=True):
    axes.set_xlabel(label)
panels[0, 0].legend(fontsize=8)
show(
    picture,
    caption=f"Test accuracy on all of MNIST, mean and standard deviation of {runs} runs; digital above, analog (asymmetric linear "
    f"device, τ = {settings['tau']:g}) below. A clock of a stage with two arrays counts twice.",
    alt="Four panels, digital above and analog below, over images and over clock cycles, a curve with its band for each method. "
    f"The last records are at {'; '.join(f'{k} {t}: {clocks:,.0f} clocks' for (k, t), clocks in ends.items())}.",
)


# %% [markdown]
# ## Numbers


# %%
def interval(values):
    """Mean and half width of Student's interval."""
    half = student.ppf(1 - level / 2, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return f"{values.mean():.4g} ± {half:.2g}"


def needed(kind, title):
    """Clocks at which each run first has the target accuracy; NaN if never."""
    one = trainings[kind, title]
    return first_reached(one["accuracy"], layer_clocks(title, one["clocks"]), target)


rows = [f"| device | method | accuracy [%] | clocks to {100 * target:g} % over vanilla's |", "|---|---|---|---|"]
for kind, title in trainings:
    last = 100 * trainings[kind, title]["accuracy"][-1]
    ratio = needed(kind, title) / needed(kind, "vanilla")
    reached = interval(ratio) if np.isfinite(ratio).all() else "not every run gets there"
    rows.append(f"| {kind} | {title} | {interval(last)} | {reached} |")
display(Markdown("\n".join(rows)))

# %% [markdown]
# Intervals at the level of the parameter, for each number alone. The step size was tuned by trial, on no data of its own; the
# margin of one percentage point was set before. No claim is made here about the ratio of clocks: `deep_networks` makes it.

# %%
for kind, title in trainings:
    if "asynchronous" in title:
        claim(
            f"full-mnist-{kind}-{title[-1]}",
            statement=f"{title[-1]} asynchronous stages cost at most one percentage point on all of MNIST, {kind}",
            kind="equal",
            measured=100 * trainings[kind, title]["accuracy"][-1],
            bound=100 * trainings[kind, "vanilla"]["accuracy"][-1],
            margin=1.0,
            description="Test accuracy [%] at the last record, at equal samples and the same step size, against training without a "
            "pipeline, run by run. The margin is the claim.",
        )
