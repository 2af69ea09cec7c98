"""Exact predictions on quadratics and exact arithmetic of pulses and pipelines: no inequality.

E1 `MeanDynamics`, `resting_weights_linear`; E2 `step_limit`, `coupled_step_limit`; E3 `variance_factor`,
`stationary`; E4 `pulse_count`, `pulses_between`, `response_curve`; E5 `SCHEDULES`. See docs/predictions.md.

>>> from theory import predictions
>>> float(predictions.step_limit(curvature=2.0, delays=1))
0.5
>>> predictions.SCHEDULES["asynchronous_1f1b"].count(stages=4, samples=10).delays
(Fraction(3, 1), Fraction(2, 1), Fraction(1, 1), Fraction(0, 1))
"""

from typing import cast

from theory.predictions import noises, schedules
from theory.predictions._bisection import NoBracket
from theory.predictions._folded import FoldedNoise
from theory.predictions._schedule import ScheduleCounts, ScheduleForms
from theory.predictions.fixed_points import MeanDynamics, NotResting, resting_weights_linear
from theory.predictions.pulses import (
    TooManyPulses,
    Unreachable,
    change_between,
    pulse_count,
    pulse_curve,
    pulses_between,
    response_curve,
    weight_after_change,
    weight_after_pulses,
)
from theory.predictions.stationary import (
    NotStationary,
    Stationary,
    squared_gradient,
    stationary,
    variance_curve,
    variance_factor,
)
from theory.predictions.step_limits import (
    NoBoundary,
    StepLimit,
    companion,
    coupled_step_limit,
    exact_step_limit,
    guaranteed_step_limit,
    spectral_radius,
    step_limit,
)
from theory.registry import discover

__all__ = [
    "NOISES",
    "SCHEDULES",
    "FoldedNoise",
    "MeanDynamics",
    "NoBoundary",
    "NoBracket",
    "NotResting",
    "NotStationary",
    "ScheduleCounts",
    "ScheduleForms",
    "Stationary",
    "StepLimit",
    "TooManyPulses",
    "Unreachable",
    "change_between",
    "companion",
    "coupled_step_limit",
    "exact_step_limit",
    "guaranteed_step_limit",
    "pulse_count",
    "pulse_curve",
    "pulses_between",
    "response_curve",
    "resting_weights_linear",
    "spectral_radius",
    "squared_gradient",
    "stationary",
    "step_limit",
    "variance_curve",
    "variance_factor",
    "weight_after_change",
    "weight_after_pulses",
]

NOISES = cast(dict[str, FoldedNoise], discover(noises, "NOISE"))
"""Noises with a known folded mean, by name."""
SCHEDULES = cast(dict[str, ScheduleForms], discover(schedules, "SCHEDULE"))
"""Pipeline schedules in closed form, by name."""
