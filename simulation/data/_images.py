"""What a loaded data set is: three parts kept apart, normalised by the training part alone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation._arrays import FloatArray, IntArray, frozen
from simulation.data._files import DataError, StoredFile

FloatImages = NDArray[np.float32]
_LEVELS = 256
_BLOCK = 1024  # images counted at once: bincount widens bytes to 64 bits, a few MiB a block


@dataclass(frozen=True, kw_only=True, eq=False)
class Pixels:
    """Images and labels as stored.

    Raises:
        DataError: if there are no images, or not one label for each.
    """

    images: NDArray[np.uint8]
    """Grey or colour levels 0..255, shape (n, height, width, channels)."""
    labels: NDArray[np.uint8]
    """Shape (n,)."""

    def __post_init__(self) -> None:
        """Check that images and labels belong together."""
        if len(self.images) != len(self.labels):
            raise DataError(f"labels must be {len(self.images)}, one an image, got {len(self.labels)}")
        if not self.images.size:
            raise DataError(f"images must not be empty, got shape {self.images.shape}")


@dataclass(frozen=True, kw_only=True, eq=False)
class Split:
    """One part of a data set; both arrays are read-only."""

    images: FloatImages
    """Normalised: (level/255 − mean)/deviation of the channel, shape (n, height, width, channels)."""
    labels: IntArray
    """Classes 0..classes−1, shape (n,)."""

    def __len__(self) -> int:
        """Return the number of images."""
        return len(self.labels)


@dataclass(frozen=True, kw_only=True, eq=False)
class ImageData:
    """A data set ready for training; made by `Dataset.load()` of a file of this folder."""

    name: str
    """Name in `DATASETS`."""
    classes: int
    """Number of classes."""
    train: Split
    """What is trained on, and what mean and deviation come from."""
    validation: Split
    """Held out of the training files by a seeded permutation: for step sizes and early stops."""
    test: Split
    """The set's own test files: for the figures that are reported, never for a choice."""
    mean: FloatArray
    """Mean of level/255 over the training part, shape (channels,)."""
    deviation: FloatArray
    """Standard deviation of level/255 over the training part (divisor n), shape (channels,)."""
    files: tuple[StoredFile, ...]
    """Provenance: every file read, with its checksums and what they were held against."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels of an image."""
        height, width, channels = self.train.images.shape[1:]
        return height, width, channels


def prepare(
    *,
    name: str,
    classes: int,
    train: Pixels,
    test: Pixels,
    order: IntArray,
    held_out: int,
    files: tuple[StoredFile, ...],
) -> ImageData:
    """Part the training files, take the statistics of what is left, and normalise all three parts with them.

    Args:
        name: name in `DATASETS`.
        classes: number of classes.
        train: content of the training files.
        test: content of the test files.
        order: permutation of the training files' images; the first `held_out` become the validation part.
        held_out: images of the validation part, 0 < held_out < n.
        files: provenance.

    Raises:
        DataError: if a label is out of range, train and test differ in shape, or a channel is constant.
    """
    for part, pixels in (("training", train), ("test", test)):
        if pixels.labels.max() >= classes:
            raise DataError(f"{name}: labels must be in 0..{classes - 1}, got {pixels.labels.max()} in {part} files")
    if train.images.shape[1:] != test.images.shape[1:]:
        raise DataError(
            f"{name}: training and test images must have one shape, got {train.images.shape[1:]} "
            f"and {test.images.shape[1:]}"
        )
    kept = np.sort(order[held_out:])  # ascending: a copy in the order of memory; batches shuffle anyway
    mean, deviation = level_statistics(train.images, kept)
    if not deviation.all():
        raise DataError(f"{name}: training images must vary in every channel, got deviations {deviation.tolist()}")
    table = ((np.arange(_LEVELS) / 255.0 - mean[:, None]) / deviation[:, None]).astype(np.float32)
    return ImageData(
        name=name,
        classes=classes,
        train=_normalised(train, table, kept),
        validation=_normalised(train, table, np.sort(order[:held_out])),
        test=_normalised(test, table, np.arange(len(test.labels))),
        mean=frozen(mean),
        deviation=frozen(deviation),
        files=files,
    )


def level_statistics(images: NDArray[np.uint8], chosen: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return mean and standard deviation of level/255 in each channel over the chosen images.

    With N pixels: mean = Σv/(255N), deviation = √(NΣv² − (Σv)²)/(255N); the sums are exact integers, so the
    result does not depend on the order of the images or on the machine.
    """
    levels = np.arange(_LEVELS)
    counts = np.zeros((images.shape[-1], _LEVELS), dtype=np.int64)
    for start in range(0, len(chosen), _BLOCK):
        block = images[chosen[start : start + _BLOCK]]
        for channel in range(len(counts)):
            counts[channel] += np.bincount(block[..., channel].ravel(), minlength=_LEVELS)
    mean, deviation = [], []
    for row in counts:
        pixels, total, squares = int(row.sum()), int(row @ levels), int(row @ levels**2)
        mean.append(total / (255 * pixels))
        # Python integers: N Σv² of a large set does not fit into 64 bits.
        deviation.append((pixels * squares - total**2) ** 0.5 / (255 * pixels))
    return np.array(mean), np.array(deviation)


def _normalised(pixels: Pixels, table: FloatImages, chosen: IntArray) -> Split:
    """Look every level up in `table` (channels, 256): 256 roundings a channel instead of one a pixel."""
    levels = pixels.images[chosen]
    images = np.empty(levels.shape, dtype=np.float32)
    for channel, row in enumerate(table):
        images[..., channel] = row[levels[..., channel]]
    labels = pixels.labels[chosen].astype(np.int64)
    images.flags.writeable = False
    labels.flags.writeable = False
    return Split(images=images, labels=labels)
