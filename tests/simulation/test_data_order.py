"""The order of images: permutations that seed and epoch fix, the same in every NumPy."""

import itertools
import math
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.data import permutation
from simulation.data._order import part_order

EPOCHS = 2400
RECORDED = (
    [5, 1, 3, 2, 7, 0, 6, 4],
    [6, 0, 5, 4, 1, 3, 2, 7],
    [4, 0, 5, 2, 1, 7, 6, 3],
)
"""Orders of 8 images by seed 0: epoch 0, epoch 1, and the parting of files."""


def test_the_order_is_the_same_for_ever() -> None:
    """Recorded once: raw bits of SFC64 are the same in every NumPy, and a report must come out again."""
    assert permutation(8, seed=0, epoch=0).tolist() == RECORDED[0]
    assert permutation(8, seed=0, epoch=1).tolist() == RECORDED[1]
    assert part_order(8, seed=0).tolist() == RECORDED[2]


def test_the_order_is_that_of_the_bits() -> None:
    """Slow twin: images sorted by 64 bits each."""
    bits = np.random.SFC64(np.random.SeedSequence(5, spawn_key=(0x0D0E, 3, 2))).random_raw(50).tolist()
    assert permutation(50, seed=5, epoch=3, run=2).tolist() == sorted(range(50), key=bits.__getitem__)


@given(count=st.integers(1, 300), seed=st.integers(0, 2**70), epoch=st.integers(0, 2**40))
def test_each_epoch_sees_each_image_once(count: int, seed: int, epoch: int) -> None:
    order = permutation(count, seed=seed, epoch=epoch)
    assert order.dtype == np.int64
    np.testing.assert_array_equal(np.sort(order), np.arange(count))
    np.testing.assert_array_equal(order, permutation(count, seed=seed, epoch=epoch))


def test_seeds_epochs_and_parts_are_independent_orders() -> None:
    keys = itertools.product(range(4), range(4), range(4))
    orders = [permutation(60, seed=seed, epoch=epoch, run=run) for seed, epoch, run in keys]
    orders += [part_order(60, seed=seed) for seed in range(8)]
    assert len({order.tobytes() for order in orders}) == len(orders)
    # The number of places where two independent permutations agree has mean 1 and variance 1; over 2556 pairs
    # the mean has a standard error of 0.02 (pairs are pairwise independent): five of them.
    agreements = [np.sum(a == b) for a, b in itertools.combinations(orders, 2)]
    assert abs(np.mean(agreements) - 1) < 5 / np.sqrt(len(agreements))


def chi_square(orders: list[tuple[int, ...]]) -> float:
    """Σ (found − expected)²/expected over the 24 permutations of four images."""
    expected = len(orders) / math.factorial(4)
    found = Counter(orders)
    return sum((found[order] - expected) ** 2 / expected for order in itertools.permutations(range(4)))


def swapped_anywhere(epoch: int) -> tuple[int, ...]:
    """The classic faulty shuffle: each place is exchanged with any place."""
    rng, order = np.random.Generator(np.random.SFC64(epoch)), list(range(4))
    for place, other in enumerate(rng.integers(4, size=4)):
        order[place], order[other] = order[other], order[place]
    return tuple(order)


def test_every_order_is_equally_likely() -> None:
    limit = 49.7  # χ² with 23 degrees of freedom lies above with probability 0.1 %
    assert chi_square([tuple(permutation(4, seed=11, epoch=epoch).tolist()) for epoch in range(EPOCHS)]) < limit
    assert chi_square([swapped_anywhere(epoch) for epoch in range(EPOCHS)]) > limit


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: permutation(0, seed=0, epoch=0), "count must be an integer >= 1, got 0"),
        (lambda: permutation(True, seed=0, epoch=0), "count must be an integer >= 1, got True"),
        (lambda: permutation(5, seed=-1, epoch=0), "seed must be an integer >= 0, got -1"),
        (lambda: permutation(5, seed=0, epoch=-1), "epoch must be an integer >= 0, got -1"),
        (lambda: permutation(5, seed=0, epoch=0, run=-1), "run must be an integer >= 0, got -1"),
        (lambda: part_order(0, seed=0), "count must be an integer >= 1, got 0"),
        (lambda: part_order(3, seed=True), "seed must be an integer >= 0, got True"),
    ],
)  # fmt: skip
def test_bad_arguments_are_named_at_the_call(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
