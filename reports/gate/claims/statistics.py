"""The gate's own statistics: intervals that cover, looks and seeds that share nothing, claims that share a level."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import binom, t

from reports import claims as rules
from reports import gate
from reports.claims import Claim
from reports.gate.claim import Array, GateClaim, Measured, Size
from reports.gate.matrix import both_sides
from reports.gate.scene import Scene
from theory import STATEMENTS

LEVEL, COUNT, TRIALS = 0.1, 8, 4000
"""Non-coverage, the fewest seeds that are decided, and how many samples of so many normal numbers."""
CHANCE = 1e-7
"""Of more misses than are allowed, at an interval that misses exactly as often as it may."""
ROUNDING = 1e-9
LOOKS = (8, 16, 32)
FAMILY = 20


@dataclass(frozen=True)
class Seed:
    """A seed: what is looked at is made from it."""

    name: str = "statistics"

    def run(self, seed: np.random.SeedSequence, runs: int) -> Mapping[str, Array]:
        """Normal numbers, (COUNT, TRIALS)."""
        del runs
        return {"normal": np.random.default_rng(seed).standard_normal((COUNT, TRIALS))}


def claims(size: Size) -> Iterator[GateClaim]:
    """One for each property."""
    del size
    for name, (statement, kind, measure) in PROPERTIES.items():
        yield GateClaim(
            name=f"statistics-{name}",
            statement=statement,
            kind=kind,
            description=f"{statement}: the gate's own rule, on numbers whose answer is known.",
            source=Seed(),
            measure=measure,
            margin=ROUNDING if kind == "certificate" else None,
            exact=True,
        )


def _ends(values: Array, level: float = LEVEL) -> tuple[float, float]:
    """The interval that a claim about the mean of these values is decided by."""
    claim = Claim(name="c", statement="s", kind="equal", measured=tuple(values), bound=0, margin=1, description="d")
    decision = rules.decide(claim, level=level)
    return decision.low, decision.high


def _misses(sample: Mapping[str, Array]) -> Measured:
    """How often the interval of a mean misses it, against the binomial's quantile."""
    ends = np.array([_ends(values) for values in sample["normal"].T])
    missed = int(((ends[:, 0] > 0) | (ends[:, 1] < 0)).sum())
    return Measured(left=np.array([float(missed)]), right=np.array([float(binom.isf(CHANCE, TRIALS, LEVEL))]))


def _student(sample: Mapping[str, Array]) -> Measured:
    """Of a sample with its mirror image, which has no skewness, the interval is Student's, by SciPy's own rule."""
    half = sample["normal"][:, 0]
    values = np.concatenate([half, -half])
    expected = t.interval(1 - LEVEL, len(values) - 1, 0.0, np.sqrt(values.var(ddof=1) / len(values)))
    return Measured(left=np.array(_ends(values)), right=np.array(expected))


@dataclass(frozen=True)
class _Words:
    """A source of random numbers."""

    name: str = "words"

    def run(self, seed: np.random.SeedSequence, runs: int) -> Mapping[str, Array]:
        return {"x": np.random.default_rng(seed).random(runs)}


def _repeated(sample: Mapping[str, Array]) -> Measured:
    """How many numbers of a claim on its edge occur in an earlier look, too."""
    del sample
    return Measured(left=np.array([float(LOOKS[-1] - len(set(_on_edge().measured)))]), right=np.zeros(1))


def _shared(sample: Mapping[str, Array]) -> Measured:
    """The interval of a claim that was looked at often, against the one of a single look at its share of the level."""
    del sample
    often = _on_edge()
    once = replace(often, looks=1)
    ends = [rules.decide(often, level=LEVEL), rules.decide(once, level=LEVEL / len(LOOKS))]
    left, right = (np.array([decision.low, decision.high]) for decision in ends)
    return Measured(left=left, right=right)


def _on_edge() -> Claim:
    """A claim that no look decides, as sampling leaves it; two-sided, so that both ends of its interval are told."""
    edge = GateClaim(
        name="edge", statement="s", kind="equal", description="d", source=_Words(), margin=0.5,
        measure=lambda found: Measured(left=found["x"], right=np.zeros(1)),
    )  # fmt: skip
    return next(gate.sampled([edge], looks=LOOKS, seed=0, share=CHANCE))


def _values(sample: Mapping[str, Array]) -> Measured:
    """How many values a claim along runs rests on, against the runs."""
    del sample
    scene = Scene(device="ideal", steps=5)
    found = both_sides(STATEMENTS["T3"], scene.run(np.random.SeedSequence(0), COUNT))
    claim = GateClaim(name="t3", statement="s", kind="upper", description="d", source=scene, measure=lambda _: found)
    made = gate.recorded(claim, found, 1)
    return Measured(left=np.array([float(len(made.measured))]), right=np.full(1, float(COUNT)))


def _together(sample: Mapping[str, Array]) -> Measured:
    """Whether a claim is decided alone, and how many are among `FAMILY` of its kind: 1 and 0."""
    values = sample["normal"][:, 0]
    clear = _ends(values, LEVEL / 2)[1] + ROUNDING
    claim = Claim(name="c", statement="s", kind="upper", measured=tuple(values), bound=clear, description="d")
    alone, together = (
        sum(decision.verdict != "undecided" for decision in rules.decide_all([claim] * count, level=LEVEL))
        for count in (1, FAMILY)
    )
    return Measured(left=np.array([float(alone), float(together)]), right=np.array([1.0, 0.0]))


PROPERTIES: Mapping[str, tuple[str, str, Callable[[Mapping[str, Array]], Measured]]] = {
    "coverage": ("An interval misses a mean no more often than it says", "everywhere", _misses),
    "student": ("Without skewness an interval is Student's", "certificate", _student),
    "looks": ("Looks share no random number", "identity", _repeated),
    "shares": ("Looks share the level of a claim", "certificate", _shared),
    "seeds": ("A claim rests on one value a seed", "identity", _values),
    "family": ("Claims judged together share the level", "identity", _together),
}
