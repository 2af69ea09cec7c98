"""Write notebooks/data/gate.json: false alarms of complete runs of the gate, and which planted faults it catches.

Run as ``python notebooks/data/record_gate.py [REPETITIONS]`` in the project's root after `aimc check --faults`; twenty
repetitions take about ten minutes of two cores, two hundred an hour and a half. What is finished is kept in
build/alarms: if it is interrupted, the same command goes on.
"""

import json
import sys
from pathlib import Path
from typing import Any

from reports.build import to_json, write_atomic
from reports.claims import LEVEL
from reports.gate.alarms import false_alarms
from reports.progress import counting

RECORD = Path(__file__).with_name("gate.json")
FAULTS = Path("build/faults.json")
FINISHED = Path("build/alarms")
WORKERS = 2
SEED = 2026


def told(fault: dict[str, Any]) -> dict[str, Any]:
    """What the page shows of a fault: the claims that turned red, and why the first of them did."""
    red = sorted(fault["red"], key=lambda row: row["verdict"] != "violated")
    shown = {row["claim"]: row["verdict"] for row in red}
    return {"title": fault["title"], "caught": fault["caught"], "red": shown, "reason": red[0]["reason"] if red else ""}


def main() -> None:
    """Run the repetitions, read the faults, write both."""
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    faults = [told(fault) for fault in json.loads(FAULTS.read_text(encoding="utf-8"))["faults"]]
    with counting("sources, all repetitions at once") as progress:
        runs = false_alarms(
            size="ci",
            repetitions=repetitions,
            seed=SEED,
            level=LEVEL,
            workers=WORKERS,
            keep=FINISHED,
            progress=progress,
        )
    record = {"level": LEVEL, "seed": SEED, "runs": runs, "faults": faults}
    write_atomic(RECORD, to_json(record))


if __name__ == "__main__":
    main()
