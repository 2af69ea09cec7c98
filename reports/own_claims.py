"""``aimc check CLAIMS.toml``: claims of one's own, each an experiment held against a statement.

    [[claim]]
    name = "plateau"
    statement = "T3:asymmetric_linear"
    experiment = "experiment.toml"     # beside this file
    measured = "gradient_norm"         # the default; any average of `simulation.Trace`
    kind = "upper"                     # the default; or "equal" with a margin
    [claim.numbers]                    # what the experiment does not tell, or is to be taken otherwise
    saturation_bound = 0.6

Both sides come from one run: the measurement is one average a seed, the bound is the statement's right-hand side at
the problem's constants, the sizes of the run and its averages over the seeds.
"""

from __future__ import annotations

import difflib
import fnmatch
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from reports.claims import KINDS, Claim, decide_all
from reports.errors import NothingSelected, UndecidableError, UsageError, nearest
from reports.ledger import Row, worst_first

if TYPE_CHECKING:
    from simulation.experiment import Experiment
    from simulation.trace import Trace

_KEYS = {
    "name": str,
    "statement": str,
    "experiment": str,
    "measured": str,
    "kind": str,
    "margin": float,
    "numbers": dict,
}
_NEEDED = ("name", "statement", "experiment")


def judge_file(
    path: Path, *, only: Sequence[str] | None, level: float, seeds: int | None = None, workers: int = 1
) -> list[Row]:
    """Run the experiments of a file and decide its claims together, worst first.

    Args:
        path: the file; experiments are named relative to its folder.
        only: patterns of names; the family-wise error stays that of all claims.
        level: family-wise error, in (0, 1).
        seeds: independent runs instead of those that the experiments ask for.
        workers: threads of each run.

    Raises:
        UsageError: naming file, claim, field, value and what is allowed, also if a statement says nothing at the
            numbers of an experiment.
        NothingSelected: if a pattern matches no claim.
    """
    if not 0 < level < 1:
        raise UsageError(f"level must be in (0, 1), got {level:g}")
    tables = _read(path)
    runs: dict[str, tuple[Experiment, Trace]] = {}
    claims = []
    for table in tables:
        try:
            if table["experiment"] not in runs:
                runs[table["experiment"]] = _run(path.parent / table["experiment"], seeds, workers)
            claims += _claims(table, *runs[table["experiment"]])
        except (ValueError, OSError) as error:
            raise UsageError(f"{path}: claim {table['name']!r}: {error}") from None
    names = [claim.name for claim in claims]
    for pattern in only or ():
        if not fnmatch.filter(names, pattern):
            raise NothingSelected(f"no claim matches {pattern}; {nearest(pattern, names)}")
    decisions = decide_all(claims, level=level)
    again = f"aimc check {path}"
    rows = [
        Row(origin=path.stem, claim=claim, decision=decision, repeat=f"{again} --only {claim.name}", file=str(path))
        for claim, decision in zip(claims, decisions, strict=True)
    ]
    chosen = [row for row in rows if only is None or any(fnmatch.fnmatchcase(row.claim.name, p) for p in only)]
    return worst_first(chosen)


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: not valid TOML: {error}") from None
    tables = data.get("claim")
    if set(data) != {"claim"} or not isinstance(tables, list) or not tables:
        raise UsageError(f"{path}: must hold [[claim]] tables and nothing else, got {', '.join(data) or 'nothing'}")
    for number, table in enumerate(tables):
        _check(f"{path}: claim {number + 1}", table)
    names = [table["name"] for table in tables]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise UsageError(f"{path}: claim {repeated[0]!r} is there twice")
    return tables


def _check(where: str, table: Any) -> None:
    if not isinstance(table, dict):
        raise UsageError(f"{where}: must be a table, got {table!r}")
    for key, value in table.items():
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise UsageError(f"{where}: {key!r} is not a key here{hint} (allowed: {', '.join(_KEYS)})")
        if not isinstance(value, _KEYS[key]) and not (key == "margin" and isinstance(value, int)):
            raise UsageError(f"{where}: {key} must be of type {_KEYS[key].__name__}, got {value!r}")
    if missing := [key for key in _NEEDED if key not in table]:
        raise UsageError(f"{where}: {', '.join(missing)} must be given")
    if table.get("kind", "upper") not in (kinds := [name for name, kind in KINDS.items() if kind.sampled]):
        raise UsageError(f"{where}: kind must be one of {', '.join(kinds)}, got {table['kind']!r}")


def _run(path: Path, seeds: int | None, workers: int) -> tuple[Experiment, Trace]:
    from simulation.experiment import Experiment  # noqa: PLC0415

    experiment = Experiment.read(path)
    if seeds is not None:
        experiment = replace(experiment, arguments={**experiment.arguments, "runs": seeds})
    return experiment, experiment.run(workers=workers)


def _claims(table: Mapping[str, Any], experiment: Experiment, trace: Trace) -> list[Claim]:
    """One claim a setting of the experiment."""
    import theory  # noqa: PLC0415
    from simulation.statistics import STATISTICS  # noqa: PLC0415

    average = table.get("measured", "gradient_norm")
    if average not in STATISTICS:
        raise ValueError(f"measured must be one of {', '.join(STATISTICS)}, got {average!r}")
    try:
        statement = theory.get(table["statement"])
    except theory.UnknownStatement as error:
        raise ValueError(str(error)) from None
    if not (verdict := statement.verify()).accepted:
        raise ValueError(f"statement {statement.id} is not proved: {verdict.reason}")
    settings = trace.step_size.size
    claims = []
    for setting in range(settings):
        numbers = numbers_of(experiment, trace, setting) | table.get("numbers", {})
        if missing := sorted(statement.takes() - set(numbers)):
            raise ValueError(f"[claim.numbers] must give {', '.join(missing)}, which the experiment does not tell")
        bound = statement.bound(**{name: numbers[name] for name in statement.takes()})
        name = table["name"] if settings == 1 else f"{table['name']}-{setting + 1}"
        # A run that left the model has no measurement: the claim is then undecided, whatever its numbers were.
        lost = trace.first_violation[setting] >= 0
        measured = np.where(lost, np.nan, getattr(trace, average)[-1, setting])
        claims.append(Claim(name=name, statement=statement.title, kind=table.get("kind", "upper"), bound=float(bound),
                            measured=tuple(measured.tolist()), margin=table.get("margin"),
                            description=f"{average} of {experiment.name} against {statement.id}"))  # fmt: skip
    return claims


def numbers_of(experiment: Experiment, trace: Trace, setting: int) -> dict[str, float]:
    """What a run tells about the quantities of the notation table, by their names in code.

    Constants of the problem, sizes of the run, delays of the schedule, and averages over the seeds of the run's own:
    noise_deviation is the root of the average noise variance, saturation_bound the largest saturation met. Runs that
    left the model are left out: their claim is undecided. UndecidableError if there is no other.
    """
    problem, kept = experiment.problem, trace.first_violation[setting] < 0
    if not kept.any():
        first = trace.first_violation[setting].min()
        raise UndecidableError(f"every run of {experiment.name} left the model, the first at step {first}")
    numbers = {"steps": trace.steps, "step_size": trace.step_size[setting], "smoothness": problem.smoothness}
    numbers |= {"initial_gap": trace.initial_gap[setting].mean(), "microbatches": experiment.microbatches}
    for name in ("gain_variance", "drift_variance", "noise_variance"):
        numbers[name] = getattr(trace, name)[-1, setting][kept].mean()
    numbers["noise_deviation"] = np.sqrt(numbers["noise_variance"])
    numbers["saturation_bound"] = trace.peak_saturation[setting][kept].max()
    numbers["max_symmetric"] = trace.peak_symmetric[setting][kept].max()
    if hasattr(problem, "staleness_lipschitz"):
        numbers["staleness_lipschitz"] = problem.staleness_lipschitz
    late = experiment.delays
    numbers["max_delay"], numbers["mean_delay"] = (0, 0) if late is None else (late.max(), late.mean())
    return {name: float(value) for name, value in numbers.items()}
