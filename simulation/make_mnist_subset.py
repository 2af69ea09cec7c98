"""Make a class-balanced subset of MNIST, byte for byte the same each time.

Use: python -m simulation.make_mnist_subset SOURCE_FOLDER TARGET_FOLDER

SOURCE_FOLDER holds the complete set (verified before use); TARGET_FOLDER receives the four files under their
standard names with .gz, and SHA256SUMS. The packaged subset was made with the defaults below.
"""

import argparse
import gzip
import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulation._arrays import IntArray, integer
from simulation.data._files import SUMS, DataError
from simulation.data._idx import FILES, encode_idx
from simulation.data.mnist import read_split


def make_subset(
    source: Path, target: Path, *, train_per_class: int = 800, test_per_class: int = 200, seed: int = 0
) -> None:
    """Write `train_per_class` + `test_per_class` images of each digit, chosen and shuffled by `seed`.

    Raises:
        ValueError: if a count is not an integer ≥ 1 or the seed is negative.
        DataError: if the source is not verified or has too few images of a digit.
    """
    rng = np.random.Generator(np.random.SFC64(integer("seed", seed, minimum=0)))
    target.mkdir(parents=True, exist_ok=True)
    lines = []
    for split, per_class in (("train", train_per_class), ("test", test_per_class)):
        images, labels = read_split(split, source)
        chosen = balanced_choice(labels, integer(f"{split}_per_class", per_class, minimum=1), rng)
        for name, array in zip(FILES[split], (images[chosen], labels[chosen]), strict=True):
            # mtime=0: the time of making would otherwise change the file.
            stored = gzip.compress(encode_idx(array), compresslevel=9, mtime=0)
            (target / f"{name}.gz").write_bytes(stored)
            lines.append(f"{hashlib.sha256(stored).hexdigest()}  {name}.gz\n")
    (target / SUMS).write_text("".join(sorted(lines, key=lambda line: line.split()[1])), encoding="utf-8")


def balanced_choice(labels: NDArray[np.uint8], per_class: int, rng: np.random.Generator) -> IntArray:
    """Return shuffled indices of `per_class` entries of each digit; DataError if a digit has fewer."""
    counts = np.bincount(labels, minlength=10)
    if counts.min() < per_class:
        raise DataError(f"labels must hold {per_class} of each digit, got {counts.tolist()}")
    parts = [rng.permutation(np.flatnonzero(labels == digit))[:per_class] for digit in range(len(counts))]
    return rng.permutation(np.concatenate(parts))


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line: SOURCE_FOLDER TARGET_FOLDER."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("source", type=Path, metavar="SOURCE_FOLDER")
    parser.add_argument("target", type=Path, metavar="TARGET_FOLDER")
    options = parser.parse_args(arguments)
    make_subset(options.source, options.target)


if __name__ == "__main__":
    main()
