"""What a measurement was made on, without names or places."""

import os
import platform
import shutil
import subprocess
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from tests.peer import kit


def describe() -> dict[str, str]:
    """Processor, memory, versions, and how busy the machine was at the start."""
    found = {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": _from("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": str(os.cpu_count()),
        "cache": _from("/proc/cpuinfo", "cache size") or "unknown",
        "memory": _memory(),
        "system": platform.system(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "linear algebra": _blas(),
        "compiler": compiler_version(),
        "numba": version_of("numba"),
        "peer": kit.why_absent() or kit.versions(),
    }
    return found | {"load at the start": f"{os.getloadavg()[0]:.2f} of {os.cpu_count()}"}


def version_of(package: str) -> str:
    """Of a package, or that it is not installed."""
    if find_spec(package) is None:
        return "not installed"
    return str(kit.module(package).__version__)


def compiler_version() -> str:
    """Of the C compiler, or that there is none."""
    if shutil.which("gcc") is None:
        return "none"
    line = subprocess.run(["gcc", "-dumpfullversion"], capture_output=True, text=True, check=True).stdout
    return f"gcc {line.strip()}"


def _from(file: str, key: str) -> str | None:
    path = Path(file)
    lines = path.read_text().splitlines() if path.exists() else []
    found = [line.split(":", 1)[1].strip() for line in lines if line.startswith(key)]
    return found[0] if found else None


def _memory() -> str:
    size = _from("/proc/meminfo", "MemTotal")
    return f"{int(size.split()[0]) / 2**20:.0f} GiB" if size else "unknown"


def _blas() -> str:
    built: Any = np.show_config(mode="dicts")
    blas = built["Build Dependencies"]["blas"]
    return f"{blas['name']} {blas['version']}"
