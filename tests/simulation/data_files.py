"""Tiny data sets in the standard formats, written for tests: a writer for each file of simulation/data."""

import gzip
import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulation.data._files import SUMS
from simulation.data._idx import FILES, encode_idx

Bytes = NDArray[np.uint8]
Part = tuple[Bytes, Bytes]
"""Images (n, height, width, channels) and labels (n,)."""
SIZES = (40, 20)
"""Images of the training and of the test files."""


def drawn(shape: tuple[int, int, int], classes: int) -> tuple[Part, Part]:
    """Random levels, every channel with another mean; labels run through the classes."""
    rng = np.random.Generator(np.random.SFC64(3))
    parts = []
    for count in SIZES:
        tops = np.linspace(100, 255, shape[-1])
        images = (rng.random((count, *shape)) * tops).astype(np.uint8)
        parts.append((images, (np.arange(count) * 7 % classes).astype(np.uint8)))
    return parts[0], parts[1]


def write_idx(folder: Path, train: Part, test: Part) -> None:
    for split, (images, labels) in (("train", train), ("test", test)):
        for name, array in zip(FILES[split], (images[..., 0], labels), strict=True):
            (folder / name).write_bytes(encode_idx(array))


def records(part: Part, *, coarse: bool = False) -> bytes:
    images, labels = part
    columns = [labels[:, None] // 5, labels[:, None]] if coarse else [labels[:, None]]
    return np.concatenate([*columns, images.transpose(0, 3, 1, 2).reshape(len(labels), -1)], axis=1).tobytes()


def write_cifar10(folder: Path, train: Part, test: Part) -> None:
    """Two of the five training files: a subset."""
    half = len(train[1]) // 2
    for number, part in enumerate((slice(half), slice(half, None)), start=1):
        (folder / f"data_batch_{number}.bin").write_bytes(records((train[0][part], train[1][part])))
    (folder / "test_batch.bin").write_bytes(records(test))


def write_cifar100(folder: Path, train: Part, test: Part) -> None:
    for name, part in (("train.bin", train), ("test.bin", test)):
        (folder / name).write_bytes(records(part, coarse=True))


WRITERS: dict[str, tuple[tuple[int, int, int], int, Callable[[Path, Part, Part], None]]] = {
    "mnist": ((28, 28, 1), 10, write_idx),
    "fashion_mnist": ((28, 28, 1), 10, write_idx),
    "cifar10": ((32, 32, 3), 10, write_cifar10),
    "cifar100": ((32, 32, 3), 100, write_cifar100),
}
"""Data set → shape of an image, classes, writer of its plain files."""


def write_set(name: str, folder: Path, *, edit: Callable[[Part, Part], None] | None = None) -> tuple[Part, Part]:
    """Write a tiny set of this name with its checksums; `edit` may change the parts in place before."""
    shape, classes, write = WRITERS[name]
    folder.mkdir(parents=True, exist_ok=True)
    train, test = drawn(shape, classes)
    if edit is not None:
        edit(train, test)
    write(folder, train, test)
    write_sums(folder)
    return train, test


def write_sums(folder: Path) -> None:
    files = sorted(path for path in folder.iterdir() if path.name != SUMS)
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (folder / SUMS).write_text("".join(lines))


def compress(folder: Path) -> None:
    """Replace every file by its gzip form and list the new checksums."""
    for path in [path for path in folder.iterdir() if path.name != SUMS]:
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 1))
        path.unlink()
    write_sums(folder)
