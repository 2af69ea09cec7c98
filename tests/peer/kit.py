"""The peer simulator aihwkit, if it is installed and works: its devices without variation, its raw arrays.

``python -m tests.peer.kit`` says which versions were found, and exits with 1 and the reason if there is no working
peer. Nothing here imports it before it is asked for.
"""

import ctypes
import importlib
import sys
import warnings
from dataclasses import fields
from functools import cache
from typing import Any, NamedTuple

import numpy as np

Numbers = np.ndarray[Any, np.dtype[np.floating[Any]]]


class Kind(NamedTuple):
    """A device of the peer: its class and the fields that are not at their defaults."""

    name: str
    fields: dict[str, Any]


KINDS = {
    "constant": Kind("ConstantStepDevice", {}),
    "constant_updown0.2": Kind("ConstantStepDevice", {"up_down": 0.2}),
    "linear_g0.3_0.5": Kind("LinearStepDevice", {"gamma_up": 0.3, "gamma_down": 0.5}),
    "softbounds": Kind("SoftBoundsDevice", {}),
    "sbref_tau1": Kind("SoftBoundsReferenceDevice", {}),
    "sbref_asym": Kind("SoftBoundsReferenceDevice", {"w_max": 1.25, "w_min": -0.75}),
    "expstep_default": Kind("ExpStepDevice", {}),
    "expstep_reram_es": Kind(
        "ExpStepDevice",
        {
            "A_up": -1.18445,
            "A_down": -0.081404,
            "gamma_up": 5.0,
            "gamma_down": 5.0,
            "a": -0.5,
            "b": -0.5,
            "up_down": 0.259359,
        },
    ),
    "powstep_g1": Kind("PowStepDevice", {"pow_gamma": 1.0}),
    "piecewise": Kind("PiecewiseStepDevice", {"piecewise_up": [1.5, 1.0, 0.5], "piecewise_down": [0.25, 1.0, 1.5]}),
}
"""Under the names of `tests.simulation.test_conformance.PEERS`; bounds are ±1 unless given."""


@cache
def why_absent() -> str | None:
    """None if the peer can be imported and moves a weight; otherwise the reason, in words.

    An import that succeeds is not enough: built against another torch, the peer imports and misreads every tensor.
    """
    try:
        module("torch"), module("aihwkit.simulator.tiles")
    except (ImportError, OSError, ValueError) as error:  # the last two from a torch of which some wheels are missing
        return f"peer not installed, or not whole ({error})"
    try:
        array = Array("constant", rows=3, columns=4)
        array.write(np.full((3, 4), 0.25))
        moved = array.update([1.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0]).read()
    except RuntimeError as error:
        return f"the installed peer does not work with the installed torch ({error})"
    return None if (moved[:, 0] < 0.25).all() else f"the installed peer does not move a weight: {moved[:, 0]}"


@cache
def module(name: str) -> Any:
    """A module of the peer or of torch; ImportError if it is not there."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecations inside other people's packages
        return importlib.import_module(name)


def device(name: str, dw_min: float) -> Any:
    """The peer's device of that name with every spread from cell to cell and from pulse to pulse at 0."""
    kind = KINDS[name]
    made = getattr(module("aihwkit.simulator.configs"), kind.name)
    still = {field.name: 0.0 for field in fields(made) if field.name.endswith(("_dtod", "_std"))}
    return made(**still | {"dw_min": dw_min, "w_max": 1.0, "w_min": -1.0} | kind.fields)


def configuration(name: str, dw_min: float, **update: Any) -> Any:
    """Perfect reads and the peer's stochastic-compressed pulses; `update` are fields of its `UpdateParameters`."""
    configs = module("aihwkit.simulator.configs")
    perfect = configs.IOParameters(is_perfect=True)
    pulses = configs.UpdateParameters(**update)
    return configs.SingleRPUConfig(device=device(name, dw_min), forward=perfect, backward=perfect, update=pulses)


class Array:
    """One crossbar of the peer, spoken to below its autograd: the fastest way there is to update it."""

    def __init__(
        self,
        name: str,
        *,
        rows: int = 1,
        columns: int = 1,
        dw_min: float = 1e-3,
        rate: float = 1.0,
        seed: int = 1,
        **update: Any,
    ) -> None:
        """Make it; the seed is that of the C library's rand(), from which its pulses come."""
        self._torch = module("torch")
        tiles = module("aihwkit.simulator.tiles")
        self.raw = tiles.AnalogTile(rows, columns, configuration(name, dw_min, **update)).tile
        self.raw.set_learning_rate(rate)
        ctypes.CDLL(None).srand(seed)  # after the array is made, which seeds it from the clock

    def tensor(self, values: Any) -> Any:
        """A float32 tensor of its own."""
        return self._torch.tensor(np.asarray(values), dtype=self._torch.float32)

    def write(self, weights: Any) -> "Array":
        """Set all weights exactly."""
        self.raw.set_weights(self.tensor(weights))
        return self

    def update(self, inputs: Any, errors: Any) -> "Array":
        """Ask for −rate·d·xᵀ by pulses."""
        self.raw.update(self.tensor(inputs), self.tensor(errors), False)
        return self

    def read(self) -> Numbers:
        """The weights, (rows, columns)."""
        return np.array(self.raw.get_weights().numpy(), dtype=np.float64)


def versions() -> str:
    """Of the peer and of torch."""
    return ", ".join(f"{name} {module(name).__version__}" for name in ("aihwkit", "torch"))


def main() -> int:
    """Say what was found."""
    reason = why_absent()
    sys.stdout.write(f"{versions() if reason is None else f'{reason}: no live comparison'}\n")
    return 0 if reason is None else 1


if __name__ == "__main__":
    sys.exit(main())
