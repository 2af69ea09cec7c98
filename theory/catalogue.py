"""Every statement by id: the general ones, and their corollaries, which are made when somebody asks for them."""

import re
from collections.abc import Iterator, Mapping, Sequence

from theory.corollary import Response, corollary, mentions_device
from theory.statement import Statement


class Catalogue(Mapping[str, Statement]):
    """The general statements in the order of their numbers, then the corollaries device by device.

    Raises ValueError if two statements share an id.
    """

    def __init__(self, general: Sequence[Statement], responses: Mapping[str, Response]) -> None:
        """List the ids; no corollary is made yet."""
        ordered = sorted(general, key=lambda statement: _numbered(statement.id))
        self._made = {statement.id: statement for statement in ordered}
        if len(self._made) != len(general):
            raise ValueError(f"two statements share a name among {[statement.id for statement in ordered]}")
        about = [statement for statement in ordered if mentions_device(statement)]
        self._open = {f"{s.id}:{name}": (s, response) for name, response in responses.items() for s in about}

    def __getitem__(self, name: str) -> Statement:
        """The statement of that id."""
        if name not in self._made:
            self._made[name] = corollary(*self._open[name])
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        """Ids, general ones first."""
        general = [name for name in self._made if name not in self._open]
        return iter([*general, *self._open])

    def __len__(self) -> int:
        """How many there are."""
        return len(list(iter(self)))


def _numbered(name: str) -> tuple[int, str]:
    """T2 before T10, and T2 before T2-family."""
    number = re.match(r"[A-Z]+(\d+)", name)
    return (int(number[1]) if number else 0, name)
