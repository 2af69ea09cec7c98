"""Training of networks on images, through every schedule, on every device.

`train` does it in sample order, with the delays that the schedule makes; `train_clocked` event by event with one
copy of each weight; both give the same weights to the last bit.
"""

from simulation.training._clocked import Clocked, train_clocked
from simulation.training._estimates import Estimate, estimate
from simulation.training._events import clocks
from simulation.training._measure import MEASURES
from simulation.training._reached import first_reached
from simulation.training._train import Training, train

__all__ = [
    "MEASURES",
    "Clocked",
    "Estimate",
    "Training",
    "clocks",
    "estimate",
    "first_reached",
    "train",
    "train_clocked",
]
