"""Claims: validation, the interval, and a planted fault for every kind of decision."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

from reports.claims import KINDS, MIN_SEEDS, Claim, decide, decide_all, p_value


def make(kind: str = "upper", **changes: Any) -> Claim:
    fields: dict[str, Any] = {
        "name": "c",
        "statement": "s",
        "kind": kind,
        "measured": tuple(1 + 0.01 * i for i in range(-8, 9)),
        "bound": 1.0 if kind != "upper" else 1.2,
        "margin": 0.1 if kind == "equal" else None,
        "description": "d",
    }
    return Claim(**{**fields, **changes})


def test_family_of_claims_is_wrong_as_rarely_as_it_says() -> None:
    rng = np.random.default_rng(2)
    wrong = 0
    for _ in range(300):
        family = [make("equal", measured=rng.normal(0, 1, 10), bound=0.0, margin=1e-9) for _ in range(20)]
        wrong += any(d.verdict == "violated" for d in decide_all(family, level=0.1))
    # At most Binomial(300, 0.1): mean 30, 4 standard deviations 21.
    assert wrong <= 51


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        (make("upper"), "holds"),
        (make("upper", bound=0.9), "violated"),
        (make("upper", bound=1.0), "undecided"),
        (make("upper", bound=tuple(1.005 + 0.01 * i for i in range(-8, 9))), "holds"),
        (make("upper", bound=tuple(0.995 + 0.01 * i for i in range(-8, 9))), "violated"),
        (make("equal"), "holds"),
        (make("equal", bound=1.5), "violated"),
        (make("equal", bound=0.5), "violated"),
        (make("equal", margin=0.001), "undecided"),
        (make("sharp", measured=[10 + 0.1 * i for i in range(-8, 9)], bound=10.0, margin=0.1), "holds"),
        (make("sharp", measured=[10 + 0.1 * i for i in range(-8, 9)], bound=5.0, margin=0.1), "violated"),
        (make("sharp", measured=[10 + 0.1 * i for i in range(-8, 9)], bound=10.0, margin=0.001), "undecided"),
        (make("sharp", measured=[2.0, 4.0] * 8, bound=(2, 4) * 8, margin=0.001), "holds"),
        (make("rate", measured=[-0.5 + 0.001 * i for i in range(-8, 9)], bound=-0.5, margin=0.05), "holds"),
        (make("rate", measured=[-1 + 0.001 * i for i in range(-8, 9)], bound=-0.5, margin=0.05), "violated"),
        (make("everywhere", measured=[0.5, 1.0]), "holds"),
        (make("everywhere", measured=[1.5, 2.0]), "violated"),
        (make("everywhere", measured=[1.05], margin=0.1), "holds"),
        (make("identity", measured=[1.0, 1.0]), "holds"),
        (make("identity", measured=[1 + 1e-15]), "violated"),
        (make("upper", measured=[0.3] * 20, obstacle="the model was left"), "undecided"),
        (make("certificate", measured=[1.0], obstacle="the model was left"), "undecided"),
        (make("certificate", measured=[1.0]), "holds"),
        (make("certificate", measured=[1.0, 2.0], bound=(1, 2)), "holds"),
        (make("certificate", measured=[1.0, 1 + 1e-15]), "undecided"),
        (make("certificate", measured=[0.0]), "violated"),
        (make("certificate", measured=[1 + 1e-10], margin=1e-9), "holds"),
        (make("upper", measured=[0.3] * MIN_SEEDS, bound=0.3), "holds"),
        (make("upper", measured=[0.3] * MIN_SEEDS, bound=0.3 - 1e-16), "violated"),
        (make("upper", measured=[0.3] * (MIN_SEEDS - 1)), "undecided"),
        (make("upper", measured=[0.3]), "undecided"),
        (make("upper", measured=[0.3] * 20 + [math.nan]), "undecided"),
        (make("upper", measured=[0.3] * 20 + [math.inf]), "undecided"),
    ],
)
def test_verdict(claim: Claim, verdict: str) -> None:
    assert decide(claim).verdict == verdict


def test_every_look_costs_its_share_of_the_error() -> None:
    once, often = make("upper", bound=1.04), make("upper", bound=1.04, looks=5)
    assert decide(often, level=0.05) == decide(once, level=0.01)
    assert p_value(often) == pytest.approx(5 * p_value(once), rel=1e-6)  # halving stops at 1e-10 of the logarithm


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.sampled])
def test_a_p_value_is_the_least_level_that_decides(kind: str) -> None:
    claim = make(
        kind, measured=[1 + 0.01 * i for i in range(-8, 10)], margin=None if kind == "upper" else 0.02, bound=1.0
    )
    claim = make("upper", bound=1.03) if kind == "upper" else claim
    p = p_value(claim)
    assert 0 < p < 0.5
    assert decide(claim, level=p * 1.01).verdict == "holds"
    assert decide(claim, level=p * 0.99).verdict == "undecided"


def test_p_values_of_what_no_level_decides_and_of_what_every_level_does() -> None:
    assert p_value(make("upper", bound=1.0)) == 1
    assert p_value(make("upper", obstacle="no")) == 1
    assert p_value(make("upper", measured=[0.3] * 8, bound=1.0)) == 0


def test_holm_lets_a_clear_claim_help_the_next() -> None:
    clear, close = make("upper", bound=2.0), make("upper", bound=1.03)
    p = p_value(close)
    assert p_value(clear) < p / 10
    level = 1.5 * p  # between p and 2p: the divided level does not decide it, the step-down one does
    assert [d.verdict for d in decide_all([close, clear], level=level)] == ["holds", "holds"]
    assert [d.verdict for d in decide_all([close, close], level=level)] == ["undecided", "undecided"]


def test_claims_that_are_not_measured_keep_their_share() -> None:
    close = make("upper", bound=1.03)
    level = 2.5 * p_value(close)
    assert decide_all([close], level=level, others=1)[0].verdict == "holds"
    assert decide_all([close], level=level, others=2)[0].verdict == "undecided"


def test_certificates_take_no_share_of_the_error() -> None:
    close = make("upper", bound=1.03)
    many = [make("certificate", measured=[1.0])] * 50
    assert decide_all([close, *many], level=0.01)[0] == decide_all([close], level=0.01)[0]


def test_an_undecided_claim_says_how_many_seeds_would_decide_it() -> None:
    rng = np.random.default_rng(4)
    few = make("upper", measured=rng.normal(1.0, 0.1, 16), bound=1.03)
    reason = decide(few).reason
    assert "seeds would decide it" in reason
    needed = int(reason.rsplit("about ", 1)[1].split(" ")[0].replace(",", ""))
    assert needed > 16
    more = make("upper", measured=rng.normal(np.mean(few.measured), 0.1, 2 * needed), bound=1.03)
    assert decide(more).verdict != "undecided"


def test_a_violation_says_by_how_many_standard_errors() -> None:
    claim = make("upper", bound=0.9)
    error = np.std(claim.measured, ddof=1) / np.sqrt(len(claim.measured))
    assert f"{0.1 / error:.3g} standard errors outside" in decide(claim).reason


def test_paired_bound_removes_the_spread_that_both_sides_share() -> None:
    shared = np.random.default_rng(3).normal(size=16)
    claim = make("upper", measured=shared + 5, bound=tuple(shared + 5.01))
    assert decide(claim).verdict == "holds"
    assert decide(make("upper", measured=shared + 5, bound=float(np.mean(claim.bound)))).verdict == "undecided"


def test_decision_reports_interval_ratio_and_reason() -> None:
    decision = decide(make("upper"), level=0.05)
    # 17 equally spaced values: mean 1, standard error 0.01 * sqrt(25.5 / 17), t(16, 0.975) = 2.1199.
    assert decision.estimate == pytest.approx(1.0)
    assert decision.high - 1 == pytest.approx(2.1199 * 0.01 * math.sqrt(25.5 / 17), rel=1e-4)
    assert decision.ratio == pytest.approx(1.2)
    assert "± 0.012 (standard error, 17 seeds)" in decision.reason
    assert "95 %" in decision.reason


def test_bonferroni_counts_sampled_claims_only() -> None:
    exact = [make("certificate", measured=[1.0])] * 50
    alone, together = decide(make()), decide_all([make(), *exact])[0]
    assert (alone.low, alone.high) == (together.low, together.high)
    assert decide_all([make(), make()])[0].high > alone.high


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "name must be a non-empty string"),
        ({"name": "a b"}, "name must be letters"),
        ({"statement": " "}, "statement must be"),
        ({"description": None}, "description must be"),
        (
            {"kind": "lower"},
            "kind must be one of upper, equal, sharp, rate, everywhere, identity, certificate, got 'lower'",
        ),
        ({"measured": ()}, "measured must hold at least one"),
        ({"measured": ["1"]}, "measured must be a sequence of numbers"),
        ({"bound": "1"}, "bound must be a sequence of numbers"),
        ({"measured": 3.0}, "measured must be a sequence of numbers"),
        ({"bound": math.nan}, "bound must be finite"),
        ({"bound": (1.0, 2.0)}, r"one per seed \(17\), got 2"),
        ({"bound": "high"}, "bound must be a sequence of numbers"),
        ({"margin": 0.1}, "margin must be None for kind 'upper'"),
        ({"kind": "equal", "margin": None}, "margin must be a number > 0 for kind 'equal'"),
        ({"kind": "equal", "margin": 0.0}, "margin must be finite and > 0, got 0.0"),
    ],
)
def test_construction_refuses(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make(**changes)


def test_level_outside_its_range_is_refused() -> None:
    with pytest.raises(ValueError, match=r"level must be in \(0, 1\), got 1"):
        decide(make(), level=1)


@pytest.mark.parametrize("claim", [make(), make("equal", bound=[1.0] * 17), make(measured=[math.inf, 0.1])])
def test_json_round_trip_is_exact(claim: Claim) -> None:
    assert Claim.from_json(json.loads(json.dumps(claim.to_json(), allow_nan=False))) == claim


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"measured": "1"}, "measured must be a list"),
        ({"measured": [True]}, "measured must hold numbers"),
        ({"measured": [None]}, "measured must hold numbers"),
        ({"extra": 1}, "field 'extra' is unknown"),
        ({"kind": 3}, "kind must be one of"),
    ],
)
def test_json_is_validated(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Claim.from_json({**make().to_json(), **change})


def test_json_names_a_missing_field_and_a_wrong_container() -> None:
    record = make().to_json()
    del record["margin"]
    with pytest.raises(ValueError, match="field 'margin' is missing"):
        Claim.from_json(record)
    with pytest.raises(ValueError, match="must be an object, got list"):
        Claim.from_json([])
