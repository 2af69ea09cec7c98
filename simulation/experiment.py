"""An experiment in a TOML file: problem, noise, device, fidelity and schedule by name, and the sizes of the run.

    steps = 2000
    runs = 64
    seed = 0
    step_size = [0.02, 0.05]

    [problem]
    name = "quadratic"
    spectrum = [1.0, 0.5]
    optimum = [0.4, -0.2]

    [problem.noise]
    name = "gaussian"
    standard_deviation = 0.3

    [device]
    name = "asymmetric_linear"
    tau = 1.0

Optional are `checkpoints` and `evaluations`, a table [fidelity] and a table [schedule] (name, stages, microbatches),
whose delays are derived from its timetable. The keys of a table are the fields of the class that its name stands for,
or, if it has a `maker`, the arguments of the class method of that name (maker = "from_spectrum").
"""

import difflib
import inspect
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from simulation._arrays import integer
from simulation._registry import lookup
from simulation.batch import run_batched
from simulation.devices import DEVICES
from simulation.devices._check import require_responses
from simulation.engine import Progress, run
from simulation.fidelities import FIDELITIES
from simulation.noises import NOISES
from simulation.pipeline_delayed import run_delayed
from simulation.problems import PROBLEMS
from simulation.problems._staged import StagedProblem
from simulation.schedules import SCHEDULES
from simulation.trace import Trace

COUNTS = {
    "steps": True,
    "runs": True,
    "seed": False,
    "step_size": True,
    "checkpoints": False,
    "evaluations": False,
    "precision": False,
    "rule": False,
}
"""Keys outside tables, and whether they are needed."""
TABLES = {"problem": PROBLEMS, "device": DEVICES, "fidelity": FIDELITIES, "schedule": SCHEDULES}
NEEDED = ("problem", "device")
NESTED = {"noise": NOISES, "base": DEVICES}
"""Fields that are tables of their own, and what their names stand for."""


class ExperimentError(ValueError):
    """An experiment file that cannot be run: the message names file, field, value and what is allowed."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Experiment:
    """What a file describes, ready to run."""

    name: str
    """The file's name without its ending."""
    text: str
    """The file as read, kept as provenance."""
    problem: Any
    device: Any
    fidelity: Any
    """An update rule, or the name 'mean'."""
    schedule: Any
    """A pipeline schedule, or None for training without one."""
    arguments: Mapping[str, Any]
    """The keys outside tables, as given."""

    @classmethod
    def read(cls, path: str | Path) -> "Experiment":
        """Read and check a file; nothing is run. Raises ExperimentError, or OSError if it cannot be read."""
        path = Path(path)
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise ExperimentError(f"{path}: not valid TOML: {error}") from None
        return replace(cls.parse(text, name=str(path)), name=path.stem)

    @classmethod
    def parse(cls, text: str, *, name: str) -> "Experiment":
        """Check the text of a file; nothing is run. Raises ExperimentError, which begins with the name."""
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ExperimentError(f"{name}: not valid TOML: {error}") from None
        return replace(cls.of(data, name=name), text=text)

    @classmethod
    def of(cls, tables: Mapping[str, Any], *, name: str) -> "Experiment":
        """As `parse`, of keys and tables that no file need hold. Raises ExperimentError, which begins with the name."""
        try:
            return cls(name=name, text="", **_parts(tables))
        except ValueError as error:
            raise ExperimentError(f"{name}: {error}") from None

    @property
    def delays(self) -> Any:
        """Delay of every coordinate, (dimension,), derived from the schedule; None without staleness."""
        if self.schedule is None:
            return None
        sizes = _sizes(self.problem, self.schedule.stages)
        late = self.schedule.timetable(4 * self.schedule.stages).delays
        return np.repeat(late, sizes) if any(late) else None

    def check(self) -> None:
        """Check what can be known before a run: responses on the range used, stages and delays.

        Raises:
            ValueError: naming the field, its value and what is allowed.
        """
        steps = integer("steps", self.arguments["steps"], minimum=1)
        try:
            require_responses(self.device, self.problem.initial)
        except ValueError as error:
            raise ValueError(f"[device] {error}") from None
        if self.schedule is None:
            return
        self.schedule.require_device(self.device)
        if self.delays is not None and max(self.delays) >= steps:
            stages, longest = self.schedule.stages, max(self.delays)
            raise ValueError(f"steps must be > {longest}, the longest delay of {stages} stages, got {steps}")

    def run(self, progress: Progress | None = None, **hooks: Any) -> Trace:
        """Run it, with the hooks of `simulation.run` (workers, resume, keep_path) by name.

        Raises:
            ExperimentError: if the numbers do not fit together.
        """
        given = {**self.arguments, "fidelity": self.fidelity, "progress": progress, **hooks}
        try:
            self.check()
            if self.microbatches > 1:
                batch = {"microbatches": self.microbatches, "rule": given.pop("rule", "accumulated")}
                return run_batched(self.problem, self.device, **batch, **given)
            if self.delays is None:
                return run(self.problem, self.device, **given)
            return run_delayed(self.problem, self.device, delays=self.delays, **given)
        except ValueError as error:
            raise ExperimentError(f"{self.name}: {error}") from None

    @property
    def microbatches(self) -> int:
        """B, micro-batches an update."""
        return 1 if self.schedule is None else int(self.schedule.microbatches)


def _parts(data: Mapping[str, Any]) -> dict[str, Any]:
    _known("", data, [*COUNTS, *TABLES])
    missing = [key for key, needed in COUNTS.items() if needed and key not in data]
    if missing := missing + [key for key in NEEDED if key not in data]:
        raise ValueError(f"{', '.join(missing)} must be given")
    made = {key: _made(key, data[key]) if key in data else None for key in TABLES}
    made["fidelity"] = made["fidelity"] or "mean"
    batched = made["schedule"] is not None and made["schedule"].microbatches > 1
    if "rule" in data and not batched:
        raise ValueError(f"rule must be left out without several micro-batches in [schedule], got {data['rule']!r}")
    if "checkpoints" in data and not isinstance(data["checkpoints"], list):
        raise ValueError(f"checkpoints must be a list of step counts, got {data['checkpoints']!r}")
    arguments = {"seed": 0} | {key: data[key] for key in COUNTS if key in data}
    return {**made, "arguments": arguments}


def _made(where: str, table: Any) -> Any:
    """The object that a table describes: its name picks the class, its keys are the fields or a maker's arguments."""
    if not isinstance(table, Mapping) or not isinstance(table.get("name"), str):
        raise ValueError(f"[{where}] must be a table with a name, got {table!r}")
    registry = TABLES[where] if where in TABLES else NESTED[where.rpartition(".")[2]]
    try:
        kind = lookup(registry, table["name"])
    except ValueError as error:
        raise ValueError(f"[{where}] {error}") from None
    make = _maker(where, kind, table)
    parameters = inspect.signature(make).parameters
    _known(where, table, ["name", "maker", *parameters])
    given = {key: _value(f"{where}.{key}", value) for key, value in table.items() if key not in {"name", "maker"}}
    needed = [name for name, parameter in parameters.items() if parameter.default is parameter.empty]
    if missing := [name for name in needed if name not in given]:
        raise ValueError(f"[{where}] {table['name']} needs {', '.join(missing)}")
    try:
        return make(**given)
    except (ValueError, TypeError) as error:
        raise ValueError(f"[{where}] {error}") from None


def _maker(where: str, kind: type, table: Mapping[str, Any]) -> Callable[..., Any]:
    """The class itself, or that of its public class methods which the table names."""
    if "maker" not in table:
        return kind
    makers = [
        name for name in dir(kind) if name[0] != "_" and isinstance(inspect.getattr_static(kind, name), classmethod)
    ]
    if table["maker"] not in makers:
        allowed = f"one of {', '.join(makers)}" if makers else f"left out: {table['name']} has none"
        raise ValueError(f"[{where}] maker must be {allowed}, got {table['maker']!r}")
    made: Callable[..., Any] = getattr(kind, table["maker"])
    return made


def _value(where: str, value: Any) -> Any:
    if where.rpartition(".")[2] in NESTED:
        return _made(where, value)
    if isinstance(value, Mapping):
        raise ValueError(f"[{where}] must be a number, text or list, got a table with {', '.join(value) or 'nothing'}")
    if not isinstance(value, list):
        return value
    try:
        return np.array(value)
    except ValueError:
        raise ValueError(f"[{where}] must be a list whose rows are equally long, got {value!r}") from None


def _known(where: str, table: Mapping[str, Any], allowed: list[str]) -> None:
    for key in table:
        if key not in allowed:
            near = difflib.get_close_matches(key, allowed, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            place = f"[{where}] " if where else ""
            raise ValueError(f"{place}{key!r} is not a key here{hint} (allowed: {', '.join(allowed)})")


def _sizes(problem: Any, stages: int) -> list[int]:
    """How many coordinates each stage holds: consecutive blocks of the problem, or of its coordinates."""
    blocks = problem.blocks if isinstance(problem, StagedProblem) else (1,) * problem.dimension
    if stages > len(blocks):
        raise ValueError(f"[schedule] stages must be at most {len(blocks)}, the problem's blocks, got {stages}")
    return [int(np.sum(part)) for part in np.array_split(np.array(blocks), stages)]
