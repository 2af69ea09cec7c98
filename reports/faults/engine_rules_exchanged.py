"""Accumulated for sample-wise updates and the other way round."""

from typing import Any
from unittest.mock import patch

from reports.faults._fault import Fault
from simulation.batch import run_batched

true: Any = run_batched


OTHER = {"accumulated": "sample_wise", "sample_wise": "accumulated", "sequential": "sequential"}


def exchanged(*arguments: Any, rule: str, **given: Any) -> Any:
    """The run under the other rule."""
    return true(*arguments, rule=OTHER[rule], **given)


def planted() -> Any:
    """Where an experiment is run."""
    return patch("simulation.experiment.run_batched", exchanged)


FAULT = Fault(
    title="Accumulated for sample-wise updates and the other way round",
    planted=planted,
    red=(
        "engines-synchronous-sample-wise",
        "engines-synchronous-accumulated",
    ),
)
