"""Published statements on trial: proved, refuted by an exact counterexample, repaired, conditional or undecided.

>>> from theory import trial
>>> trial.judge(trial.CLAIMS["C10"]).verdict
'proved after repair'
"""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import cast

from theory import claims
from theory.referee import Vacuous
from theory.registry import discover
from theory.trial.exact import Counterexample, NotExact, confirm, value_of
from theory.trial.judge import Inconsistent, Judgement, judge, stands
from theory.trial.present import describe, glyph, numbers, section, sides, tex
from theory.trial.published import Published, Repair, variable
from theory.trial.search import Searched, search
from theory.trial.settled import settled

__all__ = [
    "CLAIMS",
    "Counterexample",
    "Inconsistent",
    "Judgement",
    "NotAClaim",
    "NotExact",
    "Published",
    "Repair",
    "Searched",
    "UnknownClaim",
    "Vacuous",
    "confirm",
    "describe",
    "get",
    "glyph",
    "judge",
    "load",
    "numbers",
    "search",
    "section",
    "settled",
    "sides",
    "stands",
    "tex",
    "value_of",
    "variable",
]


class UnknownClaim(ValueError):
    """No published statement has the id asked for."""


class NotAClaim(ValueError):
    """A file that cannot be put on trial."""


def _claims() -> dict[str, Published]:
    every = cast(dict[str, Published], discover(claims, "CLAIM")).values()
    table = {claim.id: claim for claim in every}
    if len(table) != len(every):
        raise ValueError(f"two claims share an id among {sorted(claim.id for claim in every)}")
    return table


CLAIMS = _claims()
"""Every published statement, by id, in the order of its file's name."""


def get(name: str) -> Published:
    """The published statement of that id, whatever its case; UnknownClaim with the ids otherwise."""
    ids = {key.casefold(): key for key in CLAIMS}
    if name.casefold() not in ids:
        raise UnknownClaim(f"no published statement {name!r}; there are {', '.join(CLAIMS)}, or give a file *.py")
    return CLAIMS[ids[name.casefold()]]


def load(path: Path) -> Published:
    """The statement that a user's file exports as ``CLAIM``; the file is Python and is executed.

    Raises NotAClaim if the file is missing, fails, or exports no `Published`.
    """
    spec = spec_from_file_location("claim_on_trial", path) if path.suffix == ".py" and path.is_file() else None
    if spec is None or spec.loader is None:
        raise NotAClaim(f"{path} must be an existing Python file that exports CLAIM")
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise NotAClaim(f"{path} fails: {type(error).__name__}: {error}") from error
    claim = getattr(module, "CLAIM", None)
    if not isinstance(claim, Published):
        raise NotAClaim(f"{path} must export CLAIM, a theory.trial.Published, got {claim!r}")
    return claim
