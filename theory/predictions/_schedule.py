"""What a pipeline schedule is to theory: closed forms in M, B, the number of samples and the stage."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from sympy import Expr, Sum, Symbol, limit, oo, simplify

from theory.predictions._checks import integer
from theory.predictions._notation import microbatches, samples, stage, stages


@dataclass(frozen=True, kw_only=True)
class ScheduleForms:
    """A schedule's arithmetic, exact. Stages are counted from 1.

    A *clock* is the time of one forward and one backward of one micro-batch on one stage; a *sample* is one
    micro-batch. Samples come in whole batches.

    Raises:
        ValueError: if a closed form mentions a symbol other than those it is allowed.
    """

    title: str
    source: str
    clocks: Expr
    """Clocks from the first forward to the last update, in (stages, microbatches, samples)."""
    updates: Expr
    """Updates of each stage, in (microbatches, samples)."""
    delay: Expr
    """d_m, updates between a sample's forward read and its own update, in (stages, stage)."""
    in_flight: Expr
    """Activations that a stage holds at most, in (stages, stage, microbatches), if samples are many."""

    def __post_init__(self) -> None:
        """Refuse foreign symbols: they would have no value."""
        allowed = {
            "clocks": {stages, microbatches, samples},
            "updates": {microbatches, samples},
            "delay": {stages, stage},
            "in_flight": {stages, stage, microbatches},
        }
        for name, symbols in allowed.items():
            if foreign := getattr(self, name).free_symbols - symbols:
                raise ValueError(f"{name} must only mention {sorted(map(str, symbols))}, got {foreign}")

    @property
    def batched(self) -> bool:
        """Whether several micro-batches make one update."""
        return microbatches in self.updates.free_symbols

    @cached_property
    def density(self) -> Expr:
        """Work units done, M for each sample, over the M·clocks that there was room for."""
        return simplify(samples / self.clocks)

    @cached_property
    def steady_density(self) -> Expr:
        """The density in the limit of many samples."""
        return limit(self.density, samples, oo)

    @cached_property
    def mean_delay(self) -> Expr:
        """D̄ = Σ d_m σ_m²/σ² where all stages have the same noise variance, in (stages)."""
        position = Symbol("position", integer=True, positive=True)  # a bound variable: summation wants an integer
        return simplify(Sum(self.delay.subs(stage, position), (position, 1, stages)).doit() / stages)

    def count(self, *, stages: int, samples: int, microbatches: int = 1) -> "ScheduleCounts":
        """The exact numbers.

        Raises:
            ValueError: if an argument is not an integer ≥ 1, samples are not whole batches, or microbatches is not
                1 for a schedule that updates after every sample.
        """
        return ScheduleCounts(forms=self, stages=stages, samples=samples, microbatches=microbatches)


@dataclass(frozen=True, kw_only=True)
class ScheduleCounts:
    """A schedule's arithmetic at numbers: integers and fractions, no rounding."""

    forms: ScheduleForms
    stages: int
    """M."""
    samples: int
    """Micro-batches that pass."""
    microbatches: int
    """B."""

    def __post_init__(self) -> None:
        """Check the counts."""
        for name in ("stages", "samples", "microbatches"):
            object.__setattr__(self, name, integer(name, getattr(self, name), minimum=1))
        if not self.forms.batched and self.microbatches != 1:
            raise ValueError(f"microbatches must be 1 for {self.forms.title}, got {self.microbatches}")
        if self.samples % self.microbatches:
            raise ValueError(f"samples must be a multiple of microbatches = {self.microbatches}, got {self.samples}")

    @property
    def clocks(self) -> Fraction:
        """Clocks from the first forward to the last update."""
        return self._exact(self.forms.clocks)

    @property
    def updates(self) -> Fraction:
        """Updates of each stage."""
        return self._exact(self.forms.updates)

    @property
    def density(self) -> Fraction:
        """Share of the M·clocks in which a work unit is done."""
        return self._exact(self.forms.density)

    @property
    def steady_density(self) -> Fraction:
        """The same in the limit of many samples."""
        return self._exact(self.forms.steady_density)

    @property
    def delays(self) -> tuple[Fraction, ...]:
        """d_1, …, d_M [updates]."""
        return tuple(self._exact(self.forms.delay, m) for m in range(1, self.stages + 1))

    @property
    def in_flight(self) -> tuple[Fraction, ...]:
        """Activations that stages 1, …, M hold at most; no more than there are samples."""
        return tuple(min(self._exact(self.forms.in_flight, m), self._whole()) for m in range(1, self.stages + 1))

    def mean_delay(self, noise_variance: tuple[Fraction | int, ...] | None = None) -> Fraction:
        """D̄ = Σ d_m σ_m²/σ² for exact variances of the stages; equal ones if none are given.

        Raises:
            ValueError: if there is not one variance ≥ 0 a stage, or all vanish.
        """
        weights = [Fraction(value) for value in noise_variance or [1] * self.stages]
        if len(weights) != self.stages or min(weights) < 0 or sum(weights) == 0:
            raise ValueError(f"noise_variance must be {self.stages} numbers >= 0, not all 0, got {noise_variance}")
        return sum((d * weight for d, weight in zip(self.delays, weights, strict=True)), Fraction(0)) / sum(weights)

    def _whole(self) -> Fraction:
        return Fraction(self.samples)

    def _exact(self, expr: Expr, position: int = 1) -> Fraction:
        numbers = {stages: self.stages, samples: self.samples, microbatches: self.microbatches, stage: position}
        value = expr.subs(numbers)
        return Fraction(int(value.p), int(value.q))
