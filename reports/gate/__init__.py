"""The gate: claims that are measured anew whenever they are asked for, with as many seeds as each of them needs.

A file of `reports/gate/claims` is a family of claims; its function `claims(size)` makes them. Samples grow in a few
looks fixed beforehand; a claim whose verdict is clear is not looked at again. Every look may err with its share of the
level, so that stopping early costs nothing in certainty (Bonferroni over the looks, Holm over the claims).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import groupby
from multiprocessing import get_context
from pkgutil import iter_modules
from typing import Any

import numpy as np

from reports.claims import KINDS, Claim, p_value
from reports.gate import claims as families
from reports.gate.claim import SIZES, GateClaim, Measured, Size, joined

__all__ = ["SIZES", "GateClaim", "collection", "judged", "known", "recorded", "sampled"]

Progress = Callable[[int, int], None]


def collection(size: Size) -> tuple[GateClaim, ...]:
    """Every claim of every family, those of one source side by side.

    Raises ValueError naming a claim that is there twice, or a source that shares its name with another one: claims of
    one source are measured on its samples, so a name that says too little would have them measured on others.
    """
    found: list[GateClaim] = []
    for module in sorted(module.name for module in iter_modules(families.__path__) if module.name[0] != "_"):
        found += import_module(f"{families.__name__}.{module}").claims(size)
    names = [claim.name for claim in found]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"the gate claims {repeated[0]!r} twice")
    sources = {claim.source.name: claim.source for claim in found}
    if mistaken := sorted(claim.name for claim in found if claim.source != sources[claim.source.name]):
        raise ValueError(f"the gate's claim {mistaken[0]!r} has a source of the same name as another source")
    return tuple(sorted(found, key=lambda claim: claim.source.name))


def judged(
    names: Sequence[str],
    *,
    size: str,
    seed: int,
    share: float,
    workers: int = 1,
    seeds: int | None = None,
    progress: Progress | None = None,
) -> list[Claim]:
    """The named claims with the samples that they needed.

    Args:
        names: of claims of the collection.
        size: a name in `SIZES`.
        seed: root of all random numbers; verdicts do not depend on the number of workers.
        share: level at which a single claim is clear enough not to be looked at again.
        workers: processes, ≥ 1.
        seeds: most seeds of a claim; those of the size if None.
        progress: called with (claims done, claims).
    """
    groups = [[claim.name for claim in group] for _, group in _by_source(_chosen(size, names))]
    looks = SIZES[size].looks if seeds is None else with_seeds(SIZES[size], seeds).looks
    jobs = [Job(names=group, size=size, looks=looks, seed=seed, share=share) for group in groups]
    done: list[Claim] = []
    for batch in _mapped(jobs, workers):
        done += batch
        if progress is not None:
            progress(len(done), len(names))
    return done


def sampled(claims: Iterable[GateClaim], *, looks: Sequence[int], seed: int, share: float) -> Iterator[Claim]:
    """Claims of one source, looked at until each is clear at the share of one claim or the looks are over."""
    pending, samples = list(claims), list[Any]()
    source = pending[0].source
    for look, (before, count) in enumerate(zip((0, *looks), looks, strict=False)):
        needed = 1 if all(claim.exact for claim in pending) else count - before
        samples.append(source.run(_seed(seed, source.name, look), needed))
        sample, still = joined(samples), []
        for claim in pending:
            made = recorded(claim, _measured(claim, sample), len(looks))
            if claim.exact or look + 1 == len(looks) or p_value(made) <= share:
                yield made
            else:
                still.append(claim)
        pending = still
        if not pending:
            return


def recorded(claim: GateClaim, found: Measured, looks: int) -> Claim:
    """What was measured, as a claim that can be decided."""
    return Claim(
        name=claim.name,
        statement=claim.statement,
        kind=claim.kind,
        measured=tuple(np.ravel(found.left).tolist()),
        bound=_bound(found),
        margin=claim.margin,
        description=claim.description,
        looks=looks if KINDS[claim.kind].sampled else 1,
        obstacle=found.obstacle,
    )


def _measured(claim: GateClaim, sample: Any) -> Measured:
    try:
        return claim.measure(sample)
    except (ValueError, ArithmeticError) as error:  # a precondition fails: nothing is measured, and that is no pass
        return Measured(left=np.full(1, np.nan), right=np.ones(1), obstacle=f"cannot be evaluated: {error}")


def _bound(found: Measured) -> float | tuple[float, ...]:
    """One number if it is the same for all."""
    right = np.ravel(found.right)
    return float(right[0]) if np.ptp(right) == 0 else tuple(right.tolist())


def _chosen(size: str, names: Sequence[str]) -> list[GateClaim]:
    wanted = set(names)
    return [claim for claim in collection(SIZES[size]) if claim.name in wanted]


def _by_source(claims: Iterable[GateClaim]) -> Iterator[tuple[str, Iterator[GateClaim]]]:
    return groupby(claims, key=lambda claim: claim.source.name)


def _seed(seed: int, source: str, look: int) -> np.random.SeedSequence:
    """A root of its own for every source and look, whatever else is asked for."""
    return np.random.SeedSequence(seed, spawn_key=(zlib.crc32(source.encode()), look))


@dataclass(frozen=True, kw_only=True)
class Job:
    """What one process does at a time: the claims of one source."""

    names: list[str]
    size: str
    looks: tuple[int, ...]
    seed: int
    share: float


def _mapped(jobs: Sequence[Job], workers: int) -> Iterator[list[Claim]]:
    if workers == 1 or len(jobs) == 1:
        yield from map(_worked, jobs)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_worked, jobs, chunksize=1)


def _worked(job: Job) -> list[Claim]:
    claims = [known(job.size)[name] for name in job.names]
    return list(sampled(claims, looks=job.looks, seed=job.seed, share=job.share))


_COLLECTED: dict[str, Mapping[str, GateClaim]] = {}


def known(size: str) -> Mapping[str, GateClaim]:
    """The collection by name, made once a process."""
    if size not in _COLLECTED:
        _COLLECTED[size] = {claim.name: claim for claim in collection(SIZES[size])}
    return _COLLECTED[size]


def with_seeds(size: Size, seeds: int) -> Size:
    """The size with so many seeds at most."""
    looks = tuple(look for look in size.looks if look < seeds)
    return replace(size, looks=(*looks, seeds))
