"""Write notebooks/data/full_mnist.json from the checkpoints of `aimc report --scale full --only deep_networks`.

Run as ``python notebooks/data/record_full.py`` in the project's root. Trainings that are not finished are left out;
the last record of each is the last one before its end, at most an eighth of the training earlier.
"""

import json
from pathlib import Path

import numpy as np

FOLDER = Path("build/checkpoints/deep_networks")
RECORD = Path(__file__).with_name("full_mnist.json")
MICROBATCHES = 5062
"""Of three epochs of 54,000 images in micro-batches of 32."""


def training(path: Path) -> dict[str, object] | None:
    """What the checkpoint recorded, or None if the training goes on; accuracy and loss are (records, runs)."""
    with np.load(path, allow_pickle=False) as state:
        last = int(state["update"])
        per_update = 4 if "_synchronous" in path.stem else 1
        if last != MICROBATCHES // per_update:
            return None
        return {
            "experiment": str(state["digest"]),
            "update": state["record_update"].tolist(),
            "clocks": state["record_clocks"].tolist(),
            "accuracy": state["record_accuracy"][:, 0].tolist(),
            "loss": np.round(state["record_loss"][:, 0], 6).tolist(),
        }


def main() -> None:
    """Write the record of all finished trainings."""
    found = {path.stem: training(path) for path in sorted(FOLDER.glob("*.npz"))}
    finished = {name: record for name, record in found.items() if record is not None}
    RECORD.write_text(json.dumps(finished, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
