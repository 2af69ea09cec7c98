"""CIFAR-100 from its binary files in a folder."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from simulation.data._cifar import read_batches
from simulation.data._files import StoredFile
from simulation.data._images import Pixels
from simulation.data._source import Source

LABELS = (20, 100)
"""Classes of the two label bytes of a record: the coarse one, then the fine one."""


@dataclass(frozen=True, kw_only=True)
class Dataset(Source):
    """Photographs of 100 kinds, 32×32×3, 50,000 + 10,000, in the binary version (never the pickled one).

    The fine label counts. A folder with a SHA256SUMS file must match it, and may then hold subsets; one
    without must hold the complete set.

    Source: A. Krizhevsky, "Learning multiple layers of features from tiny images", 2009.
    """

    classes: ClassVar[int] = 100
    folders: ClassVar[tuple[str, ...]] = ("cifar100", "cifar-100-binary")

    def read(self, folder: Path) -> tuple[Pixels, Pixels, tuple[StoredFile, ...]]:
        """Return the content of the training and the test file; DataError if damaged."""
        train, files = read_batches(folder, ("train.bin",), classes=LABELS, label=1, records=50_000)
        test, test_files = read_batches(folder, ("test.bin",), classes=LABELS, label=1, records=10_000)
        return train, test, files + test_files
