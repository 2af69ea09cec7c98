"""What has been published in the place of a statement: for comparison, never for use. Nothing here is certified."""

from dataclasses import dataclass

from sympy import Expr

from theory.operators import axes


@dataclass(frozen=True, kw_only=True)
class Counterpart:
    """A published statement, in the notation of this project."""

    source: str
    """Where it stands, e.g. 'arXiv:2502.06309, eq. (21)'."""
    text: str
    """What it says, under which conditions."""
    rhs: Expr | None = None
    """Its right-hand side, for the same left-hand side; None if it has another one, or states orders only."""
    device: str = ""
    """The device whose corollary it belongs to; empty if it is about any device."""

    def __post_init__(self) -> None:
        """Refuse symbols that the notation table does not define (UnknownSymbol) and empty text."""
        if not self.source or not self.text:
            raise ValueError(f"a counterpart needs a source and a text, got {self.source!r} and {self.text!r}")
        if self.rhs is not None:
            axes(self.rhs)
