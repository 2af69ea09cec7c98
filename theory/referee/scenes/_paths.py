"""What scenes share that follow quantities along the paths of a tree of draws."""

import numpy as np

from theory.referee.interpret import SHAPE, STEPS, TAKEN, Array


def arrived(after: Array, k: int) -> Array:
    """x_k on every path, from x_{j+1} after each draw of update j, (step, history, coordinate, draw, 1)."""
    took = TAKEN[k - 1][:, np.newaxis, np.newaxis, np.newaxis]
    index = np.broadcast_to(took, (*after.shape[1:3], 1, 1))
    return np.asarray(np.take_along_axis(after[k - 1], index, axis=2))


def at_the_end(after: Array) -> Array:
    """x_K on every path."""
    return arrived(after, STEPS)


def path_probability(probability: Array) -> Array:
    """How likely each path is, (1, history, 1, 1, 1), for draws that are the same for all coordinates."""
    draws = np.broadcast_to(probability, (*SHAPE[:4], 1))[:, :, 0, :, 0]
    taken = np.take_along_axis(draws, TAKEN[:, :, np.newaxis], axis=2)[..., 0]
    return np.asarray(np.prod(taken, axis=0)).reshape(1, -1, 1, 1, 1)
