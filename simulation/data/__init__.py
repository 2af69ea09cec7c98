"""Data sets, one a file: each module exports a frozen dataclass `Dataset` (see `_source`).

>>> from simulation import DATASETS
>>> from simulation.data import permutation
>>> data = DATASETS["mnist"]().load()  # the packaged subset, unless a folder is given or named by AIMC_DATA
>>> first = permutation(len(data.train), seed=0, epoch=0)[:10]
>>> data.train.images[first].shape, data.train.labels[first].shape
((10, 28, 28, 1), (10,))
"""

from simulation._registry import discover
from simulation.data._files import DataError, StoredFile
from simulation.data._images import ImageData, Split
from simulation.data._order import permutation
from simulation.data._varied import varied

DATASETS = discover(__name__, __path__, "Dataset", ("load", "read", "locate", "classes", "folders"))
"""Every data set of this folder: file name → class."""

__all__ = [
    "DATASETS",
    "DataError",
    "ImageData",
    "Split",
    "StoredFile",
    "permutation",
    "varied",
]
