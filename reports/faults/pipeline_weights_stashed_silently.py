"""Every stage keeps a copy of the weights for the backward pass, though the schedule has one array."""

from typing import Any
from unittest.mock import patch

from reports.faults._fault import Fault
from simulation.pipeline_stage import Stage

true = Stage.__init__


def stashing(stage: Stage, *arguments: Any, stashed: bool) -> None:
    """A stage that stashes, whatever it is told."""
    del stashed
    true(stage, *arguments, stashed=True)


def planted() -> Any:
    """In every stage."""
    return patch.object(Stage, "__init__", stashing)


FAULT = Fault(
    title="Every stage keeps a copy of the weights for the backward pass, though the schedule has one array",
    planted=planted,
    red=("executors-asynchronous-1f1b-4",),
)
