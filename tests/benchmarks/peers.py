"""The same ensemble by the peer, in the two ways of driving it that its users know; float32, stochastic pulses."""

from typing import Any

import numpy as np

from tests.benchmarks.table import Work, timed
from tests.benchmarks.workload import DIMENSION, RATE, RUNS, SIGMA, STEPS, problem
from tests.peer import kit

DW_MIN = 1 / 300
"""Δw_min = τ/300, coarse: a fine one costs the peer up to ten times as much."""


def _tensors(torch: Any) -> tuple[Any, Any]:
    return tuple(torch.tensor(part, dtype=torch.float32) for part in (problem().hessian, problem().optimum))


def one_thread() -> Any:
    """Torch, kept to one core: with two the peer was not seen to gain anything."""
    torch = kit.module("torch")
    torch.set_num_threads(1)
    return torch


def public_interface(*, seeds: int = 4, steps: int = 250) -> Work:
    """`AnalogLinear` of one output and `AnalogSGD`, whose input is the gradient: the update is −η·1·gᵀ."""
    torch, linear = one_thread(), kit.module("aihwkit.nn").AnalogLinear
    optimiser = kit.module("aihwkit.optim").AnalogSGD
    hessian, optimum = _tensors(torch)

    def one(seed: int) -> None:
        layer = linear(DIMENSION, 1, bias=False, rpu_config=kit.configuration("softbounds", DW_MIN))
        steps_of = optimiser(layer.parameters(), lr=RATE)
        steps_of.regroup_param_groups(layer)
        source = torch.Generator().manual_seed(seed)
        for _ in range(steps):
            w = layer.get_weights()[0]
            g = (w - optimum) @ hessian + SIGMA * torch.randn(1, DIMENSION, generator=source)
            steps_of.zero_grad()
            layer(g).sum().backward()
            steps_of.step()

    def some() -> None:
        for seed in range(seeds):
            one(seed)

    return lambda: timed(some) * RUNS / seeds * STEPS / steps


def raw_array(*, steps: int = 100) -> Work:
    """One crossbar with a run in each row, updated coordinate by coordinate with one-hot inputs, below autograd."""
    torch = one_thread()
    hessian, optimum = _tensors(torch)
    source, one_hot = torch.Generator().manual_seed(1), torch.eye(DIMENSION)

    def work() -> float:
        array = kit.Array("softbounds", rows=RUNS, columns=DIMENSION, dw_min=DW_MIN, rate=RATE)
        array.write(np.broadcast_to(problem().optimum, (RUNS, DIMENSION)))

        def go() -> None:
            for _ in range(steps):
                w = array.raw.get_weights()
                g = (w - optimum) @ hessian + SIGMA * torch.randn(RUNS, DIMENSION, generator=source)
                array.raw.update(one_hot, g.T.contiguous(), False)

        return timed(go) * STEPS / steps

    return work
