"""The command ``aimc device fit``: a device from measured curves, with the fit drawn and its spread reported."""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports import console
from reports.errors import ExitCode, UsageError
from reports.project import Project

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from simulation.devices.measured import Fit

EXAMPLES = "aimc device fit curves.csv\n  aimc device fit curves.csv --nodes 5 --output build/device"
COLUMNS = "columns: device, branch (up or down), pulse (increasing within a branch), conductance"


def options(command: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add = command.add_argument
    add("action", choices=["fit"], help="fit a response to measured conductances")
    add("curves", type=Path, metavar="CURVES.csv", help=COLUMNS)
    add("--nodes", type=int, default=9, metavar="N", help="nodes of the fitted gains, at least 2 (default: 9)")
    add("--output", type=Path, metavar="DIR", help="folder of device.json and device.svg (default: build/device)")


def run(options: argparse.Namespace, project: Project) -> ExitCode:
    """Fit, report, draw; nothing is written unless the whole file is good."""
    from reports.build import write_atomic  # noqa: PLC0415
    from reports.figures import to_svg  # noqa: PLC0415
    from simulation.devices.measured import fit  # noqa: PLC0415

    try:
        fitted = fit(options.curves, nodes=options.nodes)
    except (ValueError, OSError) as error:
        raise UsageError(str(error)) from None
    folder = options.output or project.build / "device"
    record = json.dumps(to_json(fitted), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    drawing = to_svg(draw(fitted), alt=f"Measured and fitted gains of {len(fitted.curves)} devices over the weight.")
    for name, content in (("device.json", record), ("device.svg", drawing)):
        write_atomic(folder / name, content.encode())
    out = console.make()
    out.print(console.device_table(fitted))
    out.print(f"wrote {folder / 'device.json'} and {folder / 'device.svg'}", soft_wrap=True)
    return ExitCode.OK


def to_json(fitted: Fit) -> dict[str, Any]:
    """The fit as strict JSON data: the fields of `simulation.devices.measured.Device`, and how devices spread."""
    device = fitted.device
    return {
        "device": "measured",
        "nodes": device.nodes.tolist(),
        "gains_up": device.gains_up.tolist(),
        "gains_down": device.gains_down.tolist(),
        "dw_min": fitted.dw_min,
        "symmetric_point": _number(float(device.symmetric_point)),
        "conductance_range": list(fitted.conductance_range),
        "residual": fitted.residual,
        "gain_spread": _number(fitted.gain_spread),
        "symmetric_point_spread": _number(fitted.symmetric_spread),
        "devices": {
            name: {"symmetric_point": _number(point), "gain": _number(fitted.gains[name])}
            for name, point in fitted.symmetric_points.items()
        },
    }


def draw(fitted: Fit) -> Figure:
    """Measured changes a pulse over the weight, the fitted gains, and the symmetric points."""
    from reports.notebook import figure  # noqa: PLC0415

    picture, axes = figure(height=4.0)
    point, device = float(fitted.device.symmetric_point), fitted.device
    for sign, (label, gains) in enumerate((("q₊, up", device.gains_up), ("q₋, down", device.gains_down))):
        weights, changes = fitted.changes(sign)
        (line,) = axes.plot(device.nodes, gains, label=f"{label}, fitted")
        axes.plot(weights, changes, ".", color=line.get_color(), alpha=0.35, label=f"{label}, measured")
    axes.axvline(point, linestyle=":", linewidth=1.2)
    axes.annotate(f"w⋄ = {point:.3g}", (point, 0), xytext=(4, 4), textcoords="offset points")
    for single in fitted.symmetric_points.values():
        axes.plot([single], [0], marker="|", markersize=12, linestyle="none", color="C2")
    axes.set(xlabel="weight [−1, 1 = measured range]", ylabel="change a pulse / Δw_min", ylim=(0, None))
    axes.legend()
    return picture


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
