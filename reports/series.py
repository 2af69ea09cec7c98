"""The numbers behind a figure, read off its matplotlib artists, as one CSV table."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = ("panel", "series", "kind", "x", "y", "width", "height", "value")
"""Panel by its title or number; series by its label in the legend; place and size in the units of the axes."""
Row = dict[str, Any]


def to_csv(figure: Figure) -> str:
    """Return every drawn number of ``figure``, six significant digits, one row a point, bar or cell.

    A place whose tick has a name is given by that name.  Columns that no artist fills are left out.  What is written
    into the figure as text (annotations) is not repeated.
    """
    rows = [row for number, axes in enumerate(figure.axes, start=1) for row in _panel(number, axes)]
    columns = [name for name in COLUMNS if any(row.get(name, "") != "" for row in rows)]
    text = io.StringIO()
    table = csv.DictWriter(text, columns, restval="", extrasaction="ignore", lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return text.getvalue()


def _panel(number: int, axes: Axes) -> Iterator[Row]:
    names = {"x": _tick_names(axes.xaxis), "y": _tick_names(axes.yaxis)}
    labels = {id(part): str(whole.get_label()) for whole in axes.containers for part in _members(whole)}
    for artist in axes.get_children():
        read = next((reader for kind, reader in _readers().items() if isinstance(artist, kind)), None)
        if read is None or artist is axes.patch or not artist.get_visible():
            continue
        label = labels.get(id(artist), str(artist.get_label()))
        shared = {"panel": axes.get_title() or number, "series": "" if label.startswith("_") else label}
        for row in read(artist, axes):
            yield {**shared, **{key: _written(value, names.get(key, {})) for key, value in row.items()}}


def _members(whole: Any) -> Iterator[Any]:
    """The artists of bars or error bars, which carry the label together; bars with errors hold those as well."""
    for part in (*whole, getattr(whole, "errorbar", None)):
        if isinstance(part, tuple):
            yield from _members(part)
        elif part is not None:
            yield part


def _readers() -> dict[type, Callable[[Any, Axes], Iterable[Row]]]:
    from matplotlib import collections, image, lines, patches  # noqa: PLC0415

    return {
        lines.Line2D: _line,
        collections.PathCollection: _points,
        collections.LineCollection: _outlines,
        collections.PolyCollection: _outlines,
        collections.QuadMesh: _mesh,
        patches.Rectangle: _bar,
        image.AxesImage: _image,
    }


def _line(line: Any, axes: Axes) -> Iterator[Row]:
    yield from _places("line", line.get_xydata(), line, axes)


def _points(points: Any, axes: Axes) -> Iterator[Row]:
    values = points.get_array()
    rows = _places("point", points.get_offsets(), None, axes)
    yield from rows if values is None else ({**row, "value": v} for row, v in zip(rows, values, strict=True))


def _outlines(shapes: Any, axes: Axes) -> Iterator[Row]:
    """Segments of error bars, and borders of bands, in drawing order."""
    from matplotlib.collections import PolyCollection  # noqa: PLC0415

    kind = "band" if isinstance(shapes, PolyCollection) else "segment"
    for path in shapes.get_paths():
        yield from _places(kind, path.vertices, shapes, axes)


def _bar(bar: Any, axes: Axes) -> Iterator[Row]:
    """The middle of a bar's base, its width and its (signed) height."""
    x, y, width, height = bar.get_x(), bar.get_y(), bar.get_width(), bar.get_height()
    yield {"kind": "bar", "x": x + width / 2, "y": y, "width": width, "height": height}


def _mesh(mesh: Any, _axes: Axes) -> Iterator[Row]:
    corners = mesh.get_coordinates()
    middles = (corners[:-1, :-1] + corners[1:, 1:]) / 2
    for (x, y), value in zip(middles.reshape(-1, 2), mesh.get_array().ravel(), strict=True):
        yield {"kind": "cell", "x": x, "y": y, "value": value}


def _image(image: Any, _axes: Axes) -> Iterator[Row]:
    """Cells of a picture of scalars; one of colours has no numbers to give."""
    import numpy as np  # noqa: PLC0415

    values = image.get_array()
    if values.ndim != 2:
        return
    left, right, bottom, top = image.get_extent()
    height, width = values.shape
    first, last = (bottom, top) if image.origin == "lower" else (top, bottom)
    xs = left + (np.arange(width) + 0.5) * (right - left) / width
    ys = first + (np.arange(height) + 0.5) * (last - first) / height
    for y, row in zip(ys, values, strict=True):
        for x, value in zip(xs, row, strict=True):
            yield {"kind": "cell", "x": x, "y": y, "value": value}


def _places(kind: str, places: Any, artist: Any, axes: Axes) -> Iterator[Row]:
    """Rows of the places of an artist; one that is not placed by data alone (a line across the axes) is converted."""
    if artist is not None and artist.get_transform() != axes.transData and len(places):
        places = axes.transData.inverted().transform(artist.get_transform().transform(places))
    for x, y in places:
        yield {"kind": kind, "x": x, "y": y}


def _tick_names(axis: Any) -> dict[float, str]:
    """Names that were given to ticks: place -> name."""
    from matplotlib import category, ticker  # noqa: PLC0415

    if not isinstance(axis.get_major_formatter(), ticker.FixedFormatter | category.StrCategoryFormatter):
        return {}
    places = axis.get_major_locator()()
    return dict(zip(map(float, places), axis.get_major_formatter().format_ticks(places), strict=False))


def _written(value: Any, names: dict[float, str]) -> str:
    import numpy as np  # noqa: PLC0415

    if isinstance(value, str):
        return value
    if value is np.ma.masked or not np.isfinite(value):
        return ""
    return " ".join(names.get(float(value), f"{float(value):.6g}").split())
