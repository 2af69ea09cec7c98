"""The speed of the simulation as ratios, measured in one go: ``make bench-simulation``.

One file of `rows/` is one group of lines. Both sides of a ratio are timed in turn, round by round, and the median
over the rounds is reported with its extremes, since other programs may use the machine too. Judges nothing: the
exit code is 0 whatever the figures are.
"""

import argparse
import inspect
import json
import os
import sys
import time
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.benchmarks import machine
from tests.benchmarks.table import Row, as_data, as_markdown, as_text

DOCS = Path(__file__).parents[2] / "docs"
INTRODUCTION = """# Speed

Measured by `make bench-simulation`, which writes this page; the numbers are in [speed.json](speed.json), too.
Both sides of a ratio ran in turn, round by round, in one process: the ratio is the median over the rounds, the range
in parentheses its extremes.

*Ensemble*: least squares, 1000 runs × 2500 steps, dimension 50, Gaussian noise, asymmetric linear device, mean
dynamics. *Floor*: drawing the same noise with the fastest of NumPy's exact generators and passing over the state once;
`tests/benchmarks/workload.py` has it. *Peer*: aihwkit, which simulates stochastic pulses in float32. Where we computed
the mean dynamics the two did not do the same work; the lines about stochastic pulse trains compare like with like.
*Ours* has the extra `fast` unless NumPy is named. It compiles noise and step once a process, in two or three seconds,
after as much work; here before anything is timed. The numbers are NumPy's to the last bit either way.

"""


def groups() -> dict[str, ModuleType]:
    """Every file of `rows/`, in the order that they ask for."""
    names = [path.stem for path in (Path(__file__).parent / "rows").glob("*.py")]
    modules = [import_module(f"tests.benchmarks.rows.{name}") for name in names]
    return {found.__name__.rsplit(".", 1)[1]: found for found in sorted(modules, key=lambda found: found.ORDER)}


def measured(group: ModuleType, rounds: int, long: int | None) -> list[Row]:
    """Rows of a group, printed as they come."""
    takes = inspect.signature(group.rows).parameters
    extra = {"long": long} if long is not None and "long" in takes else {}
    rows = []
    for row in group.rows(rounds, **extra):
        rows.append(row)
        sys.stdout.write(as_text([row]))
        sys.stdout.flush()
    return rows


def save(name: str, rows: list[Row], described: dict[str, str]) -> None:
    """Write page and data with a group's new rows; the other groups keep what they had."""
    data = DOCS / "speed.json"
    kept: dict[str, Any] = json.loads(data.read_text()) if data.exists() else {}
    kept[name] = {"machine": described, "rows": [as_data(row) for row in rows]}
    data.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
    (DOCS / "speed.md").write_text(page(kept))


def page(kept: dict[str, Any]) -> str:
    """The tables, one for each machine or occasion."""
    occasions: dict[str, list[Row]] = {}
    for name in groups():
        if name in kept:
            rows = [Row(**{key: value for key, value in row.items() if key != "reached"}) for row in kept[name]["rows"]]
            occasions.setdefault(json.dumps(kept[name]["machine"]), []).extend(rows)
    text = INTRODUCTION
    for described, rows in occasions.items():
        facts = json.loads(described)
        lines = "".join(f"| {name} | {value} |\n" for name, value in facts.items())
        text += as_markdown(rows) + f"\n| measured on | |\n|---|---|\n{lines}\n"
    return text.rstrip() + "\n"


def main(arguments: list[str] | None = None) -> None:
    """Measure the groups asked for, print them, and write them down unless told not to."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.speed", description=__doc__.splitlines()[0])
    found = groups()
    parser.add_argument("groups", nargs="*", help=f"of {', '.join(found)}; all if none is named")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of every comparison, 5")
    parser.add_argument("--long", type=int, help="steps of the long run whose memory is measured, 1000000")
    parser.add_argument("--print-only", action="store_true", help="leave docs/speed.md and docs/speed.json alone")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.groups) - set(found):
        parser.error(f"groups must be of {', '.join(found)}, got {', '.join(sorted(unknown))}")
    described = machine.describe()
    sys.stdout.write("".join(f"{name}: {value}\n" for name, value in described.items()) + "\n")
    for name in asked.groups or found:
        begin = time.perf_counter()
        rows = measured(found[name], asked.rounds, asked.long)
        sys.stdout.write(f"{'':8}({name}: {time.perf_counter() - begin:.0f} s)\n")
        if not asked.print_only:
            save(name, rows, described)


if __name__ == "__main__":
    # Both sides keep to the cores they are said to use; the libraries read this when they are loaded.
    if os.environ.get("OMP_NUM_THREADS") != "1":
        settings = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        os.execve(sys.executable, [sys.executable, "-m", "tests.benchmarks.speed", *sys.argv[1:]], settings)  # noqa: S606
    main()
