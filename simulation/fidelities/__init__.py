"""How faithfully an update is made, one way a file: each module exports a frozen dataclass `Fidelity`."""

from simulation._registry import discover, lookup
from simulation.fidelities._fidelity import UpdateRule

FIDELITIES = discover(__name__, __path__, "Fidelity", ("update", "random"))
"""Every fidelity of this folder: file name → class."""


def fidelity_of(choice: str | UpdateRule) -> UpdateRule:
    """Return `choice` itself, or the fidelity of that name with its defaults.

    Raises:
        ValueError: if the name is unknown or `choice` is neither.
    """
    if isinstance(choice, UpdateRule):
        return choice
    if not isinstance(choice, str):
        raise ValueError(f"fidelity must be a name or a Fidelity, got {choice!r}")
    made = lookup(FIDELITIES, choice)()
    assert isinstance(made, UpdateRule)  # noqa: S101  # for the type checker; discovery has seen to it
    return made


__all__ = ["FIDELITIES", "UpdateRule", "fidelity_of"]
