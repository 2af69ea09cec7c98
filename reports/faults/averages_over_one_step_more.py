"""Sums over K steps divided by K + 1."""

from typing import Any
from unittest.mock import patch

from reports.faults._fault import Fault
from simulation._arrays import FloatArray
from simulation.statistics import EveryStep, Seen

true = EveryStep.visit


def divided(averages: EveryStep, step: int, weights: FloatArray) -> Seen | None:
    """A step as always, but what is recorded is divided by one more."""
    before = len(averages._recorded)
    seen = true(averages, step, weights)
    averages._recorded[before:] = [value * (step + 1) / (step + 2) for value in averages._recorded[before:]]
    return seen


def planted() -> Any:
    """Where every step is looked at."""
    return patch.object(EveryStep, "visit", divided)


FAULT = Fault(
    title="Sums over K steps divided by K + 1",
    planted=planted,
    red=("averages-gradient_norm",),
)
