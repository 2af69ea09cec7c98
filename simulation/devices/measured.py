"""The measured device: responses fitted to conductances after up- and down-pulses (see `fit`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import nnls

from simulation._arrays import FloatArray, integer
from simulation.devices._curves import Branches, read_curves
from simulation.devices._nodes import Table


@dataclass(frozen=True, kw_only=True, eq=False)
class Device(Table):
    """q± linear between nodes that span the measured range, mapped to weights −1..1.

    Raises:
        ValueError: if the nodes are not at least two increasing finite numbers, or a gain is negative, not
            finite, or not one a node.
    """


@dataclass(frozen=True, kw_only=True, eq=False)
class Fit:
    """What `fit` found: the response of all devices together, and how the single devices differ from it."""

    device: Device
    """Fitted to all curves; F = 1 at its symmetric point."""
    dw_min: float
    """Weight change of one pulse at the symmetric point [weight units]."""
    conductance_range: tuple[float, float]
    """Conductances that are the weights −1 and 1 [the file's unit]."""
    residual: float
    """Root mean square of measured minus fitted change a pulse, as a fraction of dw_min."""
    symmetric_points: Mapping[str, float]
    """Symmetric point of each device fitted alone; NaN where its two gains do not cross [weight units]."""
    gains: Mapping[str, float]
    """F of each device fitted alone at the common symmetric point, in units of dw_min."""
    curves: Mapping[str, Branches]
    """The curves as read, for drawing."""

    @property
    def gain_spread(self) -> float:
        """Sample standard deviation of `gains`; NaN for one device."""
        return _spread(self.gains)

    def changes(self, branch: int) -> tuple[FloatArray, FloatArray]:
        """Weights and measured changes a pulse in units of dw_min, of all devices: branch 0 is up, 1 is down."""
        steps = _Steps.of(list(self.curves.values()), self.conductance_range)
        return steps.weights[branch], np.abs(steps.changes[branch]) / self.dw_min

    @property
    def symmetric_spread(self) -> float:
        """Sample standard deviation of the devices' symmetric points; NaN for one device [weight units]."""
        return _spread(self.symmetric_points)


def fit(path: str | Path, *, nodes: int = 9) -> Fit:
    """Fit a device to a CSV file with the columns device, branch, pulse, conductance.

    Conductances are mapped linearly so that the smallest and the largest are the weights −1 and 1. On each
    branch ('up', 'down') the change a pulse is regressed on the weight by least squares over gains that are
    linear between equally spaced nodes, not negative, and that weaken outwards: q₊ falls and q₋ rises with w.

    Args:
        path: the file; pulse numbers must increase within each branch of each device.
        nodes: nodes of the fitted gains, ≥ 2.

    Raises:
        ValueError: if the file lacks a column or a branch, a cell is not a number, pulse numbers do not
            increase, a branch does not move, or the fitted gains do not cross; file, field and value are named.
    """
    count = integer("nodes", nodes, minimum=2)
    curves = read_curves(Path(path))
    conductances = np.concatenate([curve.conductance for pair in curves.values() for curve in pair])
    ends = float(conductances.min()), float(conductances.max())
    if ends[0] == ends[1]:
        raise ValueError(f"{path}: conductance must vary, got {ends[0]} everywhere")
    grid = np.linspace(-1.0, 1.0, count)
    pooled = _Steps.of(list(curves.values()), ends)
    up, down = pooled.gains(grid)
    raw = _device(grid, up, down, f"{path}: all devices")
    point = float(raw.symmetric_point)
    if np.isnan(point):
        raise ValueError(f"{path}: the fitted gains must cross inside the range; their difference keeps its sign")
    unit = float(raw.symmetric(np.array(point)))
    single = {name: _single(pair, ends, grid, f"{path}: device {name!r}") for name, pair in curves.items()}
    return Fit(
        device=Device(nodes=grid, gains_up=up / unit, gains_down=down / unit),
        dw_min=unit,
        conductance_range=ends,
        residual=pooled.residual(raw) / unit,
        symmetric_points={name: float(device.symmetric_point) for name, device in single.items()},
        gains={name: float(device.symmetric(np.array(point))) / unit for name, device in single.items()},
        curves=curves,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Steps:
    """Changes a pulse and the weights at which they were made, for the two branches."""

    weights: tuple[FloatArray, FloatArray]
    changes: tuple[FloatArray, FloatArray]

    @classmethod
    def of(cls, pairs: list[Branches], ends: tuple[float, float]) -> "_Steps":
        weights, changes = [], []
        for branch in range(2):
            steps = [_steps(pair[branch].pulse, _weights(pair[branch].conductance, ends)) for pair in pairs]
            weights.append(np.concatenate([step[0] for step in steps]))
            changes.append(np.concatenate([step[1] for step in steps]))
        return cls(weights=(weights[0], weights[1]), changes=(changes[0], changes[1]))

    def gains(self, grid: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Monotone gains at the nodes: sums of nonnegative increments, counted from the end where they are 0."""
        up = _falling(self.weights[0], self.changes[0], grid)
        down = _falling(-self.weights[1], -self.changes[1], -grid[::-1])[::-1]
        return up, down

    def residual(self, device: Device) -> float:
        errors = np.concatenate(
            [
                self.changes[0] - np.interp(self.weights[0], device.nodes, device.gains_up),
                self.changes[1] + np.interp(self.weights[1], device.nodes, device.gains_down),
            ]
        )
        return float(np.sqrt(np.square(errors).mean()))


def _weights(conductance: FloatArray, ends: tuple[float, float]) -> FloatArray:
    return 2 * (conductance - ends[0]) / (ends[1] - ends[0]) - 1


def _steps(pulse: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean weight at which the pulses between two readings were given, and the change a pulse."""
    pulses, change = np.diff(pulse), np.diff(weights)
    return weights[:-1] + change * (pulses - 1) / (2 * pulses), change / pulses


def _falling(weights: FloatArray, changes: FloatArray, grid: FloatArray) -> FloatArray:
    """Least squares over nonnegative, falling, piecewise linear functions, by their values at `grid`."""
    hats = np.stack([np.interp(weights, grid, unit) for unit in np.eye(len(grid))], axis=1)
    increments = np.triu(np.ones((len(grid), len(grid))))  # value at node i = sum of the increments j ≥ i
    scale = max(float(np.abs(changes).max()), np.finfo(np.float64).tiny)
    solution, _ = nnls(hats @ increments, changes / scale)
    return np.asarray(increments @ solution * scale)


def _single(pair: Branches, ends: tuple[float, float], grid: FloatArray, name: str) -> Device:
    up, down = _Steps.of([pair], ends).gains(grid)
    return _device(grid, up, down, name)


def _device(grid: FloatArray, up: FloatArray, down: FloatArray, name: str) -> Device:
    for branch, gains in (("up", up), ("down", down)):
        if not gains.any():
            raise ValueError(f"{name}: branch {branch!r} must move {branch}, got fitted gains 0 everywhere")
    return Device(nodes=grid, gains_up=up, gains_down=down)


def _spread(values: Mapping[str, float]) -> float:
    return float(np.std(list(values.values()), ddof=1)) if len(values) > 1 else float("nan")
