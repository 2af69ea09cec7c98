"""The order of chapters, as their notebooks state it, and the contents of a page."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from reports.chapters import PART, Chapter, chapter, contents, in_order
from reports.errors import BuildError

nb: Any = import_module("nbformat.v4")


def stated(name: str, header: Any) -> Chapter:
    """A chapter whose notebook has a header and nothing else."""

    class Stub:
        def __init__(self) -> None:
            self.name = name

        def notebook(self) -> Any:
            return nb.new_notebook(metadata={} if header is None else {"aimc": header})

    build: Any = Stub()
    return chapter(build)


def test_chapters_follow_their_places_and_parts_stay_together() -> None:
    headers = {
        "z": {"place": 10, "part": "First"},
        "a": {"place": 20.5, "part": "Second"},
        "b": {"place": 30, "part": "First"},
        "d": None,
        "c": {"part": "Second"},
    }
    ordered = in_order(stated(name, header) for name, header in headers.items())
    assert [(c.name, c.part) for c in ordered] == [
        ("z", "First"),
        ("b", "First"),
        ("a", "Second"),
        ("c", "Second"),
        ("d", PART),
    ]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ({"place": "first"}, "notebook n: header: place must be a number, got 'first'"),
        ({"place": True}, "place must be a number, got True"),
        ({"part": ""}, "part must be a name, got ''"),
        ({"order": 1}, "aimc must hold place and part, no more, got {'order': 1}"),
        (7, "aimc must hold place and part, no more, got 7"),
    ],
)
def test_header_is_checked(header: Any, message: str) -> None:
    with pytest.raises(BuildError, match=message):
        stated("n", header)


def test_contents_are_the_headings_without_their_anchors() -> None:
    page = '<h2 id="a">One <math><mi>x</mi></math><a class="anchor-link" href="#a">#</a></h2><h3 id="b">no</h3>'
    assert contents(page) == [("a", "One <math><mi>x</mi></math>")]
