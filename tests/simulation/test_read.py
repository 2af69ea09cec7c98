"""Reads through an array: by hand, against the peer's recorded numbers, in their limits, and their noise."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulation._read import Read
from tests.tolerance import STANDARD_ERRORS, TWIN

PEER = {
    name: array.astype(np.float64)
    for name, array in np.load(Path(__file__).parent / "reference" / "io_forward_backward.npz").items()
}
# The peer's resolution is the float32 next to 1/126. At f = 2 the largest input, ½, is 31.5 steps: a tie, which that
# rounding decides.
RESOLUTION = float(np.float32(1 / 126))
SETTINGS: dict[str, tuple[dict[str, Any], int]] = {
    "default_no_noise": ({}, 4),
    "bm_none": ({}, 0),
    "nm_none_bm_none": (
        {"scaling": "none", "input_bound": 10.0, "output_bound": 10.0, "input_resolution": 0, "output_resolution": 0},
        0,
    ),
    "small_out_bound": ({"output_bound": 2.0}, 4),
}
WEIGHTS = np.array([[0.5, -0.25], [1.0, 0.75]])
EXACT = Read(input_resolution=0, output_resolution=0)


def rng() -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(0))


def gaps(case: str, **changed: Any) -> tuple[float, float]:
    """Largest differences of outputs and of input gradients, relative to the largest of each."""
    fields, doublings = SETTINGS[case]
    fields = {"input_resolution": RESOLUTION} | fields | changed
    forward = Read(**fields, doublings=doublings).forward(PEER["W"], PEER["X"]) - PEER[f"{case}_y"]
    backward = Read(**fields).backward(PEER["W"], PEER[f"{case}_D"]) - PEER[f"{case}_gx"]
    return (
        float(np.abs(forward).max() / np.abs(PEER[f"{case}_y"]).max()),
        float(np.abs(backward).max() / np.abs(PEER[f"{case}_gx"]).max()),
    )


@pytest.mark.parametrize("case", sorted(SETTINGS))
def test_reads_agree_with_the_peer(case: str) -> None:
    # The peer computes in float32: some roundings of 6e-8.
    assert max(gaps(case)) < 1e-6


@pytest.mark.parametrize(
    ("case", "changed"),
    [
        ("default_no_noise", {"output_resolution": 1 / 509}),
        ("bm_none", {"input_resolution": 1 / 125}),
        ("nm_none_bm_none", {"output_bound": 9.9}),
        ("small_out_bound", {"output_bound": 2.1}),
    ],
)
def test_a_wrong_converter_is_caught(case: str, changed: dict[str, Any]) -> None:
    assert max(gaps(case, **changed)) > 1e-4


def test_by_hand() -> None:
    # Inputs 2·(1, −0.3) in steps of ½: (1, −0.5); outputs (0.625, 0.625) in steps of ½: (0.5, 0.5); times 2.
    read = Read(input_resolution=0.25, output_bound=1.0, output_resolution=0.25)
    np.testing.assert_array_equal(read.forward(WEIGHTS, np.array([[2.0, -0.6]])), [[1.0, 1.0]])


def test_doublings_by_hand() -> None:
    # 1.75 is beyond 1 and 0.875 is not: one repetition with half the input. Two samples, only one is repeated.
    inputs = np.array([[1.0, 1.0], [0.0, 0.5]])
    clipped = Read(input_resolution=0, output_resolution=0, output_bound=1.0)
    np.testing.assert_allclose(clipped.forward(WEIGHTS, inputs), [[0.25, 1.0], [-0.125, 0.375]], rtol=TWIN)
    repeated = Read(input_resolution=0, output_resolution=0, output_bound=1.0, doublings=1)
    np.testing.assert_allclose(repeated.forward(WEIGHTS, inputs), [[0.25, 1.75], [-0.125, 0.375]], rtol=TWIN)


def test_without_converters_a_read_is_the_product() -> None:
    inputs = rng().uniform(-2, 2, (3, 5, 2))
    np.testing.assert_allclose(EXACT.forward(WEIGHTS, inputs), inputs @ WEIGHTS.T, rtol=TWIN, atol=TWIN)
    np.testing.assert_allclose(EXACT.backward(WEIGHTS, inputs), inputs @ WEIGHTS, rtol=TWIN, atol=TWIN)
    np.testing.assert_array_equal(EXACT.forward(WEIGHTS, np.zeros((1, 2))), 0.0)


def test_finer_converters_tend_to_the_product() -> None:
    inputs = rng().uniform(-1, 1, (200, 2))
    errors = [
        np.abs(Read(input_resolution=r, output_resolution=r).forward(WEIGHTS, inputs) - inputs @ WEIGHTS.T).max()
        for r in (1e-2, 1e-4, 1e-6)
    ]
    # Half an output step is 12·r, and the inputs' half steps add at most r·1.75.
    assert all(error <= 13.75 * r for error, r in zip(errors, (1e-2, 1e-4, 1e-6), strict=True))
    assert errors[0] > errors[1] > errors[2] > 0


def test_noise_has_its_deviation() -> None:
    count = 100_000
    inputs = np.tile([1.0, -0.5], (count, 1))
    read = Read(input_resolution=0, output_resolution=0, output_noise=0.1, weight_noise=0.2)
    errors = read.forward(WEIGHTS, inputs, rng=rng()) - inputs @ WEIGHTS.T
    deviation = np.sqrt(0.1**2 + 0.2**2 * 1.25)
    assert (np.abs(errors.mean(axis=0)) <= STANDARD_ERRORS * deviation / np.sqrt(count)).all()
    assert (np.abs(errors.std(axis=0) - deviation) <= STANDARD_ERRORS * deviation / np.sqrt(2 * count)).all()
    with pytest.raises(ValueError, match="rng must be a Generator for noisy reads, got None"):
        read.forward(WEIGHTS, inputs)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"input_bound": 0.0}, "input_bound must be finite and > 0"),
        ({"output_bound": np.inf}, "output_bound must be finite and > 0"),
        ({"input_resolution": -1.0}, "input_resolution must be finite and >= 0"),
        ({"output_noise": np.nan}, "output_noise must be finite and >= 0"),
        ({"doublings": -1}, "doublings must be an integer >= 0, got -1"),
        ({"scaling": "rms"}, "scaling must be 'abs_max' or 'none', got 'rms'"),
    ],
)
def test_bad_fields_are_named(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Read(**fields)
