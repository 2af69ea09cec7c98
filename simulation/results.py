"""Results on disk: netCDF, an open format with named dimensions, units and attributes; nothing is pickled."""

import platform
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import scipy
from scipy.io import netcdf_file

from simulation._arrays import FloatArray
from simulation.statistics import STATISTICS
from simulation.trace import Trace

UNITS = {
    "gradient_norm": "gradient_unit2",
    "weighted_gradient_norm": "gradient_unit2",
    "gain_variance": "gradient_unit2",
    "drift_variance": "gradient_unit2",
    "noise_variance": "gradient_unit2",
    "staleness": "weight_unit2",
    "peak_saturation": "1",
    "peak_symmetric": "1",
    "initial_gap": "objective_unit",
    "final_objective": "objective_unit",
    "final_weights": "weight_unit",
    "first_violation": "step",
    "violation_saturation": "1",
    "step_size": "weight_unit gradient_unit-1",
    "delays": "step",
}
"""Unit of every array of a trace, as netCDF spells units."""


def write_results(path: str | Path, trace: Trace, *, experiment: str, weights: bool = True) -> None:
    """Write a trace with its experiment's text and the versions that produced it; the file appears whole or not at all.

    Variables have the names of `Trace`, dimensions checkpoint, setting, run and coordinate.

    Args:
        path: the file; its folder is made.
        trace: what a run returned.
        experiment: text of the experiment file, kept as an attribute.
        weights: whether the final weights are written too.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        partial = Path(folder) / "partial.nc"
        with netcdf_file(str(partial), "w") as file:
            _fill(file, trace, weights=weights)
            for key, value in _provenance(trace, experiment).items():
                setattr(file, key, value.encode())  # as UTF-8: text would have to be ASCII
        partial.replace(path)


def read_results(path: str | Path) -> Mapping[str, FloatArray]:
    """The arrays of a file that `write_results` made, by name."""
    with netcdf_file(str(path), "r", mmap=False) as file:
        return {name: np.array(variable.data) for name, variable in file.variables.items()}


def _fill(file: Any, trace: Trace, *, weights: bool) -> None:
    sizes = {"checkpoint": len(trace.checkpoints), "setting": trace.step_size.size, "run": trace.runs}
    sizes["coordinate"] = trace.final_weights.shape[-1]
    for name, size in sizes.items():
        file.createDimension(name, size)
    _variable(file, "checkpoint", np.array(trace.checkpoints, dtype=np.int32), ("checkpoint",), "step")
    for field in fields(trace):
        value = getattr(trace, field.name)
        wanted = field.name != "path" and (weights or field.name != "final_weights")
        if isinstance(value, np.ndarray) and wanted:
            _variable(file, field.name, _storable(value, field.name), _axes(field.name), UNITS[field.name])


def _axes(name: str) -> tuple[str, ...]:
    if name in (*STATISTICS, "staleness"):
        return "checkpoint", "setting", "run"
    special = {
        "final_weights": ("setting", "run", "coordinate"),
        "step_size": ("setting",),
        "delays": ("setting", "coordinate"),
    }
    return special.get(name, ("setting", "run"))


def _storable(value: Any, name: str) -> Any:
    """Classic netCDF has 32-bit integers; step counts beyond that are kept as float64, which holds them exactly."""
    if value.dtype.kind != "i":
        return value
    return value.astype(np.int32) if np.abs(value).max(initial=0) < 2**31 else value.astype(np.float64)


def _variable(file: Any, name: str, value: Any, axes: tuple[str, ...], units: str) -> None:
    shape = tuple(file.dimensions[axis] for axis in axes)
    variable = file.createVariable(name, value.dtype.str[1:], axes)
    variable[...] = np.broadcast_to(value, shape)
    variable.units = units


def _provenance(trace: Trace, experiment: str) -> dict[str, str]:
    return {
        "title": "aimc-pipeline results",
        "experiment": experiment,
        "seed": str(trace.seed),
        "steps": str(trace.steps),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
    }
