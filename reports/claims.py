"""Claims (bound against measurement) and the one rule that decides them.

Every claim says that ``measured - bound`` (or ``measured/bound - 1``) lies in an allowed set, fixed by its kind.
The rule encloses it in an interval and looks where the interval lies: inside the allowed set the claim *holds*,
wholly outside it is *violated*, otherwise it is *undecided*.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from reports.intervals import Interval, interval, mean

Verdict = Literal["holds", "violated", "undecided"]

LEVEL = 0.01
"""Family-wise error: probability that any of all claims judged together gets a wrong verdict."""
SMALLEST = 1e-15
"""Least level that is told from 0: a quantile beyond it is one of rounding."""
_HALVINGS = 40  # of log level: an error of 1e-10 of it
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
    relative: bool = False
    """Whether measured/bound − 1 is enclosed instead of measured − bound."""

    def allowed(self, margin: float | None) -> Interval:
        """Return the closed set in which ``measured - bound`` must lie."""
        return (-math.inf if self.one_sided else -(margin or 0.0), margin or 0.0)


KINDS: Mapping[str, Kind] = {
    "upper": Kind(relation="≤", margin="forbidden", sampled=True, one_sided=True),
    "equal": Kind(relation="≈", margin="required", sampled=True, one_sided=False),
    "sharp": Kind(relation="∝", margin="required", sampled=True, one_sided=False, relative=True),
    "rate": Kind(relation="~", margin="required", sampled=True, one_sided=False),
    "everywhere": Kind(relation="≤", margin="optional", sampled=False, one_sided=True),
    "identity": Kind(relation="≡", margin="forbidden", sampled=False, one_sided=False),
    "certificate": Kind(relation="=", margin="optional", sampled=False, one_sided=False),
}


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A statement together with the numbers that decide it.

    ``measured`` holds one value per independent seed; ``bound`` is one number or one per seed (then the
    differences are taken seed by seed).  Kinds: ``upper``: the mean of measured is at most the bound;
    ``equal``: the mean lies within ``margin`` of the bound; ``sharp``: the mean of measured/bound lies within
    ``margin`` of 1; ``rate``: measured holds fitted exponents, whose mean lies within ``margin`` of the claimed one;
    ``everywhere``: no value is above the bound by more than ``margin`` (default 0); ``identity``: every value is the
    bound, to the last bit; ``certificate``: an exact or deterministic evaluation,
    every value within ``margin`` (default 0) of the bound.  Non-finite measurements are kept (the claim is then
    undecided).  ``looks`` says how often the samples may have been looked at while they grew; every look gets its
    share of the error.  An ``obstacle`` is a reason why the numbers, if any, decide nothing, such as a precondition
    that was not met.  Raises ValueError naming the field, the value and what is allowed.
    """

    name: str
    statement: str
    kind: str
    measured: tuple[float, ...]
    bound: float | tuple[float, ...]
    margin: float | None = None
    description: str
    looks: int = 1
    obstacle: str = ""

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
        if KINDS[self.kind].relative and 0 in np.atleast_1d(self.bound):
            raise ValueError(f"bound must not be 0 for kind {self.kind!r}, got {self.bound!r}")
        if isinstance(self.looks, bool) or not isinstance(self.looks, int) or self.looks < 1:
            raise ValueError(f"looks must be an integer >= 1, got {self.looks!r}")

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
    """Decide one claim with a two-sided interval of non-coverage ``level`` over all its looks, 0 < level < 1."""
    if not 0 < level < 1:
        raise ValueError(f"level must be in (0, 1), got {level}")
    kind, measured = KINDS[claim.kind], np.asarray(claim.measured)
    bound = float(np.mean(claim.bound))
    if obstacle := claim.obstacle or _obstacle(kind, measured):
        estimate = float(measured.mean()) if np.isfinite(measured).all() else math.nan
        return Decision(verdict="undecided", estimate=estimate, low=math.nan, high=math.nan, bound=bound,
                        ratio=_ratio(bound, estimate), reason=obstacle)  # fmt: skip
    estimate, enclosed = mean(measured), _enclosed(claim)
    interval = _interval(kind, enclosed, level / claim.looks)
    verdict = _locate(interval, kind.allowed(claim.margin))
    low, high = (bound * (1 + end) for end in interval) if kind.relative else (bound + end for end in interval)
    return Decision(
        verdict=verdict,
        estimate=estimate,
        low=min(low, high),
        high=max(low, high),
        bound=bound,
        ratio=_ratio(bound, estimate),
        reason=_reason(claim, enclosed, interval, level / claim.looks) + _remedy(claim, enclosed, interval, verdict),
    )


def p_value(claim: Claim) -> float:
    """The least level at which the claim is decided: 0 if it needs no sample, 1 if no level decides it."""
    kind = KINDS[claim.kind]
    if claim.obstacle or _obstacle(kind, np.asarray(claim.measured)):
        return 1.0
    allowed, enclosed = kind.allowed(claim.margin), _enclosed(claim)

    def decided_at(exponent: float) -> bool:
        return _locate(_interval(kind, enclosed, math.exp(exponent) / claim.looks), allowed) != "undecided"

    low, high = math.log(SMALLEST), math.log(0.5)
    if decided_at(low):
        return 0.0
    if not decided_at(high):
        return 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if decided_at(middle) else (middle, high)
    return math.exp(high)


def decide_all(claims: Sequence[Claim], *, level: float = LEVEL, others: int = 0) -> tuple[Decision, ...]:
    """Decide claims together by Holm's method: with probability ≥ 1 − ``level`` no verdict is wrong.

    The claim that is decided most clearly must pass level/m, the next level/(m − 1), and so on down to the first
    that does not pass; it and the rest are shown at the level it failed.  Only claims that rest on samples count,
    and so many ``others`` that are not measured now and are taken for the least clear.
    Source: Holm 1979, with the least level that decides a claim as its p-value.
    """
    values = {n: p_value(claim) for n, claim in enumerate(claims) if KINDS[claim.kind].sampled}
    levels, failed = dict.fromkeys(range(len(claims)), level), False
    share = level
    for rank, number in enumerate(sorted(values, key=values.__getitem__)):
        if not failed:
            share = level / (len(values) + others - rank)
            failed = values[number] > share
        levels[number] = share
    return tuple(decide(claim, level=levels[number]) for number, claim in enumerate(claims))


def _enclosed(claim: Claim) -> NDArray[np.float64]:
    """What the interval is about, one value a seed."""
    measured, bound = np.asarray(claim.measured), np.asarray(claim.bound)
    return np.asarray(measured / bound - 1 if KINDS[claim.kind].relative else measured - bound)


def _interval(kind: Kind, enclosed: NDArray[np.float64], level: float) -> Interval:
    if not kind.sampled:
        return float(enclosed.min()), float(enclosed.max())
    return interval(enclosed, level)


def _ratio(bound: float, estimate: float) -> float | None:
    return bound / estimate if math.isfinite(estimate) and estimate != 0 else None


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


def _reason(claim: Claim, enclosed: NDArray[np.float64], interval: Interval, level: float) -> str:
    kind = KINDS[claim.kind]
    what = "measured/bound − 1" if kind.relative else "measured − bound"
    low, high = kind.allowed(claim.margin)
    allowed = f"at most {high:.4g}" if low == -math.inf else f"within [{low:.4g}, {high:.4g}]"
    if not kind.sampled:
        return (
            f"{what} lies in [{interval[0]:.4g}, {interval[1]:.4g}] over {enclosed.size} "
            f"deterministic values and must be {allowed}"
        )
    return (
        f"mean of {what} is {enclosed.mean():.4g} ± {_error(enclosed):.2g} (standard error, "
        f"{enclosed.size} seeds), its {100 * (1 - level):.6g} % interval "
        f"[{interval[0]:.4g}, {interval[1]:.4g}] and it must be {allowed}{_distance(enclosed, (low, high))}"
    )


def _error(enclosed: NDArray[np.float64]) -> float:
    return float(enclosed.std(ddof=1)) / math.sqrt(len(enclosed))


def _distance(enclosed: NDArray[np.float64], allowed: Interval) -> str:
    """How far outside the mean lies, in standard errors; nothing if it does not."""
    outside, error = max(allowed[0] - enclosed.mean(), enclosed.mean() - allowed[1]), _error(enclosed)
    return f", {outside / error:.3g} standard errors outside" if outside > 0 and error > 0 else ""


def _remedy(claim: Claim, enclosed: NDArray[np.float64], interval: Interval, verdict: Verdict) -> str:
    """About how many seeds would decide, as far as a spread and a distance that stay as they are can tell."""
    if verdict != "undecided" or not KINDS[claim.kind].sampled:
        return ""
    nearest = min(abs(enclosed.mean() - edge) for edge in KINDS[claim.kind].allowed(claim.margin))
    if nearest == 0:
        return "; the mean lies on the edge, which no number of seeds decides"
    wide = max(interval[1] - enclosed.mean(), enclosed.mean() - interval[0])
    return f"; about {math.ceil(enclosed.size * (wide / nearest) ** 2):,} seeds would decide it"


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
