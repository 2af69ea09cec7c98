"""MNIST from the packaged subset or from a folder, never without a matching checksum."""

import gzip
import hashlib
import os
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulation._arrays import FloatArray, IntArray
from simulation.data.idx import DataError, parse_idx

PACKAGED = Path(__file__).parent / "mnist"
"""Folder of the subset that travels with the package."""
FOLDER_VARIABLE = "AIMC_MNIST_DIR"
"""Environment variable that names a folder to use instead."""
SUMS = "SHA256SUMS"
"""File of a folder that lists the SHA-256 of its files as they are stored."""
FILES = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}
"""Standard names of the images and the labels of each split, without .gz."""
FULL_SET = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
"""SHA-256 of the complete set's uncompressed files."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Dataset:
    """Images and their labels; both arrays are read-only.

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


def load_mnist(split: str = "train", folder: str | os.PathLike[str] | None = None) -> Dataset:
    """Return one split of MNIST.

    Args:
        split: "train" or "test".
        folder: holds the four standard files, plain or with .gz. If None, the folder that the environment
            variable AIMC_MNIST_DIR names, or else the packaged subset (8,000 + 2,000 images, balanced).

    A folder with a SHA256SUMS file must match it; one without must hold the complete set or the packaged
    subset.

    Raises:
        ValueError: if `split` is unknown.
        DataError: if a file is missing, damaged or of unknown content.

    Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits", CC BY-SA 3.0.
    """
    images, labels = read_split(split, folder)
    return Dataset(
        images=images.reshape(len(images), -1) / 255.0,  # the 256 grey levels become 0, 1/255, …, 1
        labels=labels.astype(np.int64),
    )


def read_split(split: str, folder: str | os.PathLike[str] | None = None) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return images (n, rows, columns) and labels (n,) as stored; arguments and errors of `load_mnist`."""
    if split not in FILES:
        raise ValueError(f"split must be one of {sorted(FILES)}, got {split!r}")
    source = Path(folder or os.environ.get(FOLDER_VARIABLE) or PACKAGED)
    images, labels = FILES[split]
    return (
        parse_idx(_verified(source, images), images, dimensions=3),
        parse_idx(_verified(source, labels), labels, dimensions=1),
    )


def read_sums(folder: Path) -> dict[str, str]:
    """Return name → SHA-256 of a folder's SHA256SUMS file, empty if it has none."""
    path = folder / SUMS
    if not path.is_file():
        return {}
    entries = [line.split(maxsplit=1) for line in path.read_text(encoding="utf-8").splitlines() if line]
    if any(len(entry) != 2 for entry in entries):
        raise DataError(f"{path}: every line must be 'checksum  name'")
    return {name.lstrip("*"): digest for digest, name in entries}


def _verified(folder: Path, name: str) -> bytes:
    """Return the uncompressed content of a standard file after checking it."""
    path = next((p for p in (folder / f"{name}.gz", folder / name) if p.is_file()), None)
    if path is None:
        raise DataError(f"{folder}: must hold {name}.gz or {name}, found neither")
    stored = path.read_bytes()
    sums, found = read_sums(folder), hashlib.sha256(stored).hexdigest()
    if sums and sums.get(path.name) != found:
        listed = sums.get(path.name, "no entry")
        raise DataError(f"{path}: SHA-256 must be {listed} ({SUMS} of its folder), got {found}")
    content = _uncompressed(stored, path)
    if not sums and found != read_sums(PACKAGED).get(path.name):
        digest = hashlib.sha256(content).hexdigest()
        if digest != FULL_SET[name]:
            raise DataError(
                f"{path}: uncompressed SHA-256 must be {FULL_SET[name]} (complete MNIST) unless the folder "
                f"has a {SUMS} file, got {digest}"
            )
    return content


def _uncompressed(stored: bytes, path: Path) -> bytes:
    if path.suffix != ".gz":
        return stored
    try:
        return gzip.decompress(stored)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: must be a complete gzip file, got {len(stored)} bytes: {error}") from error
