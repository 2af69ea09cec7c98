# ---
# jupyter:
#   aimc: {place: 170, part: Cost}
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # What training costs: time, energy, copies
#
# Clock cycles are not nanoseconds. An update takes time too, and on an analog array it takes longer than a forward and a
# backward pass. Published latencies (arXiv:2406.12774, arXiv:2502.06309) turn the timetables of E5 into projected wall time;
# energies are not published with them, so they are parameters here, and what is shown is how the answer depends on them. The last
# part looks at the alternative to pipelines, data parallelism, which has to copy analog weights: that takes time, and errs.

# %% tags=["parameters"]
seed: int = 1  # [0, 4294967295] root of all random numbers
runs: int = 32  # [16, 4096] independent runs behind every average
stages: int = 4  # [2, 64] stages M, and replicas of the data-parallel machine
layers: int = 1  # [1, 64] layers (arrays) a stage
forward_time: float = 40.0  # [0.001, 1000000] forward pass of a layer [ns]; published: 40
backward_time: float = 40.0  # [0.001, 1000000] backward pass of a layer [ns]; published: 40
update_time: float = 165.9  # [0.0, 1000000] update of an array, 32 pulses of 5 ns and 5.9 ns [ns]; published: 165.9
forward_energy: float = 1.0  # [0.0, 1000000] forward pass of a layer [nJ]; assumed, the unit of energy here
backward_energy: float = 1.0  # [0.0, 1000000] backward pass of a layer [nJ]; assumed
update_energy: float = 1.0  # [0.0, 1000000] update of an array [nJ]; assumed
static_power: float = 0.005  # [0.0, 1000] what a layer draws, busy or idle [nJ/ns = W]; assumed
copy_time: float = 10000.0  # [0.0, 1e9] reading and writing one copy of a stage's weights [ns]; assumed
steps: int = 1500  # [400, 1000000] updates of the data-parallel runs; full: 20000

# %%
from fractions import Fraction

import numpy as np

from reports.notebook import claim, figure, show
from simulation import DEVICES, NOISES, PROBLEMS, run_batched
from simulation.pipeline_replicas import run_replicas
from simulation.schedules import SCHEDULES, timed
from theory.complexity import evaluate
from theory.complexity_hardware import Energy, Latency, break_even_update, energy_at, time_at
from theory.predictions import SCHEDULES as FORMS

latency = Latency(forward_time=forward_time, backward_time=backward_time, update_time=update_time)
cost = Energy(
    forward_energy=forward_energy,
    backward_energy=backward_energy,
    update_energy=update_energy,
    static_power=static_power,
)
names = ("vanilla", "synchronous", "asynchronous_1f1b")
rules = {"digital": "summed digitally, written once", "in_array": "pulsed one by one"}


def counts(name, samples, microbatches, depth=stages):
    """What a closed form asks for."""
    return {"stages": depth, "samples": samples} | ({"microbatches": microbatches} if FORMS[name].batched else {})


# %% [markdown]
# ## 1. Projected time is the timetable's time
#
# The closed form (clocks at $\ell(t_f + t_b)$, and every write of one stage at $t_u$) is held against the timetables carried out
# unit by unit in exact arithmetic, every unit starting as soon as its stage is free and its message is there.

# %%
units = {name: Fraction(str(getattr(latency, name))) for name in ("forward_time", "backward_time", "update_time")}


def carried_out(name, samples, microbatches):
    """Nanoseconds of a timetable, exactly; writes after every update."""
    kind = SCHEDULES[name]
    schedule = kind(stages=stages, microbatches=microbatches) if kind.batched else kind(stages=stages)
    timing = timed(
        schedule.timetable(samples),
        forward=layers * units["forward_time"],
        backward=layers * units["backward_time"],
        updating=units["update_time"],
    )
    return float(timing.clocks)


pairs = [(name, count) for name in names for count in (1, 2, 4, 8)]
projected = [
    time_at(FORMS[name], "digital", latency, layers=layers, **counts(name, 32, count)) for name, count in pairs
]
exact = [carried_out(name, 32, count) for name, count in pairs]
claim(
    "time-in-closed-form",
    statement="E5: the projected wall time is that of the timetable",
    kind="certificate",
    measured=np.array(projected) / exact,
    bound=1.0,
    margin=1e-12,
    description=f"Closed form over the timetable carried out in fractions, 32 micro-batches, {stages} stages, B in 1, 2, 4, 8. The "
    "margin is for the rounding of a few products of floats.",
)

# %% [markdown]
# ## 2. When is an asynchronous pipeline the faster one?
#
# In clocks it is never slower. In time it writes every stage once a micro-batch, while a synchronous pipeline that sums its gradients
# digitally writes once a batch. What summing itself takes is not counted.

# %%
sizes = np.array([1, 2, 4, 8, 16, 32, 64])
many = 64 * 64


def per_sample(name, rule, microbatches, depth=stages):
    """Nanoseconds a micro-batch."""
    given = counts(name, many, microbatches, depth)
    return time_at(FORMS[name], rule, latency, layers=layers, **given) / many


picture, (left, right) = figure(1, 2, width=9.2, height=3.8)
for rule, words in rules.items():
    left.loglog(
        sizes, [per_sample("synchronous", rule, int(b)) for b in sizes], marker="o", label=f"synchronous, {words}"
    )
for name in ("vanilla", "asynchronous_1f1b"):
    left.axhline(per_sample(name, "digital", 1), color="C2" if name == "vanilla" else "C3", ls=":", label=name)
left.set(
    xlabel="micro-batches an update B", ylabel="projected time a micro-batch [ns]", xticks=sizes, xticklabels=sizes
)
left.minorticks_off()
left.legend(fontsize=7, loc="lower left")
depths = np.arange(2, 33)
for count, style in ((4, "-"), (16, "--"), (64, ":")):
    derived = break_even_update(FORMS["synchronous"], FORMS["asynchronous_1f1b"], "digital")
    numbers = {"layers": layers, "forward_time": forward_time, "backward_time": backward_time}
    even = [evaluate(derived.name, derived.value, {**numbers, "stages": int(m), "microbatches": count}) for m in depths]
    right.semilogy(depths, even, style, label=f"B = {count}")
right.axhline(update_time, color="0.4", lw=1.2, ls="-.", label="this update")
right.set(xlabel="stages M", ylabel="update time at which both are equal [ns]")
right.legend(fontsize=7)
first = time_at(FORMS["synchronous"], "digital", latency, layers=layers, **counts("synchronous", many, 64))
other = time_at(FORMS["asynchronous_1f1b"], "digital", latency, layers=layers, **counts("asynchronous_1f1b", many, 1))
show(
    picture,
    name="time",
    caption=f"Left: projected time a micro-batch over the batch, $M = {stages}$, {layers} layer(s) a stage. Right: the update time "
    "above which a synchronous pipeline that sums digitally is faster than an asynchronous one: each curve is its closed form. "
    f"At these latencies and $B = 64$ the asynchronous pipeline takes {other / first:.3g} times as long as that synchronous one.",
    alt="Left, two falling curves of the synchronous pipeline over the batch size, one of each rule, with the vanilla pipeline as "
    "a high horizontal line and the asynchronous one as a low one; the digitally summing pipeline crosses the latter. Right, "
    "three rising lines over the number of stages, lower for larger batches, with a horizontal line at the published update time.",
)
claim(
    "asynchronous-wins-in-array",
    statement="if every micro-batch is pulsed into the array, the asynchronous pipeline is never slower",
    kind="certificate",
    measured=[
        float(per_sample("asynchronous_1f1b", "in_array", 1) <= per_sample("synchronous", "in_array", int(b)))
        for b in sizes
    ],
    bound=1.0,
    description=f"Projected times of {many} micro-batches through {stages} stages for B in {', '.join(map(str, sizes))}.",
)

# %% [markdown]
# ## 3. Energy
#
# Operations cost the same energy whenever they are done. What differs between schedules is for how long all arrays must be
# powered, and how often they are written. With no published number to go by, the energy of one forward pass of a layer is the
# unit, and the static power is varied.

# %%
powers = static_power * np.geomspace(1e-2, 1e2, 41)
picture, axes = figure(height=3.8)
styles = {"vanilla": "-", "synchronous": "--", "asynchronous_1f1b": ":"}


def energy(name, power, microbatches=16):
    """Energy a micro-batch and layer [nJ]."""
    priced = Energy(**{**cost.numbers(), "static_power": float(power)})
    given = counts(name, many, microbatches)
    return energy_at(FORMS[name], "digital", latency, priced, layers=layers, **given) / (many * stages * layers)


for name, style in styles.items():
    label = f"{name}, B = 16" if FORMS[name].batched else name
    axes.loglog(powers, [energy(name, power) for power in powers], style, label=label)
axes.axvline(static_power, color="0.4", lw=1, label="static_power")
axes.set(xlabel="static power of a layer [nJ/ns]", ylabel="energy a micro-batch and layer [nJ]")
axes.legend()
show(
    picture,
    name="energy",
    caption=f"Projected energy over the static power, {stages} stages; operations at the assumed {forward_energy:g}, "
    f"{backward_energy:g} and {update_energy:g} nJ.",
    alt="Three curves on logarithmic axes. Nanojoules at the least and at the greatest static power drawn: "
    + "; ".join(f"{n} {energy(n, powers[0]):.3g}, {energy(n, powers[-1]):.3g}" for n in styles)
    + ".",
)
claim(
    "operations-cost-the-same",
    statement="without static power the asynchronous pipeline costs what the vanilla one does",
    kind="certificate",
    measured=[energy("asynchronous_1f1b", 0.0) / energy("vanilla", 0.0) if energy("vanilla", 0.0) else 1.0],
    bound=1.0,
    description="Ratio of the projected energies: both do the same operations.",
)

# %% [markdown]
# ## 4. Data parallelism
#
# Every replica of a data-parallel machine holds the whole model, so $M$ replicas need $M$ times the arrays. They have no stale
# weights and no bubbles; but analog replicas drift apart, and their weights have to be averaged now and then, read out and
# written, at a cost in time and with an error. On digital hardware and with a common period of one update, what the error does
# can be said exactly: an error of standard deviation $e$ in every written weight adds to the average squared gradient
# $\sum_d \lambda_d^2 \frac{e^2/M}{1-\rho_d}\left(1 - \frac{1-\rho_d^K}{K(1-\rho_d)}\right)$ with
# $\rho_d = (1-\alpha\lambda_d)^2$.

# %%
curvature, size, deviation = np.geomspace(0.3, 1.0, 16), 0.1, 0.1
errors, periods = np.array([0.0, 0.003, 0.01, 0.03]), (1, 16)
quadratic = PROBLEMS["quadratic"](
    spectrum=curvature, optimum=0.3, initial=0.3, noise=NOISES["gaussian"](standard_deviation=deviation)
)
shared = {"step_size": size, "steps": steps, "runs": runs, "seed": seed}
machines = {"digital": DEVICES["ideal"](), "analog": DEVICES["asymmetric_linear"](tau=1.0)}


def replicated(kind, error, period):
    """Average squared gradient of the replicas' mean weights, run by run."""
    given = {"replicas": stages, "copy_error": float(error), "period": period}
    return run_replicas(quadratic, machines[kind], **given, **shared).gradient_norm[0]


measured = {(k, e, p): replicated(k, e, p) for k in machines for e in errors for p in periods}
pipeline = {
    k: run_batched(quadratic, d, microbatches=stages, rule="accumulated", **shared).gradient_norm[-1, 0]
    for k, d in machines.items()
}
rho = (1 - size * curvature) ** 2
per_square = np.sum(curvature**2 / stages / (1 - rho) * (1 - (1 - rho**steps) / (steps * (1 - rho))))
claim(
    "copies-err-as-predicted",
    statement="the exact effect of the error of copies",
    kind="equal",
    measured=(measured["digital", errors[-1], 1] - measured["digital", 0.0, 1]) / (errors[-1] ** 2 * per_square),
    bound=1.0,
    margin=0.05,
    description=f"Excess of the average squared gradient with errors of {errors[-1]:g} over that without, digital, {stages} replicas "
    f"averaged after every update, over its exact value. The prediction is exact; the margin is room for {runs} runs' sampling error.",
)

# %%
picture, (left, right) = figure(1, 2, width=9.2, height=3.8)
for place, (kind, marker) in enumerate((("digital", "o"), ("analog", "s"))):
    for period, style in zip(periods, ("-", "--"), strict=True):
        values = np.array([measured[kind, e, period] for e in errors])
        bars = 3 * values.std(axis=1, ddof=1) / np.sqrt(runs)
        label = f"{kind}, averaged every {period}"
        left.errorbar(errors, values.mean(axis=1), bars, fmt=marker + style, color=f"C{place}", label=label)
    left.axhline(pipeline[kind].mean(), ls=":", color=f"C{place}", label=f"{kind}, synchronous pipeline")
left.set(xlabel="error of a written weight", ylabel="average squared gradient", yscale="log")
left.set_ylim(top=10 * left.get_ylim()[1])  # room for the legend
left.legend(fontsize=7)


def parallel(period):
    """Nanoseconds a micro-batch of the data-parallel machine: all arrays of a replica are written at once."""
    table = SCHEDULES["data_parallel"](stages=stages, microbatches=stages).timetable(stages * 64)
    each = {"forward": layers * units["forward_time"], "backward": layers * units["backward_time"]}
    writing = (units["update_time"] + Fraction(str(copy_time)) / period) / stages  # a replica's M stages, one unit each
    return float(timed(table, **each, updating=writing).clocks) / (stages * 64)


spans = 2 ** np.arange(0, 11)
right.loglog(spans, [parallel(int(p)) for p in spans], marker="o", label=f"data parallel, {stages} times the arrays")
for name in ("vanilla", "synchronous", "asynchronous_1f1b"):
    label = f"{name}, B = {stages}" if FORMS[name].batched else name
    right.axhline(per_sample(name, "digital", stages), color=f"C{names.index(name) + 1}", ls=":", label=label)
right.set(xlabel="updates between two averagings", ylabel="projected time a micro-batch [ns]")
right.legend(fontsize=7)
show(
    picture,
    name="copies",
    caption=f"Left: average squared gradient of {stages} replicas on a quadratic over the error of their copies, beside a "
    "synchronous pipeline with as many micro-batches (dotted), which copies nothing; ±3 standard errors. Each analog replica is "
    "pulsed by its own micro-batch, the pipeline by their mean. Right: projected time a "
    f"micro-batch over the period of averaging, a copy taking an assumed {copy_time:g} ns, beside pipelines with fewer arrays.",
    alt="Left, curves over the error of copies, two for each kind of device, and dotted lines of the pipeline. Right, the "
    f"data-parallel machine over the period, from {parallel(int(spans[0])):,.0f} to {parallel(int(spans[-1])):,.0f} ns, and dotted "
    "lines of the pipelines.",
)
for kind in machines:
    claim(
        f"pipelines-need-no-copies-{kind}",
        statement=f"a pipeline beats replicas whose copies err, {kind}",
        kind="upper",
        measured=pipeline[kind],
        bound=measured[kind, errors[-1], 1],
        description=f"Average squared gradient of the synchronous pipeline against {stages} replicas with copy error {errors[-1]:g}, "
        "run by run; both use as many micro-batches an update.",
    )
