"""Wall time and energy of a schedule on hardware of given latencies and energies.

The time model: a stage of ℓ layers takes ℓt_f for a forward, ℓt_b for a backward of one micro-batch; all layers of a
stage are pulsed at once in t_u, after the backward has passed its message on. An update on a stage is in the way of
that stage's next forward only.
Latencies: arXiv:2406.12774 and arXiv:2502.06309 (forward or backward 40 ns a layer). Energies are the user's: none is
assumed.
"""

from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Literal, get_args

from sympy import Expr, Integer, Limit, oo, simplify

from theory.complexity import Derived, Equality, evaluate
from theory.predictions._checks import nonnegative, positive
from theory.predictions._notation import samples, stages, table_symbol
from theory.predictions._schedule import ScheduleForms

Accumulation = Literal["digital", "in_array"]
"""Whether a batch is summed digitally and pulsed once (T5), or each micro-batch is pulsed into the array (T6)."""

layers = table_symbol("layers", "positive")
"""ℓ, layers a stage."""
forward_time = table_symbol("forward_time", "positive")
backward_time = table_symbol("backward_time", "positive")
update_time = table_symbol("update_time", "nonnegative")
forward_energy = table_symbol("forward_energy", "nonnegative")
backward_energy = table_symbol("backward_energy", "nonnegative")
update_energy = table_symbol("update_energy", "nonnegative")
static_power = table_symbol("static_power", "nonnegative")


@dataclass(frozen=True, kw_only=True)
class Latency:
    """How long the operations on a layer take [ns].

    Raises:
        ValueError: unless forward and backward are > 0 and the update is ≥ 0, all finite.
    """

    forward_time: float
    backward_time: float
    update_time: float

    def __post_init__(self) -> None:
        """Check the times."""
        for name, check in (("forward_time", positive), ("backward_time", positive), ("update_time", nonnegative)):
            object.__setattr__(self, name, float(check(name, getattr(self, name))))

    def numbers(self) -> dict[str, float]:
        """By the names of the symbols."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


PASS = 40.0
"""Forward or backward of one layer [ns], as published."""
LATENCIES = {
    # 32 pulses of 5 ns each and 5.9 ns around them.
    "analog_sgd": Latency(forward_time=PASS, backward_time=PASS, update_time=32 * 5.0 + 5.9),
    "residual_learning": Latency(forward_time=PASS, backward_time=PASS, update_time=371.8),
}
"""Published latencies, by algorithm."""


@dataclass(frozen=True, kw_only=True)
class Energy:
    """What the operations on a layer cost; nothing has a default, as nothing is published.

    Raises:
        ValueError: unless every entry is finite and ≥ 0.
    """

    forward_energy: float
    """A forward of one micro-batch [nJ]."""
    backward_energy: float
    """A backward of one micro-batch [nJ]."""
    update_energy: float
    """One pulsed update [nJ]."""
    static_power: float
    """What a layer draws all the time, busy or idle [W = nJ/ns]."""

    def __post_init__(self) -> None:
        """Check the entries."""
        for field in fields(self):
            object.__setattr__(self, field.name, float(nonnegative(field.name, getattr(self, field.name))))

    def numbers(self) -> dict[str, float]:
        """By the names of the symbols."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def writes(forms: ScheduleForms, accumulation: Accumulation) -> Expr:
    """Times that a stage is pulsed: once an update, or once a micro-batch."""
    if accumulation not in get_args(Accumulation):
        raise ValueError(f"accumulation must be one of {get_args(Accumulation)}, got {accumulation!r}")
    return forms.updates if accumulation == "digital" else samples


@cache
def wall_time(forms: ScheduleForms, accumulation: Accumulation) -> Derived:
    """Clocks at ℓ(t_f + t_b), and every write of one stage at t_u [ns].

    Exact for stages that start each unit as soon as they and its message are ready, whatever t_f and t_b are, with
    one exception: in the concurrent schedule messages wait for their clock to end, which costs M − 1 clocks in all;
    carried out early it takes as long as one-forward-one-backward.
    """
    count = writes(forms, accumulation)
    clock = layers * (forward_time + backward_time)
    value = forms.clocks * clock + count * update_time
    steps = (
        Equality(
            text="without updates a clock is a forward and a backward",
            lhs=value.subs(update_time, 0),
            rhs=forms.clocks * clock,
        ),
        Equality(text="writes add their own time once", lhs=value - forms.clocks * clock, rhs=count * update_time),
        Equality(
            text="one stage is no pipeline: every sample its passes, every write its time",
            lhs=value.subs(stages, 1),
            rhs=samples * clock + count * update_time,
        ),
    )
    return Derived(name=f"time, {forms.title}", unit="ns", value=value, steps=steps)


@cache
def energy(forms: ScheduleForms, accumulation: Accumulation) -> Derived:
    """Operations at their energies, and all layers' static power over the wall time [nJ]."""
    count = writes(forms, accumulation)
    everything = stages * layers
    dynamic = everything * (samples * (forward_energy + backward_energy) + count * update_energy)
    value = dynamic + everything * static_power * wall_time(forms, accumulation).value
    steps = (
        *wall_time(forms, accumulation).steps,
        Equality(
            text="without static power the schedule costs nothing but its operations",
            lhs=value.subs(static_power, 0),
            rhs=dynamic,
        ),
        Equality(
            text="operations free, energy is power times time",
            lhs=value.subs({forward_energy: 0, backward_energy: 0, update_energy: 0}),
            rhs=everything * static_power * wall_time(forms, accumulation).value,
        ),
    )
    return Derived(name=f"energy, {forms.title}", unit="nJ", value=value, steps=steps)


@cache
def break_even_update(slow: ScheduleForms, fast: ScheduleForms, accumulation: Accumulation) -> Derived:
    """The t_u at which both schedules take equally long for many samples; with a longer one `slow` is the faster.

    Infinite if the writes of both cost the same a sample: then the schedule with fewer clocks wins whatever t_u is.
    """
    first, second = (_per_sample(forms, accumulation) for forms in (slow, fast))
    gap = simplify(second - first)
    saved, paid = gap.subs(update_time, 0), simplify(gap.diff(update_time))
    if paid == 0:
        same = Equality(text="both are written equally often", lhs=paid, rhs=Integer(0))
        return Derived(name="break-even update", unit="ns", value=oo, steps=(same,))
    value = simplify(-saved / paid)
    step = Equality(
        text="times a sample are equal there", lhs=first.subs(update_time, value), rhs=second.subs(update_time, value)
    )
    return Derived(name="break-even update", unit="ns", value=value, steps=(step,))


def time_at(forms: ScheduleForms, accumulation: Accumulation, latency: Latency, **counts: Any) -> Any:
    """Wall time [ns] at `samples`, `layers` and, where the form has them, `stages` and `microbatches`."""
    derived = wall_time(forms, accumulation)
    return evaluate(derived.name, derived.value, latency.numbers() | counts)


def energy_at(forms: ScheduleForms, accumulation: Accumulation, latency: Latency, cost: Energy, **counts: Any) -> Any:
    """Energy [nJ] at the same numbers."""
    derived = energy(forms, accumulation)
    return evaluate(derived.name, derived.value, latency.numbers() | cost.numbers() | counts)


def _per_sample(forms: ScheduleForms, accumulation: Accumulation) -> Expr:
    return simplify(Limit(wall_time(forms, accumulation).value / samples, samples, oo).doit())
