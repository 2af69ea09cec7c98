"""Planted faults: mistakes made on purpose, one file each, in the memory of a process of their own.

Does the gate notice? Claims that a fault must turn red are measured without it, where all must hold, and with it.
Each measurement is made in a fresh process, so that no cache hides a fault and none outlives it.
"""

from __future__ import annotations

import fnmatch
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from importlib import import_module
from itertools import groupby
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.context import BaseContext
from pkgutil import iter_modules
from typing import Any

from reports import gate
from reports.claims import Claim, Decision, decide
from reports.faults._fault import Fault
from reports.gate import claims as families
from reports.gate.claim import SIZES, GateClaim
from reports.ledger import certificate, certificate_name

__all__ = ["Fault", "Outcome", "Red", "catalogue", "tried"]

THEORY = "theory"
"""Where certificates are found, beside the gate's families."""
Places = Mapping[str, str]
"""Name of a claim → the family that makes it, or `THEORY`."""


@dataclass(frozen=True, kw_only=True)
class Red:
    """A claim that a fault turned red, and how."""

    claim: str
    verdict: str
    reason: str
    """Which number moved, by how many standard errors; or what the kernel says."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the gate says of a fault."""

    fault: str
    title: str
    red: tuple[Red, ...]
    missed: tuple[str, ...]
    """Globs of which no claim turned red."""
    unsound: tuple[str, ...]
    """Claims that do not hold without the fault, so that they tell nothing."""

    @property
    def caught(self) -> bool:
        """Whether every glob has a red claim, and all of them hold without the fault."""
        return not self.missed and not self.unsound


def catalogue() -> dict[str, Fault]:
    """Every fault of this folder, by file name."""
    names = sorted(module.name for module in iter_modules(__path__) if module.name[0] != "_")
    return {name: import_module(f"{__name__}.{name}").FAULT for name in names}


def tried(
    faults: Mapping[str, Fault],
    *,
    size: str = "ci",
    seed: int = 0,
    level: float = 0.01,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> list[Outcome]:
    """Plant each fault and measure the claims that must notice.

    Args:
        faults: of `catalogue()`, by name.
        size: a name in `reports.gate.SIZES`.
        seed: root of all random numbers, with and without the fault.
        level: family-wise error of a whole gate, of which every claim gets the share of the clearest one.
        workers: processes, ≥ 1.
        progress: called with (measurements done, measurements).

    Raises:
        ValueError: if a fault names a claim that does not exist.
    """
    places = _places(size)
    wanted = {name: _matching(name, fault, places) for name, fault in faults.items()}
    share = level / len(places)
    sound = {name for names in wanted.values() for name in names}
    jobs = [Job(fault="", places={name: places[name] for name in names}, size=size, seed=seed, share=share)
            for names in _by_family(sound, places)]  # fmt: skip
    jobs += [Job(fault=name, places={claim: places[claim] for claim in claims}, size=size, seed=seed, share=share)
             for name, claims in wanted.items()]  # fmt: skip
    found: dict[str, dict[str, Claim]] = {}
    with ProcessPoolExecutor(workers, mp_context=_fresh(), max_tasks_per_child=1) as pool:
        for done, (job, claims) in enumerate(zip(jobs, pool.map(measured, jobs), strict=True), 1):
            found.setdefault(job.fault, {}).update({claim.name: claim for claim in claims})
            if progress is not None:
                progress(done, len(jobs))
    held = {name for name, claim in found.get("", {}).items() if decide(claim, level=share).verdict == "holds"}
    return [_outcome(name, fault, found[name], held, share) for name, fault in faults.items()]


@dataclass(frozen=True, kw_only=True)
class Job:
    """What a process does before it ends: plant a fault, or none, and measure claims."""

    fault: str
    places: Places
    size: str
    seed: int
    share: float


def measured(job: Job) -> list[Claim]:
    """The claims of a job, in this process, which nobody should ask for anything else."""
    fault = catalogue()[job.fault] if job.fault else None
    with fault.planted() if fault else nullcontext():
        proofs = _certificates(job.places)
        try:
            return [*proofs, *_of_gate(job)]
        except (ValueError, ArithmeticError) as error:  # what checks itself may refuse to run, which is red, too
            if fault is None:
                raise
            return [*proofs, *(_refused(name, error) for name, place in job.places.items() if place != THEORY)]


def _refused(name: str, error: Exception) -> Claim:
    given: dict[str, Any] = {"name": name, "statement": name, "kind": "certificate", "measured": (math.nan,)}
    return Claim(**given, bound=0.0, description="not measured", obstacle=f"cannot be measured: {error}")


def _fresh() -> BaseContext:
    """Processes that start with what is imported and nothing that was computed; imported once where that can be."""
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__, *(f"{families.__name__}.{family}" for family in _families())])
    return context


def _outcome(name: str, fault: Fault, claims: Mapping[str, Claim], held: set[str], share: float) -> Outcome:
    decisions = {claim.name: decide(claim, level=share) for claim in claims.values()}
    red = {key: decision for key, decision in decisions.items() if decision.verdict != "holds"}
    return Outcome(
        fault=name,
        title=fault.title,
        red=tuple(_red(claims[key], decision) for key, decision in red.items() if key in held),
        missed=tuple(pattern for pattern in fault.red if not fnmatch.filter(red, pattern)),
        unsound=tuple(sorted(set(claims) - held)),
    )


def _red(claim: Claim, decision: Decision) -> Red:
    exact = claim.name.startswith(f"{THEORY}-")
    return Red(claim=claim.name, verdict=decision.verdict, reason=claim.description if exact else decision.reason)


def _places(size: str) -> dict[str, str]:
    """Every claim that can turn red."""
    import theory  # noqa: PLC0415  (imports a computer algebra system)

    names = {certificate_name(name): THEORY for name in theory.STATEMENTS}
    return names | {claim.name: family for family, claim in _gate(_families(), size)}


def _families() -> list[str]:
    return sorted(module.name for module in iter_modules(families.__path__) if module.name[0] != "_")


def _gate(names: Iterable[str], size: str) -> Iterator[tuple[str, GateClaim]]:
    for family in names:
        for claim in import_module(f"{families.__name__}.{family}").claims(SIZES[size]):
            yield family, claim


def _matching(name: str, fault: Fault, places: Places) -> list[str]:
    chosen = set[str]()
    for pattern in fault.red:
        matching = fnmatch.filter(places, pattern)
        if not matching:
            raise ValueError(f"fault {name!r}: red names no claim: {pattern!r}")
        chosen |= set(matching)
    return sorted(chosen)


def _by_family(names: Iterable[str], places: Places) -> Iterator[list[str]]:
    for _, group in groupby(sorted(names, key=lambda name: places[name]), key=lambda name: places[name]):
        yield list(group)


def _certificates(places: Places) -> list[Claim]:
    import theory  # noqa: PLC0415

    wanted = {name for name, place in places.items() if place == THEORY}
    return [certificate(theory.STATEMENTS[name]) for name in theory.STATEMENTS if certificate_name(name) in wanted]


def _of_gate(job: Job) -> Iterator[Claim]:
    wanted = {name for name, place in job.places.items() if place != THEORY}
    found = list[GateClaim]()
    for _, claim in _gate(sorted({job.places[name] for name in wanted}), job.size):
        if claim.name in wanted:
            found.append(claim)
        if len(found) == len(wanted):  # most families need not be made to their end
            break
    found.sort(key=lambda claim: claim.source.name)
    for _, group in groupby(found, key=lambda claim: claim.source.name):
        yield from gate.sampled(list(group), looks=SIZES[job.size].looks, seed=job.seed, share=job.share)


def summary(outcomes: Sequence[Outcome]) -> str:
    """The score in a line."""
    caught = sum(outcome.caught for outcome in outcomes)
    return f"{caught} of {len(outcomes)} planted faults caught"
