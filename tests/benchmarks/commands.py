"""What the commands cost on this machine, beside the figures that they are meant to reach: ``make bench``.

Prints one line a command: median wall time of a few runs, the figure, and their ratio. It judges nothing.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
AIMC = [sys.executable, "-m", "reports"]
SITE = ["--output", str(ROOT / "build" / "bench")]
FORGET = """
from reports.cli import main
from reports.project import Project
(Project.locate().build / "verdicts.json").unlink(missing_ok=True)
main(["theory"])
"""
CHECKS = """
import time
import theory
taken = {}
for name, statement in theory.STATEMENTS.items():
    begin = time.perf_counter()
    assert statement.verify().accepted, name
    taken[name] = time.perf_counter() - begin
slowest = max(taken, key=taken.get)
print(len(taken), sum(taken.values()), slowest, taken[slowest])
"""
"""Every statement checked once in one process, those that it cites already proved, as in ``aimc check``."""
ONE = (
    "import sys, time, theory; b = time.perf_counter(); theory.get(sys.argv[1]).check(); print(time.perf_counter() - b)"
)
"""One statement checked in a process of its own, with everything that it cites."""
COMMANDS = {
    "aimc report, everything executed": ([*AIMC, "report", "--force", *SITE], 180, 1),
    "aimc report, nothing changed": ([*AIMC, "report", *SITE], 10, 3),
    "aimc check": ([*AIMC, "check", "--from", str(ROOT / "build" / "bench")], 10, 3),
    "aimc theory": ([*AIMC, "theory"], 3, 3),
    "aimc theory, other sources": ([sys.executable, "-c", FORGET], 10, 1),
    "aimc theory T3": ([*AIMC, "theory", "T3"], 3, 3),
    "aimc mutants": ([*AIMC, "mutants"], 300, 1),
    "pytest": ([sys.executable, "-m", "pytest", "-q"], 300, 1),
}


def seconds(command: list[str]) -> float:
    """Wall time of one run; CalledProcessError if it fails."""
    begin = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - begin


def printed(code: str, *arguments: str) -> list[str]:
    """The words that a Python program prints."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()


def line(name: str, median: float, figure: float, runs: int) -> None:
    """Print one line of the table."""
    sys.stdout.write(f"{name:48}{median:10.1f}{figure:10.0f}{median / figure:8.2f}  {runs}\n")
    sys.stdout.flush()


def kernel() -> None:
    """Print what it costs to have the kernel check all statements, the slowest of them, and that one by itself."""
    count, total, slowest, longest = printed(CHECKS)
    line(f"kernel, all {count} statements", float(total), 30, 1)
    line(f"kernel, slowest of them ({slowest})", float(longest), 3, 1)
    alone = statistics.median(float(printed(ONE, slowest)[0]) for _ in range(3))
    line(f"kernel, {slowest} alone with all that it cites", alone, 3, 3)


def main() -> None:
    """Run every command and print the table."""
    sys.stdout.write(f"{'command':48}{'median s':>10}{'figure s':>10}{'ratio':>8}  runs\n")
    kernel()
    for name, (command, figure, runs) in COMMANDS.items():
        line(name, statistics.median(seconds(command) for _ in range(runs)), figure, runs)


if __name__ == "__main__":
    main()
