"""A small network of each kind, random images for it, and training arguments that keep tests short."""

from typing import Any

import numpy as np

from simulation.layers import LAYERS
from simulation.networks import NETWORKS

CLASSES = 3
SMALL: dict[str, Any] = {
    "perceptron": NETWORKS["perceptron"](widths=(6, 5, 4, CLASSES), gain=2.0),
    "lenet": NETWORKS["lenet"](side=16, channels=(2, 3), hidden=4, classes_out=CLASSES),
    "resnet_small": NETWORKS["resnet_small"](widths=(8, 16), stem_stride=1, side=4, classes_out=CLASSES),
    "resnet10": NETWORKS["resnet10"](widths=(8, 8, 16, 16), side=8, classes_out=CLASSES),
    "layered": NETWORKS["layered"](
        shape=(6, 6, 2),
        stack=(
            LAYERS["convolution"](channels=4, size=3, padding=1),
            LAYERS["rms_norm"](),
            LAYERS["tanh"](),
            LAYERS["average_pool"](size=2),
            LAYERS["flatten"](),
            LAYERS["dense"](outputs=CLASSES, inputs=36),
        ),
    ),
}
"""One of each kind; a kind without an entry fails the tests."""
ARRAYS_APART = [name for name in sorted(SMALL) if len(SMALL[name].arrays) > 2]


def images(network: Any, count: int, seed: int = 0) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    return rng.standard_normal((count, *network.input_shape)), rng.integers(0, CLASSES, count)


def arguments(**changes: Any) -> dict[str, Any]:
    return {"step_size": 0.1, "updates": 6, "batch": 2, "runs": 2, "seed": 3} | changes
