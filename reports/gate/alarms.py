"""How often the gate raises a false alarm: many complete runs with fresh seeds, of claims that are all true.

A source is run once for all repetitions; its runs are dealt out to them. Every repetition then looks at its own share
as the gate does, and asks for more only where its own numbers are not clear. Claims that do not rest on samples cannot
raise a false alarm and are left out. This takes hours: what is finished can be kept, and is then not run again.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from reports.build import to_json, write_atomic
from reports.claims import KINDS, Claim, decide_all, p_value
from reports.fingerprints import of as fingerprint
from reports.gate import collection, known, recorded
from reports.gate.claim import SIZES, GateClaim, Measured
from reports.project import Project, digest

Counts = list[dict[str, int]]
Seed = tuple[int, int]
PART = 20
"""Repetitions that share a sample: what their paths need fits into memory."""


def false_alarms(
    *,
    size: str,
    repetitions: int,
    seed: int,
    level: float,
    workers: int = 1,
    keep: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Counts:
    """For each repetition: claims, how many were violated and how many undecided, and the seeds it took.

    Args:
        size: a name in `SIZES`.
        repetitions: complete runs of the gate, ≥ 1.
        seed: root of all random numbers.
        level: family-wise error of one run.
        workers: processes, ≥ 1.
        keep: folder of what is finished; found there again as long as the code and its dependencies are the same.
        progress: called with (sources done, sources).
    """
    claims = [claim for claim in collection(SIZES[size]) if KINDS[claim.kind].sampled]
    groups = [[claim.name for claim in group] for _, group in groupby(claims, key=lambda claim: claim.source.name)]
    parts = [range(first, min(first + PART, repetitions)) for first in range(0, repetitions, PART)]
    jobs = [(group, part) for group in groups for part in parts]
    code = fingerprint(Project.locate(), [f"import {__name__}"])
    job = partial(_kept, keep=keep, code=code, size=size, seed=seed, share=level / len(claims))
    found: list[list[Claim]] = [[] for _ in range(repetitions)]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for done, ((_, part), judged) in enumerate(zip(jobs, pool.map(job, jobs), strict=True), 1):
            for repetition, more in zip(part, judged, strict=True):
                found[repetition].extend(more)
            if progress is not None:
                progress(done, len(jobs))
    return [_counted(judged, level) for judged in found]


def _kept(job: tuple[list[str], range], *, keep: Path | None, code: str, **given: Any) -> list[list[Claim]]:
    """A job's claims, read if they are kept, else made and then kept."""
    if keep is None:
        return _part_of(job, **given)
    path = keep / f"{digest([job[0], list(job[1]), code, given])}.json"
    if path.is_file():
        return [[Claim.from_json(row) for row in rows] for rows in json.loads(path.read_text(encoding="utf-8"))]
    made = _part_of(job, **given)
    write_atomic(path, to_json([[claim.to_json() for claim in rows] for rows in made]))
    return made


def _part_of(job: tuple[list[str], range], *, size: str, seed: int, share: float) -> list[list[Claim]]:
    names, part = job
    found: list[list[Claim]] = [[] for _ in part]
    repeated([known(size)[name] for name in names], SIZES[size].looks, (seed, part.start), share, found)
    return found


def repeated(
    claims: Sequence[GateClaim], looks: Sequence[int], seed: Seed, share: float, found: Sequence[list[Claim]]
) -> None:
    """Judge claims of one source once for each list in `found`, to which what was recorded is added."""
    pending = {(claim.name, number) for claim in claims for number in range(len(found))}
    values: dict[tuple[str, int], list[Measured]] = {place: [] for place in pending}
    for look, (before, count) in enumerate(zip((0, *looks), looks, strict=False)):
        asking = sorted({number for _, number in pending})
        runs = count - before
        sample = claims[0].source.run(_seed(seed, claims[0], look), runs * len(asking))
        for claim in claims:
            measured = _measured(claim, sample)
            for place, number in enumerate(asking):
                if (claim.name, number) not in pending:
                    continue
                values[claim.name, number].append(_part(measured, slice(place * runs, (place + 1) * runs)))
                judged = recorded(claim, _joined(values[claim.name, number]), len(looks))
                if look + 1 == len(looks) or p_value(judged) <= share:
                    found[number].append(judged)
                    pending.discard((claim.name, number))
        if not pending:
            return


def _measured(claim: GateClaim, sample: Any) -> Measured:
    """Both sides of all repetitions, one value a run."""
    both = claim.measure(sample)
    right = np.broadcast_to(both.right, np.shape(both.left))
    return replace(both, right=right)


def _part(measured: Measured, runs: slice) -> Measured:
    return replace(measured, left=measured.left[runs], right=measured.right[runs])


def _joined(parts: Sequence[Measured]) -> Measured:
    left, right = (np.concatenate([getattr(part, side) for part in parts]) for side in ("left", "right"))
    return Measured(left=left, right=right, obstacle=next((part.obstacle for part in parts if part.obstacle), ""))


def _seed(seed: Seed, claim: GateClaim, look: int) -> np.random.SeedSequence:
    return np.random.SeedSequence([*seed, look, zlib.crc32(claim.source.name.encode())])


def _counted(claims: Sequence[Claim], level: float) -> dict[str, int]:
    verdicts = [decision.verdict for decision in decide_all(claims, level=level)]
    seeds = sum(len(claim.measured) for claim in claims)
    return {"claims": len(claims), **{name: verdicts.count(name) for name in ("violated", "undecided")}, "seeds": seeds}
