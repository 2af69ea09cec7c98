"""The best multipliers of a short run, in floating point; nobody has to trust them."""

import numpy as np
from numpy.typing import NDArray

from theory.optimise._short_run import ShortRun

Floats = NDArray[np.float64]
WEIGHTS = np.geomspace(1, 1e-12, 49)
"""Of the barrier, falling: the last one times the number of variables bounds what is lost, in units of the step."""
NEWTON_STEPS = 100
CENTRED = 1e-6
"""Newton decrement, in units of the barrier's weight, at which the next weight is taken."""


def search(run: ShortRun) -> tuple[float, Floats]:
    """The largest A and the multipliers of the pairs, by Newton's method on a logarithmic barrier, over the step."""
    base = np.array(run.descent_form(), dtype=float) / float(run.step_size)
    forms = np.array([run.lipschitz_form(pair) for pair in run.pairs], dtype=float).reshape(-1, *base.shape)
    directions = np.concatenate([-np.eye(run.steps)[np.newaxis], -forms])
    point = np.concatenate([[0.0], np.ones(len(forms))])
    point[0] = np.linalg.eigvalsh(base + np.tensordot(point, directions, 1))[0] - 1  # well inside
    for weight in WEIGHTS:
        point = _centred(base, directions, point, float(weight))
    return float(point[0]), point[1:]


def _centred(base: Floats, directions: Floats, point: Floats, weight: float) -> Floats:
    """Maximise A + weight·(log det S + Σ log E) over S = base + Σ point·direction by damped Newton steps."""
    for _ in range(NEWTON_STEPS):
        turned = np.linalg.inv(base + np.tensordot(point, directions, 1)) @ directions
        gradient = weight * np.trace(turned, axis1=1, axis2=2)
        hessian = weight * np.einsum("pij,qji->pq", turned, turned)
        gradient[0] += 1
        gradient[1:] += weight / point[1:]
        hessian[np.diag_indices_from(hessian)] += np.concatenate([[0.0], weight / point[1:] ** 2])
        move = np.linalg.solve(hessian, gradient)
        decrement = float(gradient @ move) / weight
        if decrement < CENTRED:
            break
        point = point + move / (1 + np.sqrt(decrement))  # the barrier is self-concordant: this stays inside
    return point
