"""Make trainings that pages draw but no report repeats, and write them to notebooks/data/NAME.json.

Run as ``python notebooks/data/record.py NAME [FOLDER]`` in the project's root: NAME is one of `PLANS`, FOLDER holds the
files of the data set (by default where docs/data.md says). Trainings are kept in build/checkpoints, and those of another
experiment refused; if it is interrupted, the same command goes on. The record is written anew when a training is finished.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from reports.build import to_json, write_atomic
from reports.project import digest, file_digest
from simulation import DATASETS, DEVICES, SCHEDULES
from simulation.data import ImageData, varied
from simulation.networks import NETWORKS
from simulation.step_sizes import DECAYS
from simulation.training import Training, train


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Settings of some trainings; everything that a record says of them."""

    data: str
    network: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    devices: Mapping[str, tuple[str, Mapping[str, Any]]]
    """What a kind is called → device and its fields."""
    methods: Mapping[str, tuple[str, Mapping[str, Any]]]
    """What a method is called → schedule and its fields."""
    batch: int
    epochs: int
    """Times that as many images as the data set has are seen."""
    step_size: float
    """First one, falling like a cosine."""
    growth: float = 0.5
    """The step size of an update by B micro-batches is B^growth times that."""
    copies: int = 1
    """Of each image, the copies beyond the first moved and mirrored."""
    runs: int
    seed: int = 1
    records: int = 8
    folder: str
    """Of the checkpoints, below build/checkpoints."""


CHECKPOINTS = Path("build/checkpoints")
DIGITAL: dict[str, tuple[str, dict[str, Any]]] = {"digital": ("ideal", {})}
BOTH = DIGITAL | {"analog": ("asymmetric_linear", {"tau": 0.8})}
PIPELINES: dict[str, tuple[str, dict[str, Any]]] = {
    "vanilla": ("vanilla", {"stages": 4}),
    "synchronous, B = 4": ("synchronous", {"stages": 4, "microbatches": 4}),
    "asynchronous, M = 4": ("asynchronous_1f1b", {"stages": 4}),
}
PLANS = {
    "full_mnist": Plan(
        data="mnist",
        network="perceptron",
        fields={"widths": (784, 256, 128, 64, 10), "activation": "tanh"},
        devices=BOTH,
        methods=PIPELINES | {"asynchronous, M = 2": ("asynchronous_1f1b", {"stages": 2})},
        batch=32,
        epochs=3,
        step_size=0.2,
        runs=8,
        folder="full_mnist",
    ),
    "cifar": Plan(
        data="cifar10",
        network="resnet_small",
        devices=BOTH,
        methods=PIPELINES,
        batch=16,
        epochs=40,
        step_size=0.3,
        copies=8,
        runs=1,
        folder="cifar",
    ),
    "lenet": Plan(
        data="mnist",
        network="lenet",
        devices=DIGITAL,
        methods={"vanilla": PIPELINES["vanilla"]},
        batch=16,
        epochs=2,
        step_size=0.2,
        runs=8,
        folder="lenet",
    ),
}


def progress(done: int, total: int) -> None:
    """One line that is written over."""
    sys.stderr.write(f"\r{done:,} of {total:,} updates ")


def trained(plan: Plan, data: ImageData, kind: str, method: str) -> Training:
    """All runs of one method on one kind of device, taken up where an earlier call stopped."""
    (device, fields), (schedule, cut) = plan.devices[kind], plan.methods[method]
    pipeline = SCHEDULES[schedule](**cut)
    updates = plan.epochs * len(data.train) // (plan.batch * pipeline.microbatches)
    every = max(1, updates // plan.records)
    name = "".join(letter if letter.isalnum() else "_" for letter in f"{kind} {method}")
    CHECKPOINTS.joinpath(plan.folder).mkdir(parents=True, exist_ok=True)
    return train(
        NETWORKS[plan.network](**plan.fields),
        varied(data.train.images, data.train.labels, copies=plan.copies, seed=plan.seed),
        DEVICES[device](**fields),
        pipeline,
        step_size=plan.step_size * pipeline.microbatches**plan.growth,
        updates=updates,
        batch=plan.batch,
        runs=plan.runs,
        seed=plan.seed,
        decay=DECAYS["cosine"](updates=updates),
        evaluation=data.test,
        record_every=every,
        probe=0,
        checkpoint=CHECKPOINTS / plan.folder / f"{name}.npz",
        checkpoint_every=every,
        progress=progress,
    )


def records(plan: Plan, folder: str = "") -> Iterator[dict[str, Any]]:
    """The record after each training: settings, digests of code and data, and curves by kind and method."""
    data = DATASETS[plan.data](folder=folder or None).load()
    code = {path.as_posix(): file_digest(path) for path in Path("simulation").rglob("*.py")}
    told = {"settings": asdict(plan), "code": digest(code), "data": {f.name: f.content_sha256 for f in data.files}}
    told |= {"images": {"train": len(data.train), "test": len(data.test)}}
    made: dict[str, Any] = {}
    for kind in plan.devices:
        for method in plan.methods:
            made[f"{kind}, {method}"] = curves(trained(plan, data, kind, method))
            yield told | {"trainings": made}


def curves(result: Training) -> dict[str, Any]:
    """Updates and clocks (records,), accuracy and loss (records, runs)."""
    found = {name: result.records[name].tolist() for name in ("update", "clocks")}
    return found | {name: np.round(result.records[name][:, 0], 6).tolist() for name in ("accuracy", "loss")}


def main(name: str, folder: str = "") -> None:
    """Write the record of one plan."""
    path = Path(__file__).with_name(f"{name}.json")
    for record in records(PLANS[name], folder):
        write_atomic(path, to_json(record))


if __name__ == "__main__":
    if not (2 <= len(sys.argv) <= 3 and sys.argv[1] in PLANS):
        sys.exit(f"name one of {', '.join(PLANS)}, and maybe a folder with the data")
    main(*sys.argv[1:])
