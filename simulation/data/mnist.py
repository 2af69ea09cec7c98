"""MNIST from the packaged subset or from a folder, never without a matching checksum."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation._arrays import FloatArray, IntArray
from simulation.data._files import DataError, StoredFile, read_sums
from simulation.data._idx import read_pair, read_sets
from simulation.data._images import Pixels
from simulation.data._source import Source, folder_below

PACKAGED = Path(__file__).parent / "mnist"
"""Folder of the subset that travels with the package."""
FOLDER_VARIABLE = "AIMC_MNIST_DIR"
"""Environment variable that names a folder to use instead; it goes before AIMC_DATA."""
FOLDERS = ("mnist",)
"""Names of the folder below AIMC_DATA."""
FULL_SET = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
"""SHA-256 of the complete set's uncompressed files."""


@dataclass(frozen=True, kw_only=True)
class Dataset(Source):
    """Handwritten digits, 28×28 grey levels, 60,000 + 10,000; the packaged subset has 8,000 + 2,000.

    Without a folder: the one that AIMC_MNIST_DIR names, or `mnist` below AIMC_DATA, or the packaged subset.
    A folder with a SHA256SUMS file must match it; one without must hold the complete set or the packaged
    subset.

    Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits", CC BY-SA 3.0.
    """

    classes: ClassVar[int] = 10
    folders: ClassVar[tuple[str, ...]] = FOLDERS
    packaged: ClassVar[Path | None] = PACKAGED

    def read(self, folder: Path) -> tuple[Pixels, Pixels, tuple[StoredFile, ...]]:
        """Return the content of the two pairs of IDX files; errors of `load_mnist`."""
        return read_sets(folder, known=_known())

    def locate(self) -> Path:
        """Return the folder that the class's description names."""
        return _locate(self.folder)


@dataclass(frozen=True, kw_only=True, eq=False)
class Digits:
    """Images and their labels as flat vectors; both arrays are read-only.

    Raises:
        DataError: if the numbers of images and labels differ or a label is not in 0..9.
    """

    images: FloatArray
    """Pixels in [0, 1], shape (n, 784)."""
    labels: IntArray
    """Digits 0..9, shape (n,)."""

    def __post_init__(self) -> None:
        """Check that images and labels belong together."""
        if len(self.images) != len(self.labels):
            raise DataError(f"labels must be {len(self.images)}, one an image, got {len(self.labels)}")
        if len(self.labels) and self.labels.max() > 9:
            raise DataError(f"labels must be in 0..9, got {self.labels.max()}")
        self.images.flags.writeable = False
        self.labels.flags.writeable = False


def load_mnist(split: str = "train", folder: str | os.PathLike[str] | None = None) -> Digits:
    """Return one split of MNIST.

    Args:
        split: "train" or "test".
        folder: holds the four standard files, plain or with .gz. If None, the folder that the environment
            variable AIMC_MNIST_DIR names, or `mnist` below the one that AIMC_DATA names, or else the packaged
            subset (8,000 + 2,000 images, balanced).

    A folder with a SHA256SUMS file must match it; one without must hold the complete set or the packaged
    subset.

    Raises:
        ValueError: if `split` is unknown.
        DataError: if a file is missing, damaged or of unknown content.

    Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits", CC BY-SA 3.0.
    """
    images, labels = read_split(split, folder)
    return Digits(
        images=images.reshape(len(images), -1) / 255.0,  # the 256 grey levels become 0, 1/255, …, 1
        labels=labels.astype(np.int64),
    )


def read_split(split: str, folder: str | os.PathLike[str] | None = None) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return images (n, rows, columns) and labels (n,) as stored; arguments and errors of `load_mnist`."""
    images, labels, _ = read_pair(_locate(folder), split, known=_known())
    return images, labels


def _locate(folder: str | os.PathLike[str] | None) -> Path:
    return Path(folder or os.environ.get(FOLDER_VARIABLE) or folder_below(FOLDERS) or PACKAGED)


def _known() -> dict[str, tuple[str, str]]:
    """Checksums of each file, of the complete set and of the packaged subset."""
    packaged = read_sums(PACKAGED)
    return {name: (digest, packaged[f"{name}.gz"]) for name, digest in FULL_SET.items()}
