# ---
# jupyter:
#   aimc: {place: 50, part: Pipelines}
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Schedules: who does what when
#
# Copying the weights of an analog array is expensive, so several samples are trained on at once by a pipeline: each stage
# holds its own part of the weights and works on another sample. A schedule is a timetable. Everything that matters about it
# is read off the timetable: how long it takes, how busy the stages are, how old the weights are that a sample's forward pass
# meets, and how many activations a stage must keep. Theory has closed forms for the same numbers, written down without the
# timetable; here the two are compared exactly, as integers and fractions.

# %% tags=["parameters"]
stages: int = 4  # [2, 12] stages of the pipeline, M
microbatches: int = 4  # [1, 12] micro-batches of a synchronous batch, B
batches: int = 2  # [1, 6] batches drawn and counted

# %%
from fractions import Fraction

import numpy as np
from IPython.display import Markdown, display

from reports.gantt import gantt, planned
from reports.notebook import claim, figure, show
from simulation.schedules import SCHEDULES, timed
from theory.predictions import SCHEDULES as FORMS

samples = microbatches * batches


def scheduled(name):
    """The schedule with this notebook's numbers of stages and micro-batches."""
    kind = SCHEDULES[name]
    return kind(stages=stages, microbatches=microbatches) if kind.batched else kind(stages=stages)


names = [name for name in SCHEDULES if name in FORMS]
tables = {name: scheduled(name).timetable(samples) for name in names}

# %% [markdown]
# ## The timetables
#
# A row is a stage, a bar one unit of work: the forward pass (plain) or the backward pass (hatched) of the sample whose number
# it carries. A vertical tick marks where the stage changes its weights. A clock is the time of one forward and one backward
# unit.

# %%
longest = float(max(table.clocks for table in tables.values()))
picture, panels = figure(len(names), 1, width=8.4, height=0.5 + (0.55 + 0.24 * stages) * len(names))
for axes, name in zip(panels, names, strict=True):
    gantt(axes, planned(tables[name]))
    axes.set(title=f"{name}: density {tables[name].density}", xlim=(0, longest))
    axes.label_outer()
show(
    picture,
    name="timetables",
    caption=f"Timetables of {samples} samples through {stages} stages; synchronous batches have {microbatches} micro-batches. "
    "Plain bars are forward units, hatched ones backward units, vertical ticks updates.",
    alt="One Gantt chart for each schedule. The vanilla pipeline is a staircase with one unit at a time and takes longest. "
    "Synchronous pipelines fill, drain and start again. Asynchronous pipelines fill once and then never idle.",
)

# %% [markdown]
# ## Exactly as theory says

# %%
rows = [
    "| schedule | clocks | density | in the limit | delays of stages 1…M | activations |",
    "|---|---|---|---|---|---|",
]
for name, table in tables.items():
    forms = FORMS[name]
    given = {"microbatches": microbatches} if forms.batched else {}
    counts = forms.count(stages=stages, samples=samples, **given)
    equal = {
        "clocks": table.clocks == counts.clocks,
        "density": table.density == counts.density,
        "delays": table.delays == counts.delays,
        "activations": table.activations == counts.in_flight,
    }
    cells = (table.clocks, table.density, counts.steady_density, table.delays, table.activations)
    rows.append(f"| {name} | " + " | ".join(str(cell) for cell in cells) + " |")
    claim(
        f"schedule-{name}",
        statement=f"E5, {forms.title}",
        kind="certificate",
        measured=[float(value) for value in equal.values()],
        bound=1.0,
        description=f"{', '.join(equal)} read off the timetable of {samples} samples and {stages} stages equal the closed "
        "forms exactly.",
    )
display(Markdown("\n".join(rows)))

# %% [markdown]
# ## Density over the length of the run
#
# The asynchronous pipeline pays for filling once, the synchronous one for every batch, the vanilla one never fills.

# %%
lengths = [microbatches * count for count in (1, 2, 4, 8, 16, 32, 64)]
picture, axes = figure()
for name in names:
    axes.semilogx(lengths, [float(scheduled(name).timetable(k).density) for k in lengths], marker="o", label=name)
axes.set(xlabel="samples K", ylabel="density", ylim=(0, 1.05))
axes.legend()
show(
    picture,
    name="density",
    caption=f"Share of all stages' time that is used, over the number of samples, {stages} stages.",
    alt="Density over samples for each schedule. The asynchronous schedules rise towards one, the synchronous ones are flat "
    "at B over B plus M minus one, the vanilla one is flat at one over M.",
)

# %% [markdown]
# ## A slow stage
#
# One stage that takes three times as long sets the pace of all. The order of work, and with it every delay, stays.

# %%
slow = [Fraction(1, 2)] * stages
slow[stages // 2] = Fraction(3, 2)
picture, panels = figure(2, 1, width=8.4, height=1.4 + 0.5 * stages)
table = tables["asynchronous_1f1b"]
for axes, durations, title in zip(panels, (None, slow), ("equal stages", "one slow stage"), strict=True):
    timing = timed(table, forward=durations, backward=durations)
    gantt(axes, timing)
    axes.set(title=f"{title}: {float(timing.clocks):g} clocks, density {float(timing.density):.3f}")
show(
    picture,
    name="uneven",
    caption="The asynchronous pipeline with equal stages, and with one that takes three times as long.",
    alt="Two Gantt charts. With one slow stage all other stages wait for it between their units.",
)
before, after = timed(table), timed(table, forward=slow, backward=slow)
claim(
    "slow-stage-sets-the-pace",
    statement="a slow stage changes the clocks, never the delays",
    kind="certificate",
    measured=[float(after.timetable.delays == before.timetable.delays), float(after.clocks >= 3 * samples)],
    bound=1.0,
    description=f"{float(before.clocks):g} clocks become {float(after.clocks):g}, at least three for each of the {samples} "
    f"samples; the delays remain {tuple(int(d) for d in np.array(table.delays))}.",
)
