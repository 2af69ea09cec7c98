# ---
# jupyter:
#   aimc: {place: 160, part: Evidence}
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # How we decide
#
# `aimc check` goes red if a bound no longer holds, if a simulation no longer meets an exact prediction, or if a proof no
# longer passes. Averages over seeds are random, so a rule has to say when a difference is more than chance, and many rules
# at once err more often than one. Here the rule itself is on trial: how often its intervals miss, how often a complete gate
# of true claims raises an alarm, and how many planted faults it catches.

# %% tags=["parameters"]
seed: int = 1  # [0, 4294967295] root of all random numbers
trials: int = 4000  # [1000, 1000000] samples behind every rate of misses; full: 100000
size: str = "ci"  # {ci, full} how much the gate simulates; full: "full"

# %%
import html
import json
from collections import Counter
from pathlib import Path

import numpy as np
from matplotlib.colors import LogNorm
from scipy.stats import beta, t

from reports import gate
from reports.claims import LEVEL, decide_all
from reports.gate.matrix import ONE_UPDATE, cells
from reports.intervals import interval
from reports.notebook import claim, figure, progress, result, show
from simulation import DEVICES

chosen = gate.SIZES[size]
result("first_look", chosen.looks[0], meaning="seeds of a claim of the gate at its first look")
result("family_error", 100 * LEVEL, meaning="error that all sampled claims share [%]")
roots = iter(np.random.SeedSequence(seed).spawn(2))

# %% [markdown]
# ## 1. An interval for a few skewed values
#
# A claim about a mean holds if a whole interval about it lies on the right side, and is violated if the whole interval lies
# on the wrong one. Student's interval is exact for normal values. Time averages of squares are skewed, and then it misses on
# one side too often, the more so the surer it is meant to be. The project takes the hull of Student's interval and of Hall's,
# which undoes the first effect of skewness.

# %%
sizes, level = (8, 16, 32, 128), 0.01
shapes = {"normal": None, "gamma, skewness ½": 16.0, "gamma, skewness 1": 4.0, "gamma, skewness 2": 1.0}
rng = np.random.default_rng(next(roots))


def missed(shape, count):
    """Share of samples whose interval misses the mean, over the level: Student's alone, and ours."""
    samples = rng.normal(size=(trials, count)) if shape is None else rng.gamma(shape, size=(trials, count))
    mean = 0.0 if shape is None else shape
    reach = t.ppf(1 - level / 2, count - 1) * samples.std(axis=1, ddof=1) / np.sqrt(count)
    ends = np.array([interval(sample, level) for sample in samples])
    ours = (ends[:, 0] > mean) | (ends[:, 1] < mean)
    return (np.abs(samples.mean(axis=1) - mean) > reach).mean() / level, ours


report = progress(len(shapes) * len(sizes), "coverage")
rates = {}
for name, shape in shapes.items():
    for count in sizes:
        rates[name, count] = missed(shape, count)
        report(len(rates), len(shapes) * len(sizes))

picture, panels = figure(1, 2, width=8.4, height=3.6, sharey=True)
for axes, title, pick in (
    (panels[0], "Student's alone", lambda pair: pair[0]),
    (panels[1], "ours", lambda pair: pair[1].mean() / level),
):
    for marker, name in zip("osD^", shapes, strict=True):
        axes.plot(sizes, [pick(rates[name, count]) for count in sizes], marker + "-", label=name)
    axes.axhline(1, color="black", ls=":")
    axes.set(title=title, xlabel="independent seeds", xscale="log", xticks=sizes, xticklabels=sizes)
    axes.minorticks_off()
panels[0].set_ylabel("misses ÷ what the level allows")
panels[0].legend(fontsize=8)
show(
    picture,
    caption=f"How often an interval of {100 * (1 - level):g} % misses the mean, in units of what it may, over {trials:,} "
    "samples. Left: Student's alone; right: the interval used here. Above the dotted line it errs more often than it says.",
    alt="Two panels of curves over the number of seeds, one curve for each of four distributions, against a dotted line at one.",
    name="coverage",
)
for name, count in (("normal", 8), ("normal", 32), ("gamma, skewness ½", 32), ("gamma, skewness 1", 32)):
    label = name.replace("gamma, skewness ", "skewness-").replace("½", "half")
    claim(
        f"misses-{label}-{count}",
        statement=f"An interval of {100 * (1 - level):g} % misses the mean of {count} values at most as often as it says",
        kind="everywhere",
        measured=[rates[name, count][1].mean()],
        # Five standard deviations of a rate that is exactly the level: what so many samples may show of it.
        bound=level + 5 * np.sqrt(level * (1 - level) / trials),
        description=f"Share of {trials:,} {name} samples of {count} whose interval does not hold the mean; the bound leaves "
        "five standard deviations to chance.",
    )

# %% [markdown]
# The more skewed the values, the more of them it takes: the gate therefore starts with {{ first_look:.0f }} seeds, and every
# measurement says how many it took.
#
# ## 2. Many claims, several looks
#
# All sampled claims share one error of {{ family_error:g }} %, by Holm's method: the clearest claim must pass a share of one over their number,
# the next one over one less. A claim that is measured anew is looked at a few times while its samples grow, and each look has
# its part of the share, so that stopping at the first clear look costs no certainty.
#
# ## 3. Everything that the statements admit
#
# Every statement, on every device, through every schedule that its assumptions admit, measured now:

# %%
names = [made.name for made in gate.collection(chosen)]
report = progress(len(names), "claims of the gate")
share = LEVEL / len(names)
judged = gate.judged(names, size=size, seed=seed, share=share, progress=report)
decisions = {made.name: decision for made, decision in zip(judged, decide_all(judged), strict=True)}
verdicts, taken = Counter(d.verdict for d in decisions.values()), Counter(len(made.measured) for made in judged)
places = list(cells(chosen.steps))
filled = [cell for cell in places if cell.scene is not None]
result("gate_claims", len(names), meaning="claims of the gate")
result("gate_holds", verdicts["holds"], meaning=f"of the gate's {len(names)} claims hold, measured anew.", front=True)
result("gate_cells", len(filled), meaning="cells of the matrix statement × device × schedule that have a claim")
claim(
    "the-gate-holds",
    statement="Every claim of the gate holds",
    kind="identity",
    measured=[float(len(names) - verdicts["holds"])],
    bound=0.0,
    description=f"Claims of the gate at size {size} that are violated or undecided.",
)

# %%
rows = sorted(
    {(cell.statement, cell.schedule) for cell in filled if cell.schedule != ONE_UPDATE},
    key=lambda pair: (list(dict.fromkeys(cell.statement for cell in places)).index(pair[0]), pair[1]),
)
ones = list(dict.fromkeys(cell.statement for cell in filled if cell.schedule == ONE_UPDATE))
columns = list(DEVICES)


def ratio(statement, device, schedule):
    """Bound over measured of a cell; not a number where there is none."""
    name = next(c.name for c in places if (c.statement, c.device, c.schedule) == (statement, device, schedule))
    found = decisions.get(name)
    return np.nan if found is None or found.ratio is None or found.ratio <= 0 else found.ratio


def matrix(axes, values, labels):
    """Ratios as colours and numbers; 1 is as tight as can be."""
    shown = np.ma.masked_invalid(values)
    drawn = axes.imshow(shown, cmap="viridis_r", norm=LogNorm(1, 30), aspect="auto")
    axes.set_xticks(
        range(len(columns)), [name.replace("_", " ") for name in columns], rotation=50, ha="right", fontsize=7
    )
    axes.set_yticks(range(len(labels)), labels, fontsize=7)
    for (row, column), value in np.ndenumerate(values):
        if np.isfinite(value):
            dark = value > np.sqrt(30)
            text = f"{value:.2f}" if value < 10 else f"{value:.0f}"
            axes.text(column, row, text, ha="center", va="center", fontsize=6, color="white" if dark else "black")
    return drawn


runs = np.array([[ratio(statement, device, schedule) for device in columns] for statement, schedule in rows])
picture, axes = figure(width=8.4, height=0.19 * len(rows) + 1.4)
drawn = matrix(axes, runs, [f"{statement}, {schedule.replace('_', ' ')}" for statement, schedule in rows])
axes.grid(visible=False)
picture.colorbar(drawn, ax=axes, label="bound ÷ measured", fraction=0.03)
show(
    picture,
    caption="How tight the bounds are: right-hand over left-hand side of every statement about a run, for every device and every "
    "schedule that it admits. 1 is as tight as a bound can be. Nothing was chosen to make it so: one quadratic, one noise.",
    alt="A table of coloured cells, statements and schedules down, devices across; each cell holds the ratio of bound to measurement.",
    name="tightness",
    front=True,
)

# %%
updates = np.array([[ratio(statement, device, ONE_UPDATE) for device in columns] for statement in ones])
picture, axes = figure(width=8.4, height=0.22 * len(ones) + 1.4)
drawn = matrix(axes, np.where(np.isfinite(updates), np.maximum(updates, 1), np.nan), ones)
axes.grid(visible=False)
picture.colorbar(drawn, ax=axes, label="right ÷ left", fraction=0.03)
show(
    picture,
    caption="One update at all outcomes of two-point noise: right-hand over left-hand side at the weights where the two are nearest. "
    "Identities are 1 by definition; a cell without a number has sides that are 0 there.",
    alt="A table of coloured cells, statements about one update down, devices across; each cell holds the ratio of the two sides.",
    name="one-update",
)

# %% [markdown]
# Where there is no claim there is a reason:

# %%
from IPython.display import HTML, display

reasons = Counter((cell.statement, cell.reason) for cell in places if cell.scene is None)
grouped = {}
for (statement, reason), count in reasons.items():
    grouped.setdefault(reason, []).append((statement, count))
lines = "".join(
    f"<tr><td>{reason}</td><td>{', '.join(statement for statement, _ in found)}</td><td>{sum(n for _, n in found)}</td></tr>"
    for reason, found in sorted(grouped.items(), key=lambda pair: -sum(n for _, n in pair[1]))
)
display(
    HTML(f"<table><thead><tr><th>why</th><th>statements</th><th>cells</th></tr></thead><tbody>{lines}</tbody></table>")
)
seeds_taken = sum(count * number for count, number in taken.items())
result("gate_seeds", seeds_taken, meaning="values that all claims of the gate took together")
result("gate_first", 100 * sum(n for c, n in taken.items() if c <= chosen.looks[0]) / len(names),
       meaning="claims of the gate that their first look decided [%]")  # fmt: skip

# %% [markdown]
# {{ gate_first:.1f }} % of the {{ gate_claims:.0f }} claims were clear at their first look.
#
# ## 4. False alarms
#
# A gate that cries wolf is switched off. Complete gates with fresh seeds, every claim of which is true, were run and recorded
# (`python notebooks/data/record_gate.py`):

# %%
record = json.loads(Path("notebooks/data/gate.json").read_text(encoding="utf-8"))
alarms = np.array([run["violated"] > 0 for run in record["runs"]], dtype=float)
unclear = np.array([run["undecided"] > 0 for run in record["runs"]], dtype=float)
count, red = len(alarms), int(alarms.sum())
upper = float(beta.ppf(0.99, red + 1, count - red)) if red < count else 1.0
result("alarm_runs", count, meaning="complete runs of the gate with fresh seeds")
result("alarms", red, meaning=f"of {count} complete runs of the gate called a true claim violated.", front=True)
result("alarm_percent", 100 * red / count, meaning="share of runs with a false alarm [%]")
result("alarm_upper", 100 * upper, meaning="upper end of the one-sided 99 % interval of that share [%]")
result("unclear_runs", int(unclear.sum()), meaning="runs with a claim that stayed undecided")
result("alarm_claims", record["runs"][0]["claims"], meaning="sampled claims of each of those runs")
claim(
    "false-alarms",
    statement="At most 1 % of complete runs raise a false alarm",
    kind="everywhere",
    measured=[red / count],
    bound=LEVEL,
    description=f"Share of {count} runs with fresh seeds in which any claim was called violated.",
)

# %% [markdown]
# {{ alarms:.0f }} of {{ alarm_runs:.0f }} runs of {{ alarm_claims:.0f }} sampled claims called a true claim violated,
# {{ alarm_percent:.2g }} %; with 99 % confidence the share is below {{ alarm_upper:.2g }} %. In {{ unclear_runs:.0f }} runs a
# claim stayed undecided, which turns the gate red as well.
#
# ## 5. Planted faults
#
# A check that cannot fail is no check. `aimc check --faults` plants the faults of a catalogue one by one, in memory, and asks
# whether the claims that each of them should break turn red:

# %%
faults = record["faults"]


def by(fault):
    """The claims that turned red, by what they turned, and the first one's reason."""
    claims = ", ".join(f"{name} ({verdict})" for name, verdict in fault["red"].items())
    return f"{claims}<br><small>{html.escape(fault['reason'][:240])}</small>"


lines = "".join(
    f"<tr><td>{html.escape(fault['title'])}</td><td>{'caught' if fault['caught'] else 'missed'}</td><td>{by(fault)}</td></tr>"
    for fault in faults
)
display(HTML(f"<table><thead><tr><th>fault</th><th>verdict</th><th>by</th></tr></thead><tbody>{lines}</tbody></table>"))
result("faults", len(faults), meaning="planted faults")
caught = sum(fault["caught"] for fault in faults)
result("faults_caught", caught, meaning=f"of {len(faults)} planted faults turn the gate red.", front=True)
claim(
    "faults-caught",
    statement="Every fault of the catalogue is caught",
    kind="identity",
    measured=[float(sum(not fault["caught"] for fault in faults))],
    bound=0.0,
    description=f"Faults among {len(faults)} that turned none of the claims red that they should break.",
)

# %% [markdown]
# {{ faults_caught:.0f }} of {{ faults:.0f }} were caught.
