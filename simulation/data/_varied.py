"""More training images from those at hand: moved by some pixels, and mirrored."""

import numpy as np

from simulation._arrays import IntArray, integer
from simulation.data._images import FloatImages


def varied(
    images: FloatImages, labels: IntArray, *, copies: int, seed: int, reach: int = 3
) -> tuple[FloatImages, IntArray]:
    """Return the images, then further copies of them, each moved and, with probability ½, mirrored left to right.

    A copy is moved by independent uniform −reach..reach rows and columns; what enters at the edge is 0, the mean of
    normalised images.

    Args:
        images: (n, height, width, channels).
        labels: (n,).
        copies: how often each image is there, the original included, ≥ 1.
        seed: of the moves.
        reach: most pixels of a move, ≥ 0.

    Returns:
        Images (copies·n, height, width, channels) and labels (copies·n,), copy by copy.

    Raises:
        ValueError: if a number is no integer in its range.
    """
    count = integer("copies", copies, minimum=1)
    edge = integer("reach", reach, minimum=0)
    rng = np.random.Generator(np.random.SFC64(integer("seed", seed, minimum=0)))
    height, width = images.shape[1:3]
    padded = np.pad(images, ((0, 0), (edge, edge), (edge, edge), (0, 0)))
    found = np.empty((count, *images.shape), images.dtype)
    found[0] = images
    for copy in found[1:]:
        moves = rng.integers(0, 2 * edge, size=(len(images), 2), endpoint=True)
        mirrored = rng.random(len(images)) < 0.5
        for number, ((down, right), mirror) in enumerate(zip(moves, mirrored, strict=True)):
            part = padded[number, down : down + height, right : right + width]
            copy[number] = part[:, ::-1] if mirror else part
    return found.reshape(-1, *images.shape[1:]), np.tile(labels, count)
