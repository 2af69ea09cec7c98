"""What a file of this folder exports, and how statements are restated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A mistake that somebody could make, and the claims that it must turn red."""

    title: str
    planted: Callable[[], AbstractContextManager[Any]]
    """Makes the mistake in the memory of this process while the context lasts, and undoes it."""
    red: tuple[str, ...]
    """Globs of claims: of each, at least one must be violated or undecided; certificates are named theory-…."""

    def __post_init__(self) -> None:
        """Refuse a fault that nothing need catch. Raises ValueError naming the field."""
        if not self.red:
            raise ValueError("red must name at least one claim, got none")


@contextmanager
def restated(name: str, **changes: Callable[[Any], Any]) -> Iterator[None]:
    """A statement of the catalogue with fields replaced by functions of what they are; its proof stays the true one."""
    import theory  # noqa: PLC0415  (imports a computer algebra system)

    statement = theory.STATEMENTS[name]
    new = {field: change(getattr(statement, field)) for field, change in changes.items()}
    with patch.dict(theory.STATEMENTS._made, {name: replace(statement, **new)}):
        yield


def scaled(position: int, factor: Any) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """Of the terms of a right-hand side: the one at a position times a factor."""
    return lambda terms: tuple(term * factor if n == position else term for n, term in enumerate(terms))
