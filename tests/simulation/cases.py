"""A random example of every discovered case, made from strategies by the name of each field.

A new case whose fields have known names, or defaults, needs no edit here, nor a device, whose class states an example.
Any other new field needs a strategy; without one the tests of its case fail and say so.
"""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from hypothesis import strategies as st

from simulation import DEVICES, FIDELITIES, NOISES, PROBLEMS, SCHEDULES
from simulation.devices import Response
from simulation.fidelities import UpdateRule
from simulation.noises import NoiseModel
from simulation.problems import StochasticProblem
from simulation.problems._staged import StagedProblem
from simulation.schedules import PipelineSchedule

Strategies = Mapping[str, st.SearchStrategy[Any]]
GAIN = st.floats(0.1, 3.0)
FOUR = st.lists(GAIN, min_size=4, max_size=4)
SEEDS = st.integers(0, 2**32 - 1)
ROWS, COLUMNS = 5, 3
"""Shape of the data that problems are given."""


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(seed))


def normal(*shape: int) -> st.SearchStrategy[np.ndarray]:
    return SEEDS.map(lambda seed: rng(seed).standard_normal(shape))


DEVICE_FIELDS: Strategies = {
    "tau": st.floats(0.1, 100.0),
    "offset": st.floats(-0.9, 0.9),
    "gamma": st.floats(0.05, 5.0),
    "lower": st.floats(-3.0, -0.3),
    "upper": st.floats(0.3, 3.0),
    "gamma_up": st.floats(0.0, 1.0),
    "gamma_down": st.floats(0.0, 1.0),
    "gain_up": GAIN,
    "gain_down": GAIN,
    # Gains of the exponential step weaken outwards for A ≥ 0, and stay positive while A·e^{γ·z} ≤ 0.3·e^{1.1}.
    "amplitude_up": st.floats(0.0, 0.3),
    "amplitude_down": st.floats(0.0, 0.3),
    "scale": st.floats(0.0, 0.5),
    "shift": st.floats(-0.1, 0.1),
    "nodes": st.just([-1.0, -0.25, 0.5, 1.5]),
    "gains_up": FOUR,
    "gains_down": FOUR,
    "factor_up": GAIN,
    "factor_down": GAIN,
    "stuck": st.just(False),
    "value": st.floats(-1.0, 1.0),
    "base": st.sampled_from(
        [DEVICES["linear_offset"](tau=2.0, offset=0.3), DEVICES["power"](tau=[0.5], gamma=2.0), DEVICES["ideal"]()]
    ),
}
NOISE_FIELDS: Strategies = {"standard_deviation": st.floats(0.05, 2.0), "degrees": st.floats(2.1, 30.0)}
FIDELITY_FIELDS: Strategies = {
    "dw_min": st.floats(0.002, 0.02),
    "cycle_noise": st.sampled_from([0.0, 0.0, 0.3]),
    "cycle_kind": st.sampled_from(["additive", "multiplicative"]),
    "bit_length": st.integers(1, 40),
    "update_management": st.booleans(),
    "bit_length_management": st.booleans(),
    "correlated": st.booleans(),
    "granularity": st.none() | st.floats(0.002, 0.02),
}
SCHEDULE_FIELDS: dict[str, Callable[[int], st.SearchStrategy[Any]]] = {
    "stages": st.just,
    "copy_cost": lambda stages: st.just(1),
    "lengths": lambda stages: st.lists(st.integers(1, 4), min_size=stages, max_size=stages),
}


def built(kind: Any, strategies: Strategies) -> st.SearchStrategy[Any]:
    """The class, with every field drawn that has a strategy; others are those of its example, if it states one."""
    drawn, fields = {}, [field for field in dataclasses.fields(kind) if field.init]
    example = getattr(kind, "EXAMPLE", {})
    for field in fields:
        if field.name in strategies:
            drawn[field.name] = strategies[field.name]
        elif field.name in example:
            drawn[field.name] = st.just(example[field.name])
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise KeyError(f"{kind.__module__} has the field {field.name!r}: give it a strategy in {__name__}")
    return st.builds(kind, **drawn)


def devices(name: str) -> st.SearchStrategy[Response]:
    return built(DEVICES[name], DEVICE_FIELDS)


def noises(name: str) -> st.SearchStrategy[NoiseModel]:
    return built(NOISES[name], NOISE_FIELDS)


def fidelities(name: str) -> st.SearchStrategy[UpdateRule]:
    return built(FIDELITIES[name], FIDELITY_FIELDS)


def any_of(make: Callable[[str], st.SearchStrategy[Any]], names: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    return st.one_of(*(make(name) for name in sorted(names)))


PROBLEM_FIELDS: Strategies = {
    "noise": any_of(noises, NOISES),
    "spectrum": st.lists(st.floats(0.1, 3.0), min_size=COLUMNS, max_size=COLUMNS),
    "matrix": normal(ROWS, COLUMNS),
    "target": normal(ROWS),
    "inputs": normal(ROWS, 2),
    "targets": normal(ROWS, 2),
    "features": normal(ROWS, COLUMNS),
    "labels": SEEDS.map(lambda seed: rng(seed).integers(3, size=ROWS)),
    "classes": st.just(3),
    "bias": st.booleans(),
    "batch": st.integers(1, 4),
    "sizes": st.sampled_from([(1, 1, 1), (2, 1), (1, 2), (3,)]),
    "inner": st.lists(st.integers(1, 3), max_size=3),
    "ridge": st.floats(0.0, 1.0),
    "optimum": st.floats(-0.5, 0.5),
    "initial": st.floats(-0.5, 0.5),
}


def problems(name: str, **changed: st.SearchStrategy[Any]) -> st.SearchStrategy[StochasticProblem]:
    return built(PROBLEMS[name], {**PROBLEM_FIELDS, **changed})


STAGED = sorted(name for name, kind in PROBLEMS.items() if issubclass(kind, StagedProblem))


def schedules(name: str, stages: int) -> st.SearchStrategy[PipelineSchedule]:
    """Any schedule of so many stages; its fields may depend on them."""
    kind = SCHEDULES[name]
    strategies = {field: make(stages) for field, make in SCHEDULE_FIELDS.items()}
    if kind.batched:
        strategies["microbatches"] = st.integers(1, 4)
    return built(kind, strategies)
