# ---
# jupyter:
#   aimc: {place: 10, part: Devices}
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Devices: gains, response curves, and a fit
#
# A device is what a pulse does to a cell. This notebook shows every simulated device, holds its pulses against exact
# predictions, fits a device to noisy curves, and compares many pulses with the *mean dynamics* $w^+ = w + x\,F(w) - |x|\,G(w)$,
# which makes the whole change $x$ in one step. The notebook on pulses and their mean goes on from there.

# %% tags=["parameters"]
seed: int = 1  # [0, 4294967295] root of all random numbers

# %%
import tempfile
from pathlib import Path

import numpy as np
from sympy import Symbol, exp

from reports.device import draw
from reports.notebook import claim, figure, show
from simulation import DEVICES, FIDELITIES
from simulation.devices.measured import fit
from theory.predictions import pulses_between, weight_after_change, weight_after_pulses
from theory.symbols import tau as range_symbol
from theory.symbols import w as weight_symbol

scatter_seed, fit_seed = np.random.SeedSequence(seed).spawn(2)
PULSES = FIDELITIES["pulses"]

# %% [markdown]
# ## 1. Gains
#
# A device is its two gains. $F = (q_- + q_+)/2$ is what both directions have in common, $G = (q_- - q_+)/2$ their difference;
# where $G = 0$, at the *symmetric point* $w_\diamond$, up and down pulses cancel. One example of every kind in the folder:

# %%
scatter_rng = np.random.default_rng(scatter_seed)
linear = DEVICES["asymmetric_linear"](tau=1.0)
EXAMPLES = {
    "ideal": {},
    "asymmetric_linear": {"tau": 1.0},
    "linear_offset": {"tau": 1.0, "offset": 0.3},
    "power": {"tau": 1.0, "gamma": 1.7},
    "exponential": {"tau": 1.0, "gamma": 2.0},
    "constant_step": {"lower": -0.6, "upper": 0.7, "gain_up": 1.0, "gain_down": 0.8},
    "linear_step": {"lower": -0.8, "upper": 1.1, "gamma_up": 0.6, "gamma_down": 0.3},
    "exponential_step": {
        "amplitude_up": 0.1,
        "amplitude_down": 0.2,
        "gamma_up": 1.5,
        "gamma_down": 1.2,
        "lower": -0.9,
        "upper": 1.0,
    },
    "piecewise_linear": {
        "nodes": [-1, -0.3, 0.4, 1],
        "gains_up": [1.6, 1.2, 0.8, 0.5],
        "gains_down": [0.3, 0.6, 1.1, 1.5],
    },
    "measured": {"nodes": [-1, 0.2, 1], "gains_up": [1.5, 1, 0], "gains_down": [0, 1, 1.4]},
    "varied": {
        "base": linear,
        "factor_up": 1 + 0.2 * scatter_rng.standard_normal(4),
        "factor_down": 1 + 0.2 * scatter_rng.standard_normal(4),
    },
    "stuck": {"base": linear, "stuck": np.array([False, True]), "value": 0.4},
}
devices = {name: kind(**EXAMPLES.get(name, kind.EXAMPLE)) for name, kind in DEVICES.items()}


def ends(device):
    """Range to draw: that of the device, or −1..1 if it has none."""
    lower, upper = (float(np.mean(end)) for end in device.domain)
    return (lower, upper) if np.isfinite([lower, upper]).all() else (-1.0, 1.0)


rows = -(-len(devices) // 3)
picture, panels = figure(rows, 3, width=8.4, height=2.1 * rows, sharey=True)
for axes, (name, device) in zip(panels.flat, devices.items(), strict=False):
    weights = np.linspace(*ends(device), 203)[1:-1, np.newaxis]  # cells that differ lie along the last axis
    parts = {"q₊": device.q_plus, "q₋": device.q_minus, "F": device.symmetric, "G": device.asymmetric}
    for (label, part), style in zip(parts.items(), ("-", "--", ":", "-."), strict=True):
        axes.plot(weights, part(weights), style, color=f"C{list(parts).index(label)}", linewidth=1.2)
        axes.plot([], [], style, color=f"C{list(parts).index(label)}", label=label)
    for point in np.atleast_1d(device.symmetric_point):
        axes.plot([point], [0], "k|", markersize=12)
    axes.set(title=name)
    axes.title.set_fontsize(9)
for axes in panels.flat[len(devices) :]:
    axes.set_axis_off()
panels.flat[0].legend(fontsize=7, ncols=2)
for axes in panels[-1]:
    axes.set(xlabel="weight")
for axes in panels[:, 0]:
    axes.set(ylabel="gain of a pulse")
show(
    picture,
    name="gains",
    caption=r"Gains $q_+$, $q_-$ and their parts F and G of every device over its range; a tick at the height 0 marks each "
    "symmetric point. Cells of the last two kinds differ from one another.",
    alt=f"A grid of {len(devices)} panels, one a device. In most of them the gain of positive pulses falls and that of negative pulses "
    "rises with the weight, and G crosses zero at a marked point. The ideal and the constant-step device have flat gains.",
)

# %% [markdown]
# The symmetric point is not only where two curves meet. Alternating up and down pulses drive a cell there from wherever it is,
# which is how it is found on real hardware:

# %%
pulse, alternations = 0.02, 600
saturations, distances = [], []
for device in devices.values():
    points = np.atleast_1d(device.symmetric_point)
    single = PULSES(dw_min=pulse)
    attracting = np.isfinite(points) & (np.abs(device.asymmetric(points + 0.1)) > 0)  # not every weight is symmetric
    if not attracting.any():
        continue
    weights = np.full(points.shape, float(points[attracting][0]) - 0.3)
    for _ in range(alternations):
        weights = single.update(device, weights, np.full(points.shape, pulse))
        weights = single.update(device, weights, np.full(points.shape, -pulse))
    symmetric, asymmetric = device.gains(points)
    saturations += (np.abs(asymmetric[attracting]) / symmetric[attracting]).tolist()
    distances += (np.abs(weights - points)[attracting] / pulse).tolist()
claim(
    "symmetric-points",
    statement=r"$G(w_\diamond) = 0$",
    kind="certificate",
    measured=saturations,
    bound=0.0,
    margin=1e-9,
    description="Saturation $|G|/F$ at the symmetric point of every device that has one. The margin is what rounding leaves "
    "of a range halved 64 times.",
)
claim(
    "alternating-pulses-find-them",
    statement="alternating pulses end at the symmetric point",
    kind="certificate",
    measured=distances,
    bound=0.0,
    margin=1.0,
    description=f"Distance from it, in pulses, after {alternations} pairs of pulses that begin 0.3 below; a pair moves to and "
    "fro by one.",
)

# %% [markdown]
# ## 2. Response curves
#
# Many pulses up from the lower end, then as many down, one at a time.

# %%
count, small = 300, 0.01


def one_by_one(device, start, sign, number, size):
    """Weights after 0, 1, …, `number` single pulses, (number + 1, cells)."""
    single, curve = PULSES(dw_min=size), [np.atleast_1d(np.asarray(start, dtype=float))]
    for _ in range(number):
        curve.append(single.update(device, curve[-1], np.full(curve[-1].shape, sign * size)))
    return np.array(curve)


picture, panels = figure(rows, 3, width=8.4, height=2.0 * rows, sharex=True, sharey=True)
for axes, (name, device) in zip(panels.flat, devices.items(), strict=False):
    start = device.settle(np.full(np.shape(np.atleast_1d(device.symmetric_point)), 0.9 * ends(device)[0]))
    up = one_by_one(device, start, 1, count, small)
    down = one_by_one(device, up[-1], -1, count, small)
    axes.plot(np.arange(count + 1), up, "-", color="C0", linewidth=1.3)
    axes.plot(count + np.arange(count + 1), down, "--", color="C1", linewidth=1.3)
    for point in np.atleast_1d(device.symmetric_point):
        axes.axhline(point, color="0.5", linestyle=":", linewidth=0.8)
    axes.set(title=name, ylim=(-1.2, 2.2))
    axes.title.set_fontsize(9)
for axes in panels.flat[len(devices) :]:
    axes.set_axis_off()
for axes in panels[-1]:
    axes.set(xlabel="pulses")
for axes in panels[:, 0]:
    axes.set(ylabel="weight")
show(
    picture,
    name="pulses",
    caption=f"Weight after {count} up pulses (solid) and {count} down pulses (dashed) of size {small}; dotted: symmetric points.",
    alt="A grid of twelve panels, one a device. The weight rises and saturates during up pulses, then falls steeply and "
    "saturates again during down pulses. The ideal device moves in straight lines, the constant-step device in straight "
    "lines that end at its bounds.",
)

# %% [markdown]
# For gains that are straight lines these curves are known exactly (E4): with $q_\pm = 1 \mp w/\tau$, $n$ up pulses end at
# $\tau - (\tau - w_0)(1 - \Delta w_{\min}/\tau)^n$, and devices whose lines reach zero elsewhere differ in names only. For the
# others, exact curves exist in the limit of small pulses, $dw/dx = \pm q_\pm(w)$; with the size of the pulses halved, what is
# missing to the limit must be halved too.

# %%
numbers = np.arange(count + 1)
errors = {}
for name, reach, size in (  # q₊ = size·(1 − w/reach)
    ("asymmetric_linear", 1.0, 1.0),
    ("linear_offset", 1.0, 1.3),
    ("linear_step", 1.1 / 0.6, 1.0),
):
    simulated = one_by_one(devices[name], -0.5, 1, count, small)[:, 0]
    exact = weight_after_pulses(-0.5, numbers, tau=reach, pulse_size=small * size, direction="up")
    errors[name] = np.abs(simulated - np.minimum(exact, ends(devices[name])[1])).max()
curve = one_by_one(linear, -0.5, 1, count, small)[:, 0]
counted = pulses_between(np.full(count, -0.5), curve[1:], tau=1.0, pulse_size=small)
claim(
    "pulse-curves",
    statement=r"E4: $w_n = \tau - (\tau - w_0)(1 - \Delta w_{\min}/\tau)^n$",
    kind="certificate",
    measured=list(errors.values()),
    bound=0.0,
    margin=1e-12,
    description=f"Largest difference over {count} single pulses for {', '.join(errors)}. The margin is some hundred roundings.",
)
claim(
    "pulses-between",
    statement="E4: the number of pulses between two weights",
    kind="certificate",
    measured=(counted - numbers[1:]).astype(float),
    bound=0.0,
    description="Pulses counted by theory between the first and every later weight of the simulated curve, minus those sent.",
)

# %%
gamma_symbol = Symbol("gamma", positive=True)
fraction = weight_symbol / range_symbol
gain_symbols = {
    "power": (1 - fraction) ** gamma_symbol,
    "exponential": (exp(gamma_symbol) - exp(gamma_symbol * fraction)) / (exp(gamma_symbol) - 1),
}
ratios = []
for name, gain in gain_symbols.items():
    for change in (0.5, 1.0, 2.0):
        limit = weight_after_change(gain, -0.5, change, direction="up", limit=0.9999, **EXAMPLES[name])
        coarse, fine = (
            float(one_by_one(devices[name], -0.5, 1, round(change / size), size)[-1, 0]) - limit
            for size in (small, small / 2)
        )
        ratios.append(coarse / fine)
claim(
    "small-pulses",
    statement=r"E4: $dw/dx = q_+(w)$ in the limit of small pulses",
    kind="certificate",
    measured=ratios,
    bound=2.0,
    margin=10 * small,
    description=f"Distance to the exact limit with pulses of {small} over that with half of it, for {', '.join(gain_symbols)}. "
    "The margin allows for the next order, of the relative size of a pulse, with a factor of ten.",
)

# %% [markdown]
# ## 3. A fitted device
#
# Six cells of one kind, $q_\pm$ linear with symmetric point 0.2, whose gains differ by a tenth from cell to cell. Pulses are
# noisy, too, by a tenth from cycle to cycle. Of this only the 300 conductances up and 300 down of each are in the file that
# the fit reads. Repeated with twelve independent files:

# %%
true, cells, readings, size = DEVICES["linear_offset"](tau=1.0, offset=0.2), 6, 300, 0.01


def measure(rng):
    """Noisy curves of six cells, written as a file and fitted; also the factors of their gains."""
    varied = DEVICES["varied"].random(true, spread=0.1, shape=(cells,), rng=rng)
    single = PULSES(dw_min=size, cycle_noise=0.1, cycle_kind="multiplicative")
    weights, lines = np.full((1, cells), -0.8), ["device,branch,pulse,conductance"]
    for branch, sign in (("up", size), ("down", -size)):
        for number in range(readings + 1):
            lines += [f"{cell},{branch},{number},{value!r}" for cell, value in enumerate(weights[0].tolist())]
            weights = single.update(varied, weights, np.full(weights.shape, sign), rng=rng)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "curves.csv"
        path.write_text("\n".join(lines) + "\n")
        return fit(path, nodes=5), varied.factor_up


measured = [measure(np.random.default_rng(child)) for child in fit_seed.spawn(12)]
picture = draw(measured[0][0])
show(
    picture,
    name="cells",
    caption="Changes of six cells after single noisy pulses (points), and the device fitted to all of them (lines). The dotted "
    "line is the common symmetric point, ticks are those of the single cells.",
    alt="A scatter of measured changes over the weight, falling for up pulses and rising for down pulses, with fitted lines "
    "through their middle which cross at a marked weight.",
)


# %%
def in_weights(found):
    """The fitted symmetric point, mapped back from −1..1 to the true device's weights."""
    low, high = found.conductance_range
    return low + (float(found.device.symmetric_point) + 1) * (high - low) / 2


claim(
    "fitted-symmetric-point",
    statement="the fit finds the symmetric point",
    kind="equal",
    measured=[in_weights(found) for found, _ in measured],
    bound=0.2,
    margin=2 * size,
    description="Symmetric point of the fitted device, twelve files. The margin is two pulses.",
)
claim(
    "fitted-spread",
    statement="the fit finds how much cells differ",
    kind="equal",
    measured=[found.gain_spread for found, _ in measured],
    bound=[float(np.std(factors, ddof=1) / np.mean(factors)) for _, factors in measured],
    margin=0.02,
    description="Spread of the six fitted gains against that of the true factors over their mean, file by file. The margin is the error of a "
    "cell's gain, 0.1/√600 from cycles, with room for the fitted shape.",
)

# %% [markdown]
# ## 4. Many pulses and their mean
#
# The mean dynamics takes the first gain for all pulses of a change $x$; but the gain changes on the way. To leading order the
# relative difference is $\tfrac12 |x|\,|q'|\,(1 - 1/n)$, so that over $|x|\cdot|q'|$ all devices fall on one line. Twenty pulses
# from $w = 0.1$:

# %%
sent, at = 20, 0.1
slopes, relatives = {}, {}
reach = np.geomspace(1e-3, 0.5, 25)
for name, device in devices.items():
    here = np.full(np.shape(np.atleast_1d(device.symmetric_point)), at)
    nudge = 1e-6  # small enough that no node of a table lies within
    slope = ((device.q_plus(here + nudge) - device.q_plus(here - nudge)) / (2 * nudge))[0]
    if abs(slope) < 1e-6:
        continue  # a constant gain: pulses and mean agree
    gain_here, slopes[name], relatives[name] = float(device.q_plus(here)[0]), slope, []
    for change_here in reach / abs(slope):
        end = PULSES(dw_min=change_here / sent).update(device, here, np.full(here.shape, change_here))
        relatives[name].append(abs(float(end[0]) - at - change_here * gain_here) / (change_here * gain_here))

picture, axes = figure(height=4.2)
for (name, values), marker in zip(relatives.items(), "os^vD<>ph*X", strict=False):
    axes.loglog(reach, values, marker, markersize=4, label=name)
axes.loglog(reach, reach * (1 - 1 / sent) / 2, "k-", linewidth=1, label="½|x||q′|(1 − 1/n)")
axes.set(xlabel="|x|·|q₊′(w)|", ylabel="|pulses − mean| / (|x| q)")
axes.legend(fontsize=8)
show(
    picture,
    name="mean-dynamics",
    caption=f"Relative error of the mean dynamics for {sent} pulses up from $w = {at}$, over the change times the slope of the "
    "gain.",
    alt="Log-log plot: the points of all devices with a slope lie on one rising line for small changes and spread below and "
    "above it for large ones.",
)
claim(
    "one-line-for-all",
    statement=r"mean minus pulses is $\tfrac12 x^2 |q\,q'|\,(1 - 1/n)$ to leading order for every device",
    kind="certificate",
    measured=[values[0] / (reach[0] * (1 - 1 / sent) / 2) for values in relatives.values()],
    bound=1.0,
    margin=10 * reach[0],
    description=f"Ratio to the leading order at |x|·|q′| = {reach[0]:g}, for {', '.join(relatives)}. The margin is ten times that: "
    "the next order, with room for the gains' curvature.",
)
