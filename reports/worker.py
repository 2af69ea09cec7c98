"""The process that executes one notebook: ``python -m reports.worker FOLDER``.

It reads ``job.json`` and ``in.ipynb`` from the folder and leaves ``out.ipynb``, ``cell`` (number of the
cell last started) and, only when papermill has returned or raised, ``result.json``.  A process of its own
can be killed with everything it holds, and shares no interpreter state with another notebook.
"""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from reports.sources import INJECTED, cell_id

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_TIMES = ("start_time", "end_time", "duration", "input_path", "output_path", "environment_variables")
_TRACEBACK_LINES = 10
_INPUT_ERRORS = frozenset(("DataError", "OutOfDomain"))
"""What simulation and theory raise for data and numbers that a user supplied: no fault of the notebook's."""


def run(folder: Path) -> dict[str, Any]:
    """Execute the notebook of ``folder``; return the result record (status, message, cost)."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError  # noqa: PLC0415
    from papermill import PapermillExecutionError  # noqa: PLC0415

    try:
        skipped = _execute(folder, json.loads((folder / "job.json").read_text()))
    except PapermillExecutionError as error:
        result = _failure(error)
    except CellTimeoutError:
        result = {"status": "stopped", "message": "a cell reached the time limit"}
    except DeadKernelError:
        result = {"status": "stopped", "message": "the kernel died (killed, out of memory, or left from within)"}
    except RuntimeError as error:
        result = {"status": "stopped", "message": f"the kernel did not start: {_ANSI.sub('', str(error)).strip()}"}
    else:
        # A cell that calls sys.exit ends the run without an error that anyone reports.
        ended = {"status": "crashed", "message": f"the notebook ended early; cell {min(skipped, default=0)} never ran"}
        result = ended if skipped else {"status": "done"}
    return result | _cost()


def _skipped(cell: Any) -> bool:
    return cell.cell_type == "code" and bool(cell.source.strip()) and cell.execution_count is None


def _execute(folder: Path, job: dict[str, Any]) -> list[int]:
    """Execute the notebook and write it; return the numbers of code cells that did not run."""
    import nbformat  # noqa: PLC0415
    import papermill  # noqa: PLC0415
    from traitlets.config import Config  # noqa: PLC0415

    # IPC sockets under a path of this run alone: parallel kernels race for TCP ports, and collide on the
    # default path.  No kernel folders: the kernel is then this interpreter's own, whatever is installed.
    config = Config(
        {
            "KernelManager": {"transport": "ipc", "ip": str(folder / "k")},
            "KernelSpecManager": {"kernel_dirs": []},
        }
    )
    executed = papermill.execute_notebook(
        str(folder / "in.ipynb"),
        str(folder / "out.ipynb"),
        parameters=job["parameters"],
        engine_name=_engine(folder / "cell"),
        kernel_name="python3",
        cwd=job["cwd"],
        progress_bar=False,
        log_output=False,
        record_timing=False,
        execution_timeout=job["timeout"],
        shutdown_kernel="immediate",
        config=config,
    )
    nbformat.write(normalise(executed), folder / "out.ipynb")  # type: ignore[no-untyped-call]
    return [n for n, cell in enumerate(executed.cells, start=1) if _skipped(cell)]


def _engine(note: Path) -> str:
    """Register papermill's engine, extended to note the cell it is about to run; return its name."""
    from papermill.engines import NBClientEngine, papermill_engines  # noqa: PLC0415

    class Noting(NBClientEngine):  # type: ignore[misc]
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
            start = nb_man.cell_start

            def noting(cell: Any, cell_index: int, **more: Any) -> None:
                own = [c for c in nb_man.nb.cells[: cell_index + 1] if not _injected(c)]
                note.write_text(str(len(own)))
                start(cell, cell_index, **more)

            nb_man.cell_start = noting
            return super().execute_managed_notebook(nb_man, kernel_name, **options)

    papermill_engines.register("noting", Noting)
    return "noting"


def normalise(notebook: Any) -> Any:
    """Return the executed notebook without what differs between two equal runs: times, ids, addresses."""
    for holder in (notebook, *notebook.cells):
        holder.metadata.pop("execution", None)
        for name in _TIMES:
            holder.metadata.get("papermill", {}).pop(name, None)
    for number, cell in enumerate(notebook.cells):
        cell.id = cell_id(number, cell.source)
        for output in cell.get("outputs", []):
            _hide_addresses(output)
    return notebook


def _hide_addresses(output: Any) -> None:
    holder = output.get("data", output)
    for key in ("text/plain", "text/html", "text"):
        if isinstance(holder.get(key), str):
            holder[key] = re.sub(r" at 0x[0-9a-f]+", " at 0x…", holder[key])


def _injected(cell: Any) -> bool:
    return INJECTED in cell.metadata.get("tags", [])


def _failure(error: Any) -> dict[str, str]:
    """Say which line of the cell failed and how, without terminal colours; of bad input only what is wrong."""
    if error.ename in _INPUT_ERRORS:
        return {"status": "refused", "message": _ANSI.sub("", error.evalue)}
    lines = _ANSI.sub("", "\n".join(error.traceback)).splitlines()
    in_cell = next((i for i, line in enumerate(lines) if line.startswith("Cell In[")), 0)
    arrow = next((m for line in lines[in_cell:] if (m := re.match(r"-+> *\d+ (.*)", line))), None)
    return {
        "status": "crashed",
        "line": arrow[1].strip() if arrow else "",
        "message": f"{error.ename}: {_ANSI.sub('', error.evalue)}",
        "traceback": "\n".join(lines[-_TRACEBACK_LINES:]).strip(),
    }


def _cost() -> dict[str, float]:
    own, kernel = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, KiB elsewhere
    return {
        "cpu_seconds": own.ru_utime + own.ru_stime + kernel.ru_utime + kernel.ru_stime,
        "peak_mb": max(own.ru_maxrss, kernel.ru_maxrss) * unit / 1e6,
    }


def _follow_parent() -> None:
    """End with the process that started this one, however it ended: nobody else would read the result."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os.killpg(os.getpgrp(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()


def main(folder: Path) -> None:
    """Run the job of ``folder`` and write its result in one step."""
    _follow_parent()
    partial = folder / "result.partial"
    partial.write_text(json.dumps(run(folder)))
    partial.replace(folder / "result.json")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    sys.stdout.flush()
    os._exit(0)  # nothing is left to save, and tearing down the event loops takes a while
