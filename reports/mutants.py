"""The command ``aimc mutants``: change every statement in one place at a time and see whether the kernel notices."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table

from reports import console
from reports.errors import ExitCode, UsageError
from reports.project import Project

if TYPE_CHECKING:
    from theory.mutants import Outcome

EXAMPLES = "aimc mutants\n  aimc mutants T3 T8 --json build/mutants.json"


def options(command: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add = command.add_argument
    add("ids", nargs="*", metavar="ID", help="general statements whose files to change (default: all)")
    add("--jobs", type=int, default=2, metavar="N", help="statements at a time (default: 2)")
    add("--json", type=Path, metavar="FILE", help="write what became of every mutant there")


def run(options: argparse.Namespace, _project: Project) -> ExitCode:
    """Print the score; 0 if every false mutant was caught, 1 if one was missed."""
    from theory.mutants import score  # noqa: PLC0415  (imports a computer algebra system)

    if options.jobs < 1:
        raise UsageError(f"--jobs must be >= 1, got {options.jobs}")
    ids, out = _selected(options.ids), console.make()
    found = dict(_judged(ids, options.jobs, out))
    outcomes = [outcome for name in ids for outcome in found[name]]
    out.print(_table(outcomes))
    for outcome in outcomes:
        if outcome.became == "missed":
            out.print(f"missed: {outcome.statement}, {outcome.label}: {outcome.reason}", soft_wrap=True)
    if options.json:
        from reports.build import write_atomic  # noqa: PLC0415

        text = json.dumps([asdict(outcome) for outcome in outcomes], indent=1, ensure_ascii=False) + "\n"
        write_atomic(options.json, text.encode())
    out.print(_summary(outcomes))
    return ExitCode.OK if score(outcomes) == 100 else ExitCode.NOT_HELD


def _selected(names: list[str]) -> list[str]:
    import theory  # noqa: PLC0415
    from theory.mutants import files  # noqa: PLC0415

    try:
        chosen = [theory.get(name).id for name in names] or list(files())
    except theory.UnknownStatement as error:
        raise UsageError(str(error)) from None
    for name in chosen:
        if name not in files():
            raise UsageError(f"{name} has no file of its own: it is a corollary of {theory.get(name).corollary_of}")
    return list(dict.fromkeys(chosen))


def _judged(ids: list[str], jobs: int, out: Any) -> Iterator[tuple[str, list[Outcome]]]:
    """What became of each statement's mutants, as they finish: a bar on a terminal, one line each elsewhere."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as bar:
        task = bar.add_task("statements", total=len(ids))
        for name, outcomes in _results(ids, jobs):
            bar.advance(task)
            (bar.console if out.is_terminal else out).print(f"{name}: {len(outcomes)} mutants")
            yield name, outcomes


def _results(ids: list[str], jobs: int) -> Iterator[tuple[str, list[Outcome]]]:
    if min(jobs, len(ids)) == 1:
        yield from ((name, _outcomes(name)) for name in ids)
        return
    with ProcessPoolExecutor(min(jobs, len(ids)), mp_context=get_context("spawn")) as pool:
        running = {pool.submit(_outcomes, name): name for name in ids}
        for done in as_completed(running):
            yield running[done], done.result()


def _outcomes(name: str) -> list[Outcome]:
    from theory.mutants import files, judged  # noqa: PLC0415

    return list(judged(files()[name]))


def _table(outcomes: list[Outcome]) -> Table:
    from theory.mutants import MEANINGS, counted  # noqa: PLC0415

    table = Table("statement", "mutants", *MEANINGS, title="Mutants")
    table.caption = "; ".join(f"{word}: {meaning}" for word, meaning in MEANINGS.items())
    rows = counted(outcomes)
    for name, counts in {**rows, "total": sum(rows.values(), Counter())}.items():
        if name == "total":
            table.add_section()
        table.add_row(name, str(counts.total()), *(str(counts[word] or "") for word in MEANINGS))
    return table


def _summary(outcomes: list[Outcome]) -> str:
    from theory.mutants import CAUGHT, score  # noqa: PLC0415

    became = [outcome.became for outcome in outcomes]
    caught, missed = sum(word in CAUGHT for word in became), became.count("missed")
    true, refuted = became.count("true"), became.count("refuted")
    return (
        f"score {score(outcomes):.4g} %: {caught} of {caught + missed} false mutants caught "
        f"({refuted} of them have a counterexample); {true} are still true"
    )
