"""PEPit computes every exact worst case anew: the stored ones are those, and the proved bounds lie above."""

import pytest

from tests.peer.bounds import ACCURACY, proved, stored, too_low
from tests.peer.worst_cases import CASES, grid, worst_case

pytestmark = pytest.mark.peer


@pytest.mark.parametrize("place", list(grid()), ids=str)
@pytest.mark.parametrize("case", CASES)
def test_the_stored_worst_case_is_the_exact_one(case: str, place: tuple[int, float, int]) -> None:
    exact, kept = worst_case(case, *place), stored()[place][case]
    assert (exact is None) == (kept is None)
    assert exact is None or kept == pytest.approx(exact, rel=ACCURACY)


@pytest.mark.parametrize("place", list(grid()), ids=str)
def test_every_proved_bound_lies_above_the_exact_worst_case(place: tuple[int, float, int]) -> None:
    worst, bounds = worst_case("delayed", *place), proved(*place)
    assert bounds
    assert worst is not None
    assert not too_low(bounds, worst)
    assert too_low({name: bound / 2 for name, bound in bounds.items()}, worst) == list(bounds)


def test_a_delay_off_by_one_is_noticed() -> None:
    exact = worst_case("delayed", 1, 0.25, 5)
    assert exact is not None
    for wrong in (0, 2):
        assert stored()[wrong, 0.25, 5]["delayed"] != pytest.approx(exact, rel=ACCURACY)


def test_the_known_values_come_out() -> None:
    """From a derivation by hand (no delay: Δ/(K(α − Lα²/2))) and from an earlier computation by others."""
    assert worst_case("delayed", 0, 0.1, 3) == pytest.approx(1 / (3 * 0.095), rel=ACCURACY)
    assert worst_case("delayed", 1, 0.25, 3) == pytest.approx(1.535, abs=5e-4)  # known to four digits
