"""The catalogue: everything is listed, nothing is made before it is asked for, ids are unique and in order."""

from dataclasses import replace

import pytest

import theory
from theory.catalogue import Catalogue
from theory.corollary import corollary, mentions_device

GENERAL = [theory.get(name) for name in ("T10", "T2", "T2-family", "T3-best")]


def test_general_statements_come_first_in_the_order_of_their_numbers() -> None:
    names = list(Catalogue(GENERAL, theory.RESPONSES))
    assert names[:4] == ["T2", "T2-family", "T3-best", "T10"]
    assert names[4:] == [f"{s}:{d}" for d in theory.RESPONSES for s in ("T2", "T2-family", "T10")]
    assert len(names) == len(set(names)) == len(Catalogue(GENERAL, theory.RESPONSES))


def test_a_corollary_is_made_once_and_when_asked_for() -> None:
    catalogue = Catalogue(GENERAL, theory.RESPONSES)
    assert "T2:ideal" in catalogue
    assert catalogue["T2:ideal"] is catalogue["T2:ideal"]
    assert catalogue["T2:ideal"].corollary_of == "T2"
    with pytest.raises(KeyError):
        catalogue["T2:unheard_of"]


def test_two_statements_of_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="share a name"):
        Catalogue([*GENERAL, replace(GENERAL[0], title="another")], theory.RESPONSES)


def test_what_mentions_no_device_has_no_corollary() -> None:
    assert not mentions_device(theory.get("T3-best"))
    with pytest.raises(ValueError, match="T3-best mentions no device"):
        corollary(theory.get("T3-best"), theory.RESPONSES["ideal"])
