"""Other spellings of the notation table's names: α, alpha and step_size are one quantity.

A name may be spelled as in code (`step_size`), as the glyph of plain text (`α`), as TeX without its backslash
(`alpha`), or as the variable in theory/symbols.py (`s_bar`). The first of these that knows a spelling decides.
"""

import re
from collections.abc import Iterator, Mapping
from typing import TypeVar

from sympy import Symbol

from theory import symbols
from theory.numeric import OutOfDomain
from theory.symbols import TABLE

T = TypeVar("T")


def named(numbers: Mapping[str, T]) -> dict[str, T]:
    """The numbers by their names in code; a spelling that nothing knows is left as it is.

    Raises OutOfDomain for a spelling of several quantities, and for two spellings of one.
    """
    found: dict[str, T] = {}
    for spelling, value in numbers.items():
        name = code_name(spelling)
        if name in found:
            raise OutOfDomain(f"{name} is given twice, once as {spelling!r}")
        found[name] = value
    return found


def code_name(spelling: str) -> str:
    """The name in code of a quantity, however spelled; the spelling itself if nothing knows it."""
    for known in _spellings():
        if names := sorted(name for name, spelled in known if spelled == spelling):
            if len(names) > 1:
                raise OutOfDomain(f"{spelling!r} may mean {' or '.join(names)}; use the name in code")
            return names[0]
    return spelling


def _spellings() -> Iterator[set[tuple[str, str]]]:
    """(name in code, spelling) for each way of spelling, the strongest first."""
    variables = {variable: value.name for variable, value in vars(symbols).items() if isinstance(value, Symbol)}
    yield {(name, name) for name in TABLE}
    # What every statement may mention comes before what single statements and claims have defined for themselves.
    for rows in ({name: TABLE[name] for name in variables.values() if name in TABLE}, TABLE):
        yield {(name, row.glyph) for name, row in rows.items()}
        yield {(name, re.sub(r"[\\{} ]", "", row.latex)) for name, row in rows.items()}
        yield {(name, variable) for variable, name in variables.items()}
