"""The order in which images are seen: one permutation an epoch, a pure function of seed, epoch and run."""

import numpy as np

from simulation._arrays import IntArray, integer

_EPOCHS, _PARTS = 0x0D0E, 0x0D0F
# First words of the spawn keys: they keep these orders apart from each other and from whatever else is
# drawn with the same seed (other modules count their keys from 0).


def permutation(count: int, *, seed: int, epoch: int, run: int = 0) -> IntArray:
    """Return the permutation of 0..count−1 in which epoch `epoch` of a run sees the images.

    Ranks of 64 raw random bits an image: their stream is fixed for every release of NumPy, which that of
    `Generator.permutation` is not. Equal bits (chance count²/2⁶⁵) keep the order of the images.

    Args:
        count: int ≥ 1, number of images.
        seed: int ≥ 0; another seed is an independent order.
        epoch: int ≥ 0; another epoch is an independent order.
        run: int ≥ 0; another run is an independent order.

    Raises:
        ValueError: if an argument is not such an integer.
    """
    key = integer("epoch", epoch, minimum=0), integer("run", run, minimum=0)
    return _ranked(integer("count", count, minimum=1), integer("seed", seed, minimum=0), _EPOCHS, *key)


def part_order(count: int, *, seed: int) -> IntArray:
    """Return the permutation of 0..count−1 that parts training files; independent of every epoch's.

    Raises:
        ValueError: if `count` is not an integer ≥ 1 or `seed` not one ≥ 0.
    """
    return _ranked(integer("count", count, minimum=1), integer("seed", seed, minimum=0), _PARTS)


def _ranked(count: int, seed: int, *key: int) -> IntArray:
    bits = np.random.SFC64(np.random.SeedSequence(seed, spawn_key=key)).random_raw(count)
    return np.argsort(bits, kind="stable").astype(np.int64, copy=False)
