"""Convergence theory of analog SGD: statements with machine-checked certificates.

>>> import theory
>>> theory.get("T3").verify().accepted
True
>>> float(theory.get("T3-rate:ideal").bound(
...     initial_gap=1.0, steps=10_000, smoothness=1.0, noise_deviation=1.0))
0.0282...
"""

from difflib import get_close_matches
from typing import cast

from theory import responses, theorems
from theory.catalogue import Catalogue
from theory.corollary import Response
from theory.kernel import Fact, Rejected
from theory.numeric import OutOfDomain
from theory.registry import discover
from theory.statement import Statement, Verdict
from theory.symbols import TABLE, Quantity

__all__ = [
    "RESPONSES",
    "STATEMENTS",
    "TABLE",
    "Fact",
    "OutOfDomain",
    "Quantity",
    "Rejected",
    "Response",
    "Statement",
    "UnknownStatement",
    "Verdict",
    "get",
]


class UnknownStatement(ValueError):
    """No statement has the name asked for."""


RESPONSES = cast(dict[str, Response], discover(responses, "RESPONSE"))
"""Devices that corollaries are made for, by name."""


STATEMENTS = Catalogue(list(cast(dict[str, Statement], discover(theorems, "STATEMENT")).values()), RESPONSES)
"""Every statement, by id: the general ones, then their corollaries device by device."""


def get(name: str) -> Statement:
    """The statement of that id, whatever its case; UnknownStatement with the nearest names otherwise."""
    ids = {key.casefold(): key for key in STATEMENTS}
    if name.casefold() in ids:
        return STATEMENTS[ids[name.casefold()]]
    near = [ids[key] for key in get_close_matches(name.casefold(), ids, n=3, cutoff=0.3)]
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    raise UnknownStatement(f"no statement {name!r}; {hint}`aimc theory` lists all {len(ids)}")
