"""The binary batch format of CIFAR: label bytes, then the three colour planes, record after record."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulation.data._files import DataError, StoredFile, read_file
from simulation.data._images import Pixels

_PLANES = (3, 32, 32)  # red, green, blue; rows from the top; columns from the left
_PIXELS = 3 * 32 * 32


def parse_batch(
    data: bytes, name: str, *, classes: tuple[int, ...]
) -> tuple[NDArray[np.uint8], tuple[NDArray[np.uint8], ...]]:
    """Return images (n, 32, 32, 3) and one array (n,) of labels for each label byte.

    Format: a record is len(classes) label bytes and 3072 pixel bytes, plane by plane and row by row.

    Args:
        data: the uncompressed file.
        name: file name for error messages.
        classes: number of classes of each label byte of a record.

    Raises:
        DataError: if the file is empty or ends within a record, or a label is out of range.

    Source: A. Krizhevsky, "Learning multiple layers of features from tiny images", 2009, and the data's page.
    """
    record = len(classes) + _PIXELS
    count, rest = divmod(len(data), record)
    if not count or rest:
        whole = max(count, 1) * record
        raise DataError(
            f"{name}: length must be a multiple of {record} bytes ({whole} or {whole + record} …), got {len(data)}"
        )
    table = np.frombuffer(data, dtype=np.uint8).reshape(count, record)
    labels = tuple(table[:, position].copy() for position in range(len(classes)))
    for values, number in zip(labels, classes, strict=True):
        if values.max() >= number:
            worst = int(np.argmax(values >= number))
            raise DataError(f"{name}: labels must be in 0..{number - 1}, got {values[worst]} in record {worst}")
    planes = table[:, len(classes) :].reshape(count, *_PLANES)
    return planes.transpose(0, 2, 3, 1), labels


def read_batches(
    folder: Path, names: tuple[str, ...], *, classes: tuple[int, ...], label: int, records: int
) -> tuple[Pixels, tuple[StoredFile, ...]]:
    """Return the images of several batch files, one after the other, with label byte `label`, and provenance.

    Args:
        folder: where the files lie.
        names: their standard names, without .gz.
        classes: as in `parse_batch`.
        label: which label byte of a record counts.
        records: records of each complete file.

    Raises:
        DataError: as `read_file` and `parse_batch`.
    """
    images, labels, files = [], [], []
    for name in names:
        content, file = read_file(folder, name, complete=records * (len(classes) + _PIXELS))
        found, all_labels = parse_batch(content, file.name, classes=classes)
        images.append(found)
        labels.append(all_labels[label])
        files.append(file)
    return Pixels(images=np.concatenate(images), labels=np.concatenate(labels)), tuple(files)
