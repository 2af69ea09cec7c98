"""Limits of statements, one file each, exporting ``LIMIT``; `theory.limits.every()` has them by id."""

import sys
from functools import cache
from typing import TYPE_CHECKING, cast

from theory.registry import discover

if TYPE_CHECKING:
    from theory.limit import LimitStatement


@cache
def every() -> "dict[str, LimitStatement]":
    """Every limit statement, by id; ValueError if two share one."""
    found = cast("dict[str, LimitStatement]", discover(sys.modules[__name__], "LIMIT")).values()
    table = {limit.id: limit for limit in found}
    if len(table) != len(found):
        raise ValueError(f"two limits share a name among {sorted(limit.id for limit in found)}")
    return table
