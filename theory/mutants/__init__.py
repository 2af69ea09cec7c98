"""The mutation score: is a theory that is slightly wrong always noticed?

Each statement's file is changed in one place at a time, and the kernel is asked again. A mutant that is false must be
caught. It counts as true only if a certificate says so: the one in its own file, which the kernel accepts, while the
referee finds worlds for it and no counterexample; or one found again from the original's. All others count as false,
and the score is the share of these that is caught, in per cent.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Literal

from theory.mutants.again import found_again, gap
from theory.mutants.refute import counterexample
from theory.mutants.source import Mutant, files, mutants, notation_without
from theory.referee import Vacuous, worlds
from theory.statement import Statement

__all__ = ["CAUGHT", "MEANINGS", "Class", "Outcome", "counted", "files", "judged", "score"]

Class = Literal["true", "refuted", "unproved", "refused", "broken", "missed"]
MEANINGS: dict[Class, str] = {
    "true": "accepted, or a certificate was found again",
    "refuted": "rejected, and a world violates it",
    "unproved": "rejected; neither a certificate nor a counterexample was found",
    "refused": "refused as it is read",
    "broken": "no program any more, such as an index out of range; does not count",
    "missed": "accepted, although it is vacuous or a world violates it",
}
CAUGHT: tuple[Class, ...] = ("refuted", "unproved", "refused")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one mutant."""

    statement: str
    label: str
    became: Class
    reason: str


def judged(module: ModuleType) -> Iterator[Outcome]:
    """The outcome of every mutant of a statement's file, one by one."""
    original: Statement = module.STATEMENT
    for mutant in mutants(module):
        with notation_without(mutant.redefines):
            became, reason = _judge(original, mutant, module)
        yield Outcome(statement=original.id, label=mutant.label, became=became, reason=reason)


def score(outcomes: Iterable[Outcome]) -> float:
    """Caught mutants among the false ones [%].

    Raises ValueError if none is false: nothing has been tested then.
    """
    counts = Counter(outcome.became for outcome in outcomes)
    caught = sum(counts[became] for became in CAUGHT)
    if not caught + counts["missed"]:
        raise ValueError("no mutant is false, so there is no score")
    return 100.0 * caught / (caught + counts["missed"])


def counted(outcomes: Iterable[Outcome]) -> dict[str, Counter[Class]]:
    """How many mutants of each statement became what."""
    counts: dict[str, Counter[Class]] = {}
    for outcome in outcomes:
        counts.setdefault(outcome.statement, Counter())[outcome.became] += 1
    return counts


def _judge(original: Statement, mutant: Mutant, module: ModuleType) -> tuple[Class, str]:
    try:
        statement = mutant.load(module)
        verdict = statement.verify()
    except ValueError as error:
        return "refused", f"{type(error).__name__}: {error}"
    except Exception as error:  # a changed program may raise anything
        return "broken", f"{type(error).__name__}: {error}"
    if verdict.accepted:
        return _accepted(original, statement)
    if _same(original, statement) or found_again(original, statement):
        return "true", "a certificate was found again"
    if counterexample(original, statement) is not None:
        return "refuted", verdict.reason
    return "unproved", verdict.reason


def _accepted(original: Statement, statement: Statement) -> tuple[Class, str]:
    """Accepted by the kernel, which the referee has to confirm."""
    if _same(original, statement):
        return "true", "the statement is unchanged"
    if counterexample(original, statement) is not None:
        return "missed", "a world that meets its assumptions violates it"
    try:
        worlds(statement, count=1)
    except Vacuous as error:
        return "missed", str(error)
    return "true", "the kernel accepts its certificate"


def _same(original: Statement, statement: Statement) -> bool:
    return (
        original.kind == statement.kind
        and set(original.assumptions) == set(statement.assumptions)
        and gap(original) == gap(statement)
    )
