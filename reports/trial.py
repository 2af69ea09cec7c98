"""The command ``aimc trial``: judge published statements, or a statement in a file of the user's own."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports import console
from reports.errors import ExitCode, UsageError
from reports.project import Project

if TYPE_CHECKING:
    from theory.trial import Judgement, Published

EXAMPLES = "aimc trial\n  aimc trial C13\n  aimc trial my_statement.py --json build/verdict.json"


def options(command: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    command.add_argument(
        "id", nargs="?", metavar="ID|FILE.py", help="a published statement, or a file that exports CLAIM"
    )
    command.add_argument("--json", type=Path, metavar="FILE", help="write the verdicts there as well")


def run(options: argparse.Namespace, _project: Project) -> ExitCode:
    """Judge one statement or all; 1 for a statement of the user's that is not proved, or one that is undecided."""
    claims = _selected(options.id)
    out = console.make()
    judgements = _judged(claims, out)
    if options.id is None:
        out.print(console.trials_table(judgements))
    else:
        from theory.trial import describe  # noqa: PLC0415

        out.print(describe(judgements[0]), soft_wrap=True)
    if options.json:
        from reports.build import write_atomic  # noqa: PLC0415

        text = json.dumps([_record(j) for j in judgements], indent=1, ensure_ascii=False) + "\n"
        write_atomic(options.json, text.encode())
    good = {"proved"} if _is_file(options.id) else {"proved", "refuted", "proved after repair", "conditional"}
    return ExitCode.OK if all(j.verdict in good for j in judgements) else ExitCode.NOT_HELD


def _is_file(name: str | None) -> bool:
    return name is not None and name.endswith(".py")


def _selected(name: str | None) -> list[Published]:
    from theory import trial  # noqa: PLC0415  (imports a computer algebra system)

    if name is None:
        return list(trial.CLAIMS.values())
    try:
        return [trial.load(Path(name)) if _is_file(name) else trial.get(name)]
    except (trial.NotAClaim, trial.UnknownClaim) as error:
        raise UsageError(str(error)) from None


def _judged(claims: list[Published], out: Any) -> list[Judgement]:
    from rich.progress import track  # noqa: PLC0415

    from theory.trial import Inconsistent, Vacuous, judge  # noqa: PLC0415

    quiet = not out.is_terminal or len(claims) == 1
    try:
        return [judge(claim) for claim in track(claims, "on trial", console=out, transient=True, disable=quiet)]
    except (Inconsistent, Vacuous) as error:
        raise UsageError(str(error)) from None


def _record(judgement: Judgement) -> dict[str, Any]:
    claim, repair = judgement.statement, judgement.statement.repair
    record: dict[str, Any] = {"id": claim.id, "source": claim.source, "verdict": judgement.verdict}
    record["counterexamples"] = [
        {
            "numbers": {symbol.name: str(value) for symbol, value in example.numbers.items()},
            "lhs": str(example.lhs),
            "rhs": str(example.rhs),
        }
        for example in judgement.counterexamples
    ]
    if repair and judgement.repaired:
        record["repair"] = {"fault": repair.fault, "change": repair.change, "effect": repair.effect}
    return record | {"tried": judgement.tried}
