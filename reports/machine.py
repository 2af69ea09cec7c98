"""What a machine's last digits depend on: sums come out the same, bit by bit, only where all of it is the same.

``python -m reports.machine < provenance.json`` ends with 0 if a site was made on such a machine as this, else with 1.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from pathlib import Path

from reports.project import digest

_CPUINFO = Path("/proc/cpuinfo")
_TOLD = ("model name", "flags", "cache size")
"""Processor, its vector instructions, which choose the loops, and its cache, by which matrix products are blocked."""


def signature(cpuinfo: Path = _CPUINFO) -> str:
    """Digest of processor, C library and Python; "" where the processor does not tell."""
    try:
        lines = [line.partition(":") for line in cpuinfo.read_text(encoding="utf-8").splitlines()]
    except OSError:
        return ""
    first = {name.strip(): value.strip() for name, _, value in reversed(lines)}
    if not all(name in first for name in _TOLD):
        return ""
    return digest([[first[name] for name in _TOLD], platform.libc_ver(), platform.python_version(), os.cpu_count()])


def made_here(provenance: str) -> bool:
    """Whether the site with this ``provenance.json`` was made on such a machine; false if nobody knows."""
    try:
        found = json.loads(provenance)["platform"]["signature"]
    except (ValueError, KeyError, TypeError):
        return False
    return bool(found) and found == signature()


if __name__ == "__main__":
    sys.exit(0 if made_here(sys.stdin.read()) else 1)
