"""A training step of the MNIST perceptron against the peer's."""

from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from simulation import load_mnist
from simulation.fidelities import FIDELITIES
from simulation.networks import NETWORKS
from simulation.training import train
from tests.benchmarks import peers, workload
from tests.benchmarks.rows.element_wise import available
from tests.benchmarks.table import Row, Work, compared, interleaved, timed
from tests.peer import kit

ORDER = 5
WIDTHS = (784, 256, 128, 10)
BATCH, RATE, UPDATES = 10, 0.1, 100
TARGETS = {
    ("accumulated", "numba"): 8.0,
    ("accumulated", "numpy"): 5.0,
    ("sample_wise", "numba"): 5.0,
    ("sample_wise", "numpy"): 5.0,
}


def rows(rounds: int) -> Iterator[Row]:
    """Both batch rules with each kernel, one core on either side."""
    absent = kit.why_absent()
    sides = {f"{rule} {kernel}": ours(rule, kernel) for rule, kernel in TARGETS if kernel in available()}
    if absent is None:
        sides["peer"] = peer()
    seen = interleaved(sides, rounds) if absent is None else {}
    for (rule, kernel), target in TARGETS.items():
        work = f"perceptron {'–'.join(map(str, WIDTHS))}, batch {BATCH}, {rule}, {kernel}: the peer / ours, one core"
        if f"{rule} {kernel}" in seen:
            microseconds = np.median(seen[f"{rule} {kernel}"]) / UPDATES * 1e6
            note = f"ours: mean dynamics, {microseconds:.0f} µs a step; peer: stochastic pulses, perfect reads"
            yield compared(work, seen["peer"], seen[f"{rule} {kernel}"], target=target, note=note)
        else:
            yield Row(work=work, ratio=None, target=target, note=absent or "extra 'fast' is not installed")


def images() -> tuple[Any, Any]:
    """As many digits, grey levels in [0, 1], as are used: four fifths are 0 and cost the peer no pulse."""
    found, used = load_mnist("train"), UPDATES * BATCH
    return found.images[:used].astype(np.float32), np.array(found.labels[:used])


def ours(rule: str, kernel: Any) -> Work:
    """Seconds of a training of so many updates."""
    network, data = NETWORKS["perceptron"](widths=WIDTHS), images()
    arguments: dict[str, Any] = {"step_size": RATE, "updates": UPDATES, "batch": BATCH, "rule": rule, "probe": 0}
    fidelity = FIDELITIES["mean"](kernel=kernel)
    work = partial(train, network, data, workload.device(), fidelity=fidelity, **arguments)
    work(updates=1)  # what compiles, compiles here
    return lambda: timed(work)


def peer() -> Work:
    """One array a layer, logistic functions between, perfect reads, coarse pulses."""
    torch, nn = peers.one_thread(), kit.module("aihwkit.nn")
    linear = [
        nn.AnalogLinear(i, o, bias=False, rpu_config=kit.configuration("softbounds", peers.DW_MIN))
        for i, o in pairwise(WIDTHS)
    ]
    layers = [layer for array in linear for layer in (array, torch.nn.Sigmoid())][:-1]
    network = nn.AnalogSequential(*layers)
    optimiser = kit.module("aihwkit.optim").AnalogSGD(network.parameters(), lr=RATE)
    optimiser.regroup_param_groups(network)
    loss = torch.nn.CrossEntropyLoss()
    inputs, labels = (torch.from_numpy(part) for part in images())

    def go() -> None:
        for start in range(0, len(inputs), BATCH):
            optimiser.zero_grad()
            part = slice(start, start + BATCH)
            loss(network(inputs[part]), labels[part]).backward()
            optimiser.step()

    return lambda: timed(go)
