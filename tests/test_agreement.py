"""Where theory and simulation must agree though neither imports the other: names, and responses by name."""

from dataclasses import fields

import numpy as np
import pytest
from sympy import lambdify

import simulation
import theory
from simulation.statistics import STATISTICS

# Two float64 evaluations of the same function of one number, in which nothing of size one cancels, differ by a few
# units in the last place.
TWIN = 1e-12
PARAMETERS = {"tau": 1.5, "offset": -0.4, "gamma": 1.3}


def test_what_a_run_measures_has_the_theorys_names() -> None:
    names = {row.name for row in theory.TABLE.values() if row.glyph.startswith("⟨")}
    assert set(STATISTICS) - {"noise_variance"} <= names
    assert set(STATISTICS) <= {field.name for field in fields(simulation.Trace)}


def test_every_device_of_the_theory_is_simulated_under_its_name() -> None:
    assert set(theory.RESPONSES) <= set(simulation.DEVICES)


@pytest.mark.parametrize("name", theory.RESPONSES)
def test_symbolic_and_simulated_response_are_twins(name: str) -> None:
    device_type, response = simulation.DEVICES[name], theory.RESPONSES[name]
    given = {field.name: PARAMETERS[field.name] for field in fields(device_type)}
    device, w = device_type(**given), np.linspace(-1.4, 1.4, 29)  # inside the range of 1.5
    values = PARAMETERS | {"weights": w}
    for symbolic, simulated in ((response.symmetric, device.symmetric), (response.asymmetric, device.asymmetric)):
        symbols = sorted(symbolic.free_symbols, key=str)
        expected = lambdify(symbols, symbolic)(*(values[symbol.name] for symbol in symbols)) + 0 * w
        assert simulated(w) == pytest.approx(expected, rel=TWIN, abs=TWIN)
