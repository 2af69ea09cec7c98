"""Claims (bound against measurement) and the one rule that decides them.

Every claim says that a difference ``measured - bound`` lies in an allowed set, fixed by its kind.  The
rule encloses the difference in an interval and looks where the interval lies: inside the allowed set the
claim *holds*, wholly outside it is *violated*, otherwise it is *undecided*.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Verdict = Literal["holds", "violated", "undecided"]
Interval = tuple[float, float]

LEVEL = 0.01
"""Family-wise error: probability that any of all claims judged together gets a wrong verdict."""
MIN_SEEDS = 8
"""Fewer independent seeds leave the normality that Student's interval needs uncheckable."""
MIME = "application/vnd.aimc.claim+json"
"""Type under which a notebook records a claim among its outputs."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of claim: the allowed set of ``measured - bound`` and how the difference is enclosed."""

    relation: str
    """How the claim reads, between "measured" and "bound"."""
    margin: Literal["forbidden", "required", "optional"]
    sampled: bool
    """True: the values are independent draws and their mean is meant; False: every value is meant."""
    one_sided: bool

    def allowed(self, margin: float | None) -> Interval:
        """Return the closed set in which ``measured - bound`` must lie."""
        return (-math.inf if self.one_sided else -(margin or 0.0), margin or 0.0)


KINDS: Mapping[str, Kind] = {
    "upper": Kind(relation="≤", margin="forbidden", sampled=True, one_sided=True),
    "equal": Kind(relation="≈", margin="required", sampled=True, one_sided=False),
    "certificate": Kind(relation="=", margin="optional", sampled=False, one_sided=False),
}


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A statement together with the numbers that decide it.

    ``measured`` holds one value per independent seed; ``bound`` is one number or one per seed (then the
    differences are taken seed by seed).  Kinds: ``upper``: the mean of measured is at most the bound;
    ``equal``: the mean lies within ``margin`` of the bound; ``certificate``: an exact or deterministic
    evaluation, every value within ``margin`` (default 0) of the bound.  Non-finite measurements are kept
    (the claim is then undecided).  Raises ValueError naming the field, the value and what is allowed.
    """

    name: str
    statement: str
    kind: str
    measured: tuple[float, ...]
    bound: float | tuple[float, ...]
    margin: float | None = None
    description: str

    def __post_init__(self) -> None:
        """Normalise the numbers to floats and refuse what cannot be decided."""
        for name in ("name", "statement", "description"):
            _require_text(name, getattr(self, name))
        if not all(part.isalnum() for part in self.name.replace("_", "-").split("-")):
            raise ValueError(f"name must be letters and digits joined by - or _, got {self.name!r}")
        if not isinstance(self.kind, str) or self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}, got {self.kind!r}")
        object.__setattr__(self, "measured", _floats("measured", self.measured))
        object.__setattr__(self, "bound", _bound(self.bound, len(self.measured)))
        object.__setattr__(self, "margin", _margin(self.margin, KINDS[self.kind].margin, self.kind))

    def to_json(self) -> dict[str, Any]:
        """Return the claim as strict JSON data; non-finite numbers become the strings of ``repr``."""
        record = {f.name: getattr(self, f.name) for f in fields(self)}
        record["measured"] = [_encode(x) for x in self.measured]
        record["bound"] = list(self.bound) if isinstance(self.bound, tuple) else self.bound
        return record

    @classmethod
    def from_json(cls, record: object) -> Claim:
        """Read back ``to_json``; raises ValueError naming a missing, unknown or malformed field."""
        if not isinstance(record, Mapping):
            raise ValueError(f"a claim must be an object, got {type(record).__name__}")
        names = {f.name for f in fields(cls)}
        for name in sorted(names ^ set(record)):
            raise ValueError(f"field {name!r} is {'missing' if name in names else 'unknown'}")
        if not isinstance(record["measured"], list):
            raise ValueError(f"measured must be a list, got {record['measured']!r}")
        return cls(**{**record, "measured": tuple(_decode(x) for x in record["measured"])})


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What the rule says about one claim.

    ``estimate`` is the mean measurement, ``low`` and ``high`` enclose it at the level used (for paired
    bounds: the mean bound plus the interval of the differences), ``bound`` is the mean bound and
    ``ratio`` bound/estimate (None where undefined).  ``reason`` is one sentence with the numbers.
    """

    verdict: Verdict
    estimate: float
    low: float
    high: float
    bound: float
    ratio: float | None
    reason: str


def decide(claim: Claim, *, level: float = LEVEL) -> Decision:
    """Decide one claim with a two-sided interval of non-coverage ``level``, 0 < level < 1."""
    if not 0 < level < 1:
        raise ValueError(f"level must be in (0, 1), got {level}")
    kind = KINDS[claim.kind]
    measured = np.asarray(claim.measured)
    bound = float(np.mean(claim.bound))
    obstacle = _obstacle(kind, measured)
    if obstacle:
        estimate = float(measured.mean()) if np.isfinite(measured).all() else math.nan
        low, high, verdict, reason = math.nan, math.nan, "undecided", obstacle
    else:
        estimate = _mean(measured)
        difference = measured - np.asarray(claim.bound)
        low, high, spread = _enclose(kind, difference, level)
        verdict = _locate((low, high), kind.allowed(claim.margin))
        reason = _reason(claim, difference, (low, high), spread, level)
    return Decision(
        verdict=verdict,  # type: ignore[arg-type]
        estimate=estimate,
        low=bound + low,
        high=bound + high,
        bound=bound,
        ratio=bound / estimate if math.isfinite(estimate) and estimate != 0 else None,
        reason=reason,
    )


def decide_all(claims: Sequence[Claim], *, level: float = LEVEL) -> tuple[Decision, ...]:
    """Decide claims together: Bonferroni divides ``level`` by the number of sampled claims.

    With probability at least ``1 - level`` every interval covers its mean, so no verdict is wrong.
    """
    sampled = sum(KINDS[claim.kind].sampled for claim in claims)
    return tuple(decide(claim, level=level / max(1, sampled)) for claim in claims)


def student_interval(sample: NDArray[np.float64], level: float) -> Interval:
    """Return the two-sided Student interval of the mean; degenerate if all values are identical."""
    from scipy.special import stdtrit  # noqa: PLC0415  (scipy costs start-up time that most commands skip)

    mean, count = _mean(sample), len(sample)
    spread = 0.0 if np.ptp(sample) == 0 else float(sample.std(ddof=1))
    half = float(stdtrit(count - 1, 1 - level / 2)) * spread / math.sqrt(count) if spread else 0.0
    return mean - half, mean + half


def _mean(sample: NDArray[np.float64]) -> float:
    """Mean that is exact for identical values (a rounded mean would leave a closed allowed set)."""
    return float(sample[0]) if np.ptp(sample) == 0 else float(sample.mean())


def _enclose(kind: Kind, difference: NDArray[np.float64], level: float) -> tuple[float, float, float]:
    if not kind.sampled:
        return float(difference.min()), float(difference.max()), 0.0
    low, high = student_interval(difference, level)
    return low, high, float(difference.std(ddof=1)) / math.sqrt(len(difference))


def _locate(interval: Interval, allowed: Interval) -> Verdict:
    if allowed[0] <= interval[0] and interval[1] <= allowed[1]:
        return "holds"
    return "violated" if interval[0] > allowed[1] or interval[1] < allowed[0] else "undecided"


def _obstacle(kind: Kind, measured: NDArray[np.float64]) -> str:
    """Say why the numbers cannot decide anything, or return the empty string."""
    bad = int((~np.isfinite(measured)).sum())
    if bad:
        return f"{bad} of {measured.size} measured values are not finite"
    if kind.sampled and measured.size < MIN_SEEDS:
        return f"{measured.size} independent seeds are too few, at least {MIN_SEEDS} are needed"
    return ""


def _reason(claim: Claim, difference: NDArray[np.float64], interval: Interval, error: float, level: float) -> str:
    low, high = KINDS[claim.kind].allowed(claim.margin)
    allowed = f"at most {high:.4g}" if low == -math.inf else f"within [{low:.4g}, {high:.4g}]"
    if not KINDS[claim.kind].sampled:
        return (
            f"measured − bound lies in [{interval[0]:.4g}, {interval[1]:.4g}] over {difference.size} "
            f"deterministic values and must be {allowed}"
        )
    return (
        f"mean of measured − bound is {difference.mean():.4g} ± {error:.2g} (standard error, "
        f"{difference.size} seeds), its {100 * (1 - level):.6g} % interval "
        f"[{interval[0]:.4g}, {interval[1]:.4g}] and it must be {allowed}"
    )


def _require_text(name: str, value: object) -> None:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name} must be a non-empty string, got {value!r}")


def _floats(name: str, values: object) -> tuple[float, ...]:
    try:
        result = tuple(float(x) for x in values)  # type: ignore[attr-defined]
        if any(isinstance(x, (str, bool)) for x in values):  # type: ignore[attr-defined]
            raise TypeError
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} must be a sequence of numbers, got {str(values)[:80]}") from None
    if not result:
        raise ValueError(f"{name} must hold at least one number, got an empty sequence")
    return result


def _bound(bound: object, count: int) -> float | tuple[float, ...]:
    scalar = isinstance(bound, (int, float)) or np.ndim(bound) == 0  # type: ignore[arg-type]
    values = _floats("bound", (bound,) if scalar else bound)
    if not all(map(math.isfinite, values)):
        raise ValueError(f"bound must be finite, got {bound!r}")
    if scalar:
        return values[0]
    if len(values) != count:
        raise ValueError(f"bound must be one number or one per seed ({count}), got {len(values)} numbers")
    return values


def _margin(margin: object, rule: str, kind: str) -> float | None:
    if margin is None:
        if rule == "required":
            raise ValueError(f"margin must be a number > 0 for kind {kind!r}, got None")
        return None
    if rule == "forbidden":
        raise ValueError(f"margin must be None for kind {kind!r}, got {margin!r}")
    value = _floats("margin", (margin,))[0]
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"margin must be finite and > 0, got {margin!r}")
    return value


def _encode(value: float) -> float | str:
    return value if math.isfinite(value) else repr(value)


def _decode(value: object) -> float:
    if isinstance(value, str) and value in ("nan", "inf", "-inf"):
        return float(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"measured must hold numbers or 'nan', 'inf', '-inf', got {value!r}")
    return float(value)
