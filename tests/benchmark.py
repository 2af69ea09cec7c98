"""What the commands cost on this machine, beside the figures that they are meant to reach: ``make bench``.

Prints one line a command: median wall time of a few runs, the figure, and their ratio. It judges nothing.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
AIMC = [sys.executable, "-m", "reports"]
SITE = ["--output", str(ROOT / "build" / "bench")]
COMMANDS = {
    "aimc report, everything executed": ([*AIMC, "report", "--force", *SITE], 180, 1),
    "aimc report, nothing changed": ([*AIMC, "report", *SITE], 10, 3),
    "aimc check": ([*AIMC, "check", "--from", str(ROOT / "build" / "bench")], 10, 3),
    "aimc theory": ([*AIMC, "theory"], 3, 3),
    "aimc theory T3": ([*AIMC, "theory", "T3"], 3, 3),
    "pytest": ([sys.executable, "-m", "pytest", "-q"], 300, 1),
}


def seconds(command: list[str]) -> float:
    """Wall time of one run; CalledProcessError if it fails."""
    begin = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - begin


def main() -> None:
    """Run every command and print the table."""
    write = sys.stdout.write
    write(f"{'command':36}{'median s':>10}{'figure s':>10}{'ratio':>8}  runs\n")
    for name, (command, figure, runs) in COMMANDS.items():
        median = statistics.median(seconds(command) for _ in range(runs))
        write(f"{name:36}{median:10.1f}{figure:10.0f}{median / figure:8.2f}  {runs}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
