"""The order of images: permutations that seed and epoch fix, batches that resume at any step."""

import itertools
import math
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation import batches
from simulation.data import permutation, steps_per_epoch, stream
from simulation.data._order import part_order

EPOCHS = 2400
RECORDED = (
    [7, 3, 5, 2, 0, 6, 1, 4],
    [0, 7, 5, 2, 6, 1, 3, 4],
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
    bits = np.random.SFC64(np.random.SeedSequence(5, spawn_key=(0x0D0E, 3))).random_raw(50).tolist()
    assert permutation(50, seed=5, epoch=3).tolist() == sorted(range(50), key=bits.__getitem__)


@given(count=st.integers(1, 300), seed=st.integers(0, 2**70), epoch=st.integers(0, 2**40))
def test_each_epoch_sees_each_image_once(count: int, seed: int, epoch: int) -> None:
    order = permutation(count, seed=seed, epoch=epoch)
    assert order.dtype == np.int64
    np.testing.assert_array_equal(np.sort(order), np.arange(count))
    np.testing.assert_array_equal(order, permutation(count, seed=seed, epoch=epoch))


def test_seeds_epochs_and_parts_are_independent_orders() -> None:
    orders = [permutation(60, seed=seed, epoch=epoch) for seed in range(8) for epoch in range(8)]
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


@given(data=st.data(), count=st.integers(1, 60))
def test_batches_tile_the_permutation_and_resume(data: st.DataObject, count: int) -> None:
    batch = data.draw(st.integers(1, count))
    steps = steps_per_epoch(count, batch)
    start = data.draw(st.integers(0, steps))
    whole = list(batches(count, batch, seed=2, epoch=7))
    assert [len(indices) for indices in whole] == [batch] * (count // batch)
    np.testing.assert_array_equal(np.concatenate(whole), permutation(count, seed=2, epoch=7)[: steps * batch])
    resumed = list(batches(count, batch, seed=2, epoch=7, start=start))
    np.testing.assert_array_equal(np.array(resumed), np.array(whole[start:]))


def test_a_stream_goes_through_the_epochs_and_resumes_at_any_update() -> None:
    """7 images in batches of 3: two updates an epoch, one image left out."""
    epochs = [indices.tolist() for epoch in range(4) for indices in batches(7, 3, seed=1, epoch=epoch)]
    for start in range(8):
        resumed = itertools.islice(stream(7, 3, seed=1, start=start), 8 - start)
        assert [indices.tolist() for indices in resumed] == epochs[start:]
    assert epochs[:2] != epochs[2:4]


def test_batches_are_views_of_one_permutation() -> None:
    first, second = itertools.islice(batches(1000, 10, seed=0, epoch=0), 2)
    assert first.base is not None
    assert first.base is second.base
    assert first.base.shape == (1000,)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: batches(0, 1, seed=0, epoch=0), "count must be an integer >= 1, got 0"),
        (lambda: batches(5, 6, seed=0, epoch=0), r"batch must be an integer in 1\.\.5, got 6"),
        (lambda: batches(5, 0, seed=0, epoch=0), r"batch must be an integer in 1\.\.5, got 0"),
        (lambda: batches(5, True, seed=0, epoch=0), r"batch must be an integer in 1\.\.5, got True"),
        (lambda: batches(5, 2, seed=-1, epoch=0), "seed must be an integer >= 0, got -1"),
        (lambda: batches(5, 2, seed=0, epoch=-1), "epoch must be an integer >= 0, got -1"),
        (lambda: batches(5, 2, seed=0, epoch=0, start=3), r"start must be an integer in 0\.\.2, got 3"),
        (lambda: stream(5, 2, seed=0, start=-1), "start must be an integer >= 0, got -1"),
        (lambda: stream(5, 9, seed=0), r"batch must be an integer in 1\.\.5, got 9"),
        (lambda: part_order(0, seed=0), "count must be an integer >= 1, got 0"),
        (lambda: part_order(3, seed=True), "seed must be an integer >= 0, got True"),
    ],
)  # fmt: skip
def test_bad_arguments_are_named_at_the_call(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
