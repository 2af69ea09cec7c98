"""Families of exact claims hold, and each turns red under a fault of what it is about."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from reports.claims import Decision, decide
from reports.gate import SIZES, sampled
from simulation.fidelities.pulses import Fidelity
from theory.predictions import NOISES, SCHEDULES

SHARE = 1e-5
"""About the level of the gate for each of some hundred claims."""
FAMILIES = ("executors", "pulses", "rates", "resting", "sharp", "stationary", "step_limits", "timetables")


def decided(family: str, chosen: Callable[[str], bool] = lambda name: True) -> Iterator[tuple[str, Decision]]:
    for claim in import_module(f"reports.gate.claims.{family}").claims(SIZES["ci"]):
        if chosen(claim.name):
            (made,) = sampled([claim], looks=SIZES["ci"].looks, seed=1, share=SHARE)
            yield claim.name, decide(made, level=SHARE)


def verdict(family: str, name: str) -> str:
    ((_, decision),) = decided(family, lambda other: other == name)
    return decision.verdict


@pytest.mark.parametrize("family", FAMILIES)
def test_every_claim_of_a_family_holds(family: str) -> None:
    found = {name: decision.reason for name, decision in decided(family) if decision.verdict != "holds"}
    assert not found


def module(family: str) -> Any:
    return import_module(f"reports.gate.claims.{family}")


def test_a_schedule_with_a_clock_too_many_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    forms = SCHEDULES["vanilla"]
    wrong = {**SCHEDULES, "vanilla": replace(forms, clocks=forms.clocks + Fraction(1))}
    monkeypatch.setattr(module("timetables"), "FORMS", wrong)
    assert verdict("timetables", "timetables-vanilla") == "violated"


def test_a_recursion_that_forgets_delays_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def current(job: Any, past: Any, sample: int) -> np.ndarray:
        del job, sample
        return np.asarray(past[-1])

    monkeypatch.setattr("simulation.pipeline._stale", current)
    assert verdict("executors", "executors-asynchronous-1f1b-3") == "violated"


@pytest.mark.parametrize(
    ("family", "name"), [("stationary", "stationary-delay-1"), ("step_limits", "step-limits-1-below")]
)
def test_a_delay_off_by_one_is_seen(monkeypatch: pytest.MonkeyPatch, family: str, name: str) -> None:
    honest = module(family).run_delayed

    def late(*args: Any, delays: int, **others: Any) -> Any:
        return honest(*args, delays=delays + 1, **others)

    monkeypatch.setattr(module(family), "run_delayed", late)
    assert verdict(family, name) == "violated"


@pytest.mark.parametrize("name", ["pulses-count", "pulses-response"])
def test_a_pulse_too_many_is_seen(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    honest = Fidelity.count
    monkeypatch.setattr(Fidelity, "count", lambda self, change: honest(self, change) + 1)
    assert verdict("pulses", name) == "violated"


def test_half_of_a_folded_mean_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = NOISES["gaussian"]
    halved = replace(noise, folded_mean=noise.folded_mean / 2)
    monkeypatch.setattr(module("resting"), "FOLDED", {**NOISES, "gaussian": halved})
    assert verdict("resting", "resting-asymmetric-linear-gaussian") == "violated"


def test_an_asymptotic_term_without_its_square_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drift |G|/F for G²/F: at a saturation of 0.2 five times as much."""
    honest = module("sharp").Resting.run

    def linear(self: Any, seed: np.random.SeedSequence, runs: int) -> Any:
        sample = honest(self, seed, runs)
        return {**sample, "drift": sample["drift"] / self.saturation}

    monkeypatch.setattr(module("sharp").Resting, "run", linear)
    assert verdict("sharp", "sharp-asymmetric-linear") == "violated"


def test_step_sizes_that_do_not_fall_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = module("rates").run

    def constant(*args: Any, step_size: float, **others: Any) -> Any:
        return honest(*args, **others, step_size=0.05)

    monkeypatch.setattr(module("rates"), "run", constant)
    assert verdict("rates", "rate-of-t3") == "violated"
