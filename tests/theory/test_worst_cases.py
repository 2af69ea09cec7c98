"""The proved bounds against exact worst cases that PEPit has computed (tests/peer/worst_cases.py; stored)."""

import pytest

from tests.peer.bounds import proved, stored, too_low
from tests.peer.worst_cases import CASES, grid

STORED = stored()
CLOSE = 1.4
"""How near the worst case the bounds of an asynchronous run are meant to be, for α L ≤ 1/2 and δ ≤ 2."""
OUT_OF_REACH = {(2, 0.5, steps) for steps in (3, 4, 5, 6)}
"""Where T8-optimum has no bound: α L_Φ δ = 1, so that under A4 alone drift may feed on itself."""


@pytest.fixture(scope="module")
def bounds() -> dict[tuple[int, float, int], dict[str, float]]:
    return {place: proved(*place) for place in STORED}


def worst(place: tuple[int, float, int], case: str = "delayed") -> float:
    value = STORED[place][case]
    assert value is not None
    return value


def test_the_file_holds_the_whole_grid() -> None:
    assert list(STORED) == list(grid())
    assert all(set(row) == set(CASES) for row in STORED.values())


def test_every_bound_lies_above_the_worst_case(bounds: dict[tuple[int, float, int], dict[str, float]]) -> None:
    assert {place: low for place, row in bounds.items() if (low := too_low(row, worst(place)))} == {}


def test_a_bound_halved_lies_below(bounds: dict[tuple[int, float, int], dict[str, float]]) -> None:
    halved = {place: {name: bound / 2 for name, bound in row.items()} for place, row in bounds.items()}
    assert all(too_low(row, worst(place)) == list(row) for place, row in halved.items())


def test_the_pipeline_bounds_hold_for_any_stale_signal(bounds: dict[tuple[int, float, int], dict[str, float]]) -> None:
    """T8 and T8-optimum assume A4 only, so they lie above the larger worst case too; a short run's bound need not."""
    for place, row in bounds.items():
        general = {name: bound for name, bound in row.items() if name.startswith("T8")}
        assert not too_low(general, STORED[place]["stale"]), place


def test_without_delay_the_family_is_exact_to_one_per_cent(
    bounds: dict[tuple[int, float, int], dict[str, float]],
) -> None:
    ratios = [row["T3-optimum"] / worst(place) for place, row in bounds.items() if place[0] == 0]
    assert max(ratios) < 1.01


def test_with_delay_the_bounds_are_close(bounds: dict[tuple[int, float, int], dict[str, float]]) -> None:
    assert max(row["short run"] / worst(place) for place, row in bounds.items()) < CLOSE
    family = {place: row["T8-optimum"] / worst(place) for place, row in bounds.items() if "T8-optimum" in row}
    assert max(family.values()) < CLOSE
    assert set(bounds) - set(family) == OUT_OF_REACH


def test_no_bound_under_a4_alone_could_be_close_there() -> None:
    """There, the worst case under T8-optimum's own assumptions is soon larger than what is asked for, or infinite."""
    assert worst((2, 0.5, 5), "stale") > CLOSE * worst((2, 0.5, 5))
    assert STORED[2, 0.5, 6]["stale"] is None
