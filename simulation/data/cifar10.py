"""CIFAR-10 from its binary batch files in a folder."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from simulation.data._cifar import read_batches
from simulation.data._files import StoredFile, listed_files
from simulation.data._images import Pixels
from simulation.data._source import Source

TRAIN = tuple(f"data_batch_{number}.bin" for number in range(1, 6))
"""Standard names of the training files, without .gz."""


@dataclass(frozen=True, kw_only=True)
class Dataset(Source):
    """Photographs of 10 kinds, 32×32×3, 50,000 + 10,000, in the binary version (never the pickled one).

    A folder with a SHA256SUMS file must match it and is read as far as that file lists batches: so are
    subsets. One without must hold the complete set: five training files and one for tests, of 10,000 images
    each.

    Source: A. Krizhevsky, "Learning multiple layers of features from tiny images", 2009.
    """

    classes: ClassVar[int] = 10
    folders: ClassVar[tuple[str, ...]] = ("cifar10", "cifar-10-batches-bin", "cifar10-subset")

    def read(self, folder: Path) -> tuple[Pixels, Pixels, tuple[StoredFile, ...]]:
        """Return the content of the training batches and of the test batch; DataError if damaged."""
        listed = {re.sub(r"\.gz$", "", name) for name in listed_files(folder)}
        names = tuple(name for name in TRAIN if name in listed) or TRAIN
        train, files = read_batches(folder, names, classes=(10,), label=0, records=10_000)
        test, test_files = read_batches(folder, ("test_batch.bin",), classes=(10,), label=0, records=10_000)
        return train, test, files + test_files
