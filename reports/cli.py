"""The command ``aimc``: parses the command line, runs one command, turns errors into exit codes."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from reports import console, device, mutants, report, simulate, trial
from reports.errors import AimcError, ExitCode, UsageError
from reports.outputs import OUTPUTS
from reports.progress import counting
from reports.project import Project

if TYPE_CHECKING:
    from reports.ledger import Row

_EXIT_CODES = """exit codes:
  0  all good
  1  a claim is violated or undecided (check), a statement is not proved or vacuous (theory), a mutant is missed
  2  bad command line, notebook, parameter or input file; nothing was executed
  3  a notebook or a formula failed
  4  a notebook reached its time limit or its kernel died
  5  nothing selected
"""
_EXAMPLES = {
    "": "aimc report            execute what changed and render the site\n"
    "  aimc check             decide all claims; non-zero exit unless all hold\n"
    "  aimc theory T3         print a statement with its proof",
    "report": report.EXAMPLES,
    "check": "aimc check\n  aimc check --faults\n  aimc check --gate full --seed 1\n"
    "  aimc check docs/examples/claims/my_claims.toml\n"
    "  aimc check --only 'sharp-*' --json build/sharp.json\n"
    "  aimc check --from build/quick --level 0.05\n"
    "  aimc check --baseline main.json --annotate --markdown summary.md",
    "simulate": simulate.EXAMPLES,
    "device": device.EXAMPLES,
    "trial": trial.EXAMPLES,
    "mutants": mutants.EXAMPLES,
    "theory": "aimc theory\n  aimc theory T3\n"
    "  aimc theory T3-worst:asymmetric_linear --at Delta=1 K=10000 L=1 sigma=1 s_bar=0.5",
}


GATES = ("ci", "full")
"""Names of the gate's sizes, without the import of what it simulates."""
TRACEBACK = "AIMC_TRACEBACK"
"""Environment variable that lets an unforeseen error show its traceback."""


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are the program's own."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see {self.prog} --help")


def main(arguments: Sequence[str] | None = None, *, project: Project | None = None) -> int:
    """Run ``aimc`` with ``arguments`` (default: those of the process) and return its exit code."""
    try:
        words = sys.argv[1:] if arguments is None else list(arguments)
        options = _parser().parse_args(words, argparse.Namespace(words=words))
        return int(options.run(options, project or Project.locate()))
    except AimcError as error:
        console.make(stderr=True).print(f"aimc: error: {error}", soft_wrap=True)
        return int(error.code)
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        where = f"{type(error).__name__}: {error} (set {TRACEBACK}=1 to see where)"
        console.make(stderr=True).print(f"aimc: crashed: {' '.join(where.split())}", soft_wrap=True)
        return int(ExitCode.CRASHED)
    except KeyboardInterrupt:
        console.make(stderr=True).print("aimc: interrupted; what had finished is kept", soft_wrap=True)
        return int(ExitCode.STOPPED)


def _parser() -> _Parser:
    parser = _Parser(
        prog="aimc",
        description="Verify the theory of analog in-memory SGD: execute notebooks, decide their claims, show proofs.",
        epilog=f"examples:\n  {_EXAMPLES['']}\n\n{_EXIT_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="store_const", dest="run", const=_version, help="print the version")
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=_Parser)
    parser.set_defaults(run=lambda options, project: parser.error("a command is needed"))
    for name, text, fill, run in (
        ("report", "execute the notebooks and render the site", report.options, report.run),
        ("check", "decide all recorded claims and all proofs", _check_options, _check),
        ("theory", "list the statements, or print one with its proof", _theory_options, _theory),
        ("simulate", "run an experiment file", simulate.options, simulate.run),
        ("device", "fit a device to measured curves", device.options, device.run),
        ("trial", "judge published statements, or one of your own", trial.options, trial.run),
        ("mutants", "change every statement a little: does the kernel notice?", mutants.options, mutants.run),
    ):
        command = commands.add_parser(
            name,
            help=text,
            description=text[0].upper() + text[1:] + ".",
            epilog=f"examples:\n  {_EXAMPLES[name]}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        fill(command)
        command.set_defaults(run=run)
    return parser


def _check_options(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("claims", nargs="?", type=Path, metavar="CLAIMS.toml", help="claims of your own, instead of the report's")
    add("--only", nargs="+", metavar="GLOB", help="claims to judge, by name (default: all)")
    for name, output in OUTPUTS.items():
        add(f"--{name}", type=Path, metavar="FILE", help=f"where to write {output.HELP} (default: build/{output.FILE})")
    add("--annotate", action="store_true", help="print commands that mark failures in a hosted CI's log")
    add("--baseline", type=Path, metavar="FILE", help="decisions of before (--json): also fail where one got worse")
    add("--from", dest="source", type=Path, metavar="DIR", help="folder with claims.json (default: reports/rendered)")
    add("--level", type=float, default=0.01, help="family-wise error of all claims together (default: 0.01)")
    add(
        "--gate",
        choices=("none", *GATES),
        default="ci",
        help="how much is measured anew besides the report (default: ci)",
    )
    add(
        "--seed",
        type=int,
        default=0,
        metavar="N",
        help="root of the random numbers of what is measured anew (default: 0)",
    )
    add("--seeds", type=int, metavar="N", help="most seeds of each claim that is measured anew, or runs of CLAIMS.toml")
    add(
        "--workers", type=int, metavar="N", help="processes that measure anew (default: one a core); no verdict changes"
    )
    add("--allow-stale", action="store_true", help="also judge records that another state of the code produced")
    add("--faults", action="store_true", help="plant mistakes instead (--only: by name): does the gate turn red?")


def _theory_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("id", nargs="?", metavar="ID", help="statement to print in full")
    command.add_argument(
        "--at",
        nargs="+",
        metavar="NAME=VALUE",
        help="numbers for its right-hand side and its published counterpart, such as alpha=0.1",
    )


def _version(_options: argparse.Namespace, _project: Project) -> ExitCode:
    from importlib.metadata import version  # noqa: PLC0415

    console.make().print(f"aimc {version('aimc-pipeline')}")
    return ExitCode.OK


def _check(options: argparse.Namespace, project: Project) -> ExitCode:
    from reports.baseline import worsened  # noqa: PLC0415
    from reports.build import write_atomic  # noqa: PLC0415
    from reports.check import marks  # noqa: PLC0415

    if options.faults:
        return _faults(options, project)
    rows, notes = _judged(options, project)
    worse = worsened(rows, options.baseline, whole=options.only is None) if options.baseline else []
    for name, output in OUTPUTS.items():
        write_atomic(getattr(options, name) or project.build / output.FILE, output.render(rows, options.level))
    out = console.make()
    out.print(console.claims_table(rows))
    for note in notes:
        out.print(f"note: {note}", soft_wrap=True)
    for row in (row for row in rows if row.failed):
        out.print(f"{row.decision.verdict}: {row.claim.name}: {row.detail}; repeat: {row.command}", soft_wrap=True)
    for text in worse:
        out.print(f"worse than the baseline: {text}", soft_wrap=True)
    for line in marks(rows, worse) if options.annotate else ():
        out.print(line, soft_wrap=True)
    out.print(f"{console.summary(rows)} (family-wise error {100 * options.level:g} %)")
    return ExitCode.NOT_HELD if worse or any(row.failed for row in rows) else ExitCode.OK


def _faults(options: argparse.Namespace, project: Project) -> ExitCode:
    from reports import fault_check  # noqa: PLC0415  (imports theory and simulation)

    if options.gate == "none" or options.claims is not None or not 0 < options.level < 1:
        raise UsageError("--faults is about the gate: it takes no CLAIMS.toml, no --gate none, and a level in (0, 1)")
    workers = _workers(options)
    given: dict[str, Any] = {"only": options.only, "level": options.level, "size": options.gate, "seed": options.seed}
    return fault_check.run(project.build, **given, workers=workers)


def _workers(options: argparse.Namespace) -> int:
    """How many, once what is counted on the command line is in range."""
    workers = len(os.sched_getaffinity(0)) if options.workers is None else int(options.workers)
    for name, value, least in (("workers", workers, 1), ("seeds", options.seeds, 1), ("seed", options.seed, 0)):
        if value is not None and value < least:
            raise UsageError(f"--{name} must be at least {least}, got {value}")
    return workers


def _judged(options: argparse.Namespace, project: Project) -> tuple[list[Row], list[str]]:
    from reports.check import Fresh, judge  # noqa: PLC0415
    from reports.own_claims import judge_file  # noqa: PLC0415

    workers = _workers(options)
    if options.claims is None:
        record = (options.source or project.rendered) / "claims.json"
        with counting("measuring claims") as progress:
            fresh = Fresh(size=options.gate, seed=options.seed, seeds=options.seeds, workers=workers, progress=progress)
            return judge(project, record, only=options.only, level=options.level, allow_stale=options.allow_stale,
                         fresh=fresh)  # fmt: skip
    if options.source or options.allow_stale:
        raise UsageError("--from and --allow-stale are about a report, not about CLAIMS.toml")
    given: dict[str, Any] = {"only": options.only, "level": options.level, "seeds": options.seeds}
    return judge_file(options.claims, **given, workers=workers), []


def _theory(options: argparse.Namespace, project: Project) -> ExitCode:
    import theory  # noqa: PLC0415  (imports a computer algebra system)

    out = console.make()
    if options.id is None:
        if options.at:
            raise UsageError("--at needs the ID of a statement")
        return _listed(theory.STATEMENTS, project)
    try:
        statement = theory.get(options.id)
    except theory.UnknownStatement as error:
        raise UsageError(str(error)) from None
    compared = _at(statement, options.at) if options.at else []
    for text in (statement.describe(), *compared):
        out.print(text, soft_wrap=True)
    return ExitCode.OK if statement.verify().accepted and not statement.vacuous() else ExitCode.NOT_HELD


def _listed(statements: Mapping[str, Any], project: Project) -> ExitCode:
    from reports.verdicts import devices, verdicts  # noqa: PLC0415

    general = [statements[name] for name in statements if ":" not in name]  # corollaries are made when asked for
    found = verdicts(project, general)
    console.make().print(console.statements_table(general, found, devices(statements)))
    return ExitCode.OK if all(accepted for accepted, _ in found.values()) else ExitCode.NOT_HELD


def _at(statement: Any, pairs: Sequence[str]) -> list[str]:
    from theory import OutOfDomain  # noqa: PLC0415
    from theory.reading import compare  # noqa: PLC0415

    try:
        return ["", *compare(statement, _numbers(pairs)).lines()]
    except OutOfDomain as error:
        raise UsageError(str(error)) from None


def _numbers(pairs: Sequence[str]) -> dict[str, float]:
    numbers = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        try:
            numbers[name] = float(value)
        except ValueError:
            raise UsageError(f"--at takes NAME=VALUE with a number, got {pair!r}") from None
    return numbers


if __name__ == "__main__":
    sys.exit(main())
