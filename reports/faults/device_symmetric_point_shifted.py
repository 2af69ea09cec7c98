"""The linear device with an offset rests at 2c in the place of c."""

from typing import Any
from unittest.mock import patch

from reports.faults._fault import Fault
from simulation._arrays import FloatArray
from simulation.devices.linear_offset import Device


def shifted(device: Device, weights: FloatArray) -> FloatArray:
    """G = w/τ − 2c."""
    return weights / device.tau - 2 * device.offset


def planted() -> Any:
    """In the device's own gain."""
    return patch.object(Device, "asymmetric", shifted)


FAULT = Fault(
    title="The linear device with an offset rests at 2c in the place of c",
    planted=planted,
    red=("gains-linear-offset-asymmetric",),
)
