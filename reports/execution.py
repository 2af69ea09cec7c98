"""Run notebooks in processes of their own, several at a time, and say how each ended."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from reports import loaded
from reports.notebook import QUIET
from reports.parameters import Value
from reports.sources import Source

_PAUSE = 0.5
"""Seconds between two looks at the cell that runs."""
Status = Literal["done", "refused", "crashed", "stopped"]


@dataclass(frozen=True, kw_only=True)
class Job:
    """One notebook to execute: where it runs, its parameter values and its limit in seconds."""

    source: Source
    values: Mapping[str, Value]
    cwd: Path
    timeout: float
    epoch: int
    """Time stamp [s since 1970] that tools may write into outputs: that of the commit."""
    store: Path | None = None
    """Folder in which simulations are looked up and kept, for this notebook and others; None to run them all."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How one execution ended and what it cost; ``notebook`` holds the executed file only if it is done."""

    job: Job
    status: Status
    message: str = ""
    cell: int = 0
    """1-based number of the cell that was running, as counted in the percent file."""
    line: str = ""
    traceback: str = ""
    notebook: bytes = b""
    loaded: frozenset[Path] = frozenset()
    """Files of the project's own modules that it loaded, if it is done."""
    seconds: float
    cpu_seconds: float = 0.0
    peak_mb: float = 0.0

    def report(self) -> str:
        """Return the failure as one readable block."""
        head = f"notebook {self.job.source.name}, cell {self.cell}: {self.message}"
        body = [f"  at: {self.line}" if self.line else "", *(f"  | {x}" for x in self.traceback.splitlines())]
        return "\n".join([head, *filter(None, body)])


class Runner:
    """Executes jobs, at most ``jobs`` at a time; leaving its context kills what still runs."""

    def __init__(self, *, jobs: int) -> None:
        """Prepare ``jobs`` lanes; raises ValueError if there is not at least one."""
        if jobs < 1:
            raise ValueError(f"jobs must be >= 1, got {jobs}")
        self._pool = ThreadPoolExecutor(jobs)  # the threads only wait for processes
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._closed = False

    def __enter__(self) -> Runner:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Kill the processes that are left, with the kernels they started."""
        with self._lock:
            self._closed = True
            for process in self._running:
                _kill(process)
        self._pool.shutdown(cancel_futures=True)

    def run(self, jobs: Iterable[Job], tell: Callable[[Job, int], None]) -> Iterator[Outcome]:
        """Yield the outcomes as they come.

        ``tell`` is called, in a thread, with 0 when a job begins, then about twice a second with the number of the
        cell that runs.
        """
        futures = [self._pool.submit(self._one, job, tell) for job in jobs]
        for future in as_completed(futures):
            yield future.result()

    def _one(self, job: Job, tell: Callable[[Job, int], None]) -> Outcome:
        tell(job, 0)
        begin = time.monotonic()
        # A short path: the kernel's socket lies in it, and socket names are limited to about 100 bytes.
        with tempfile.TemporaryDirectory(prefix="aimc-", dir="/tmp", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            _prepare(folder, job)
            timed_out = self._wait(folder, job, tell)
            return _outcome(folder, job, timed_out, time.monotonic() - begin)

    def _wait(self, folder: Path, job: Job, tell: Callable[[Job, int], None]) -> bool:
        """Run the worker to its end or its limit; return whether the limit was reached."""
        with self._lock:
            if self._closed:
                return False
            process = _start(folder, job)
            self._running.add(process)
        end = time.monotonic() + job.timeout
        try:
            while (left := end - time.monotonic()) > 0:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(min(left, _PAUSE))
                    return False
                tell(job, _cell(folder))
        finally:
            _kill(process)
            with self._lock:
                self._running.discard(process)
        return True


def _prepare(folder: Path, job: Job) -> None:
    import nbformat  # noqa: PLC0415

    node = job.source.notebook()
    standing = {"aimc": node.metadata["aimc"]} if "aimc" in node.metadata else {}
    node.metadata = {**standing, "kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    nbformat.write(node, folder / "in.ipynb")  # type: ignore[no-untyped-call]
    changed = {p.name: job.values[p.name] for p in job.source.parameters if job.values[p.name] != p.default}
    record = {"parameters": changed, "cwd": str(job.cwd), "timeout": job.timeout}
    (folder / "job.json").write_text(json.dumps(record))
    (folder / "matplotlibrc").write_text("svg.hashsalt: aimc\n")


def _start(folder: Path, job: Job) -> subprocess.Popen[bytes]:
    single = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    path = os.pathsep.join([str(job.cwd), str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH", "")])
    environment = {
        **os.environ,
        **single,
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": str(job.epoch),
        "MATPLOTLIBRC": str(folder / "matplotlibrc"),
        "PYTHONPATH": path.rstrip(os.pathsep),
        "AIMC_STORE": str(job.store or ""),
        QUIET: "1",
        **loaded.prepare(folder),
    }
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(  # noqa: S603  (our own interpreter and module)
            [sys.executable, "-m", "reports.worker", str(folder)],
            cwd=job.cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the worker's process group; its kernel, which watches its parent, follows."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _cell(folder: Path) -> int:
    """Number of the cell last started; 0 before the first, or while the number is being written."""
    try:
        return int((folder / "cell").read_text() or 0)
    except FileNotFoundError:
        return 0


def _outcome(folder: Path, job: Job, timed_out: bool, seconds: float) -> Outcome:
    cell = _cell(folder)
    if timed_out:
        result: dict[str, Any] = {"status": "stopped", "message": f"time limit of {job.timeout:g} s reached"}
    elif (folder / "result.json").exists():
        result = json.loads((folder / "result.json").read_text())
    else:
        log = (folder / "log").read_text(errors="replace") if (folder / "log").exists() else ""
        tail = "\n".join(log.splitlines()[-10:])
        result = {"status": "stopped", "message": "the executing process ended early", "traceback": tail}
    if result["status"] == "done":
        result |= {"notebook": (folder / "out.ipynb").read_bytes(), "loaded": loaded.read(folder)}
    return Outcome(job=job, cell=cell, seconds=seconds, **result)
