"""The IDX format of MNIST: a typed header, then the bytes of an array, nothing that could execute."""

import math
import struct
from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulation.data._files import DataError, StoredFile, read_file
from simulation.data._images import Pixels

FILES = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}
"""Standard names of the images and the labels of each split, without .gz; Fashion-MNIST took them over."""


def read_pair(
    folder: Path,
    split: str,
    *,
    known: Mapping[str, Collection[str]],
    complete: Mapping[str, int] | None = None,
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], tuple[StoredFile, ...]]:
    """Return images (n, rows, columns), labels (n,) and provenance of one split.

    Args:
        folder: where the files lie.
        split: "train" or "test".
        known: published SHA-256 of each file (see `read_file`).
        complete: length of each complete file, uncompressed [bytes].

    Raises:
        ValueError: if `split` is unknown.
        DataError: as `read_file` and `parse_idx`; if there are no images, or not one label for each.
    """
    if split not in FILES:
        raise ValueError(f"split must be one of {sorted(FILES)}, got {split!r}")
    arrays, files = [], []
    for name, dimensions in zip(FILES[split], (3, 1), strict=True):
        size = None if complete is None else complete[name]
        content, file = read_file(folder, name, known=known[name], complete=size)
        arrays.append(parse_idx(content, name, dimensions=dimensions))
        files.append(file)
    images, labels = arrays
    if not images.size:
        raise DataError(f"{folder / files[0].name}: images must not be empty, got shape {images.shape}")
    if len(labels) != len(images):
        raise DataError(f"{folder / files[1].name}: labels must be {len(images)}, one an image, got {len(labels)}")
    return images, labels, tuple(files)


def read_sets(
    folder: Path,
    *,
    known: Mapping[str, Collection[str]],
    complete: Mapping[str, int] | None = None,
) -> tuple[Pixels, Pixels, tuple[StoredFile, ...]]:
    """Return training and test images (n, rows, columns, 1) with labels, and all files; see `read_pair`."""
    pairs = [read_pair(folder, split, known=known, complete=complete) for split in FILES]
    train, test = (Pixels(images=images[..., np.newaxis], labels=labels) for images, labels, _ in pairs)
    return train, test, tuple(file for *_, files in pairs for file in files)


def parse_idx(data: bytes, name: str, *, dimensions: int) -> NDArray[np.uint8]:
    """Return the unsigned-byte array stored in `data`.

    Format: bytes 0, 0, type (8 = unsigned byte), number of dimensions; one big-endian uint32 a dimension;
    the entries in row-major order.

    Args:
        data: the uncompressed file.
        name: file name for error messages.
        dimensions: number of dimensions that the array must have.

    Raises:
        DataError: if the magic number, the dimensions or the length are not as the format says.

    Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits".
    """
    header = 4 + 4 * dimensions
    magic = bytes((0, 0, 8, dimensions))
    if data[:4] != magic:
        raise DataError(f"{name}: magic number must be {magic.hex()}, got {data[:4].hex() or 'an empty file'}")
    if len(data) < header:
        raise DataError(f"{name}: header must have {header} bytes, got {len(data)}")
    shape = struct.unpack(f">{dimensions}I", data[4:header])
    expected = header + math.prod(shape)
    if len(data) != expected:
        raise DataError(f"{name}: length must be {expected} bytes for shape {shape}, got {len(data)}")
    return np.frombuffer(data, dtype=np.uint8, offset=header).reshape(shape)


def encode_idx(array: NDArray[np.uint8]) -> bytes:
    """Return the IDX file of an unsigned-byte array; inverse of `parse_idx`."""
    return bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()
