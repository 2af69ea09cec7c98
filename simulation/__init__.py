"""Array simulation of analog in-memory SGD: devices, noises, problems, and one engine for all of them.

Example: 64 runs of SGD on a scalar quadratic stored on an asymmetric linear device.

>>> from simulation import DEVICES, NOISES, PROBLEMS, run
>>> noise = NOISES["two_point"](standard_deviation=0.3)
>>> problem = PROBLEMS["quadratic"](spectrum=[1.0], optimum=0.4, noise=noise)
>>> trace = run(problem, DEVICES["asymmetric_linear"](tau=1.0), step_size=0.05, steps=200, runs=64, seed=0)
>>> trace.require_valid().gradient_norm.shape  # (checkpoints, settings, runs)
(1, 1, 64)
"""

from simulation._registry import lookup
from simulation.batch import BatchTrace, run_batched
from simulation.data import DATASETS, DataError, ImageData
from simulation.data.mnist import load_mnist
from simulation.devices import DEVICES
from simulation.engine import run
from simulation.fidelities import FIDELITIES
from simulation.noises import NOISES
from simulation.pipeline import run_clocked, run_recursion
from simulation.pipeline_delayed import DelayedTrace, run_delayed
from simulation.problems import PROBLEMS
from simulation.schedules import SCHEDULES
from simulation.trace import Trace

__all__ = [
    "DATASETS",
    "DEVICES",
    "FIDELITIES",
    "NOISES",
    "PROBLEMS",
    "SCHEDULES",
    "BatchTrace",
    "DataError",
    "DelayedTrace",
    "ImageData",
    "Trace",
    "load_mnist",
    "lookup",
    "run",
    "run_batched",
    "run_clocked",
    "run_delayed",
    "run_recursion",
]
