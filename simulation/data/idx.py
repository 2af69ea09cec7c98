"""The IDX format of MNIST: a typed header, then the bytes of an array, nothing that could execute."""

import math
import struct

import numpy as np
from numpy.typing import NDArray


class DataError(ValueError):
    """A data file is missing, damaged or not the one expected; names file, finding and expectation."""


def parse_idx(data: bytes, name: str, *, dimensions: int) -> NDArray[np.uint8]:
    """Return the unsigned-byte array stored in `data`.

    Format: bytes 0, 0, type (8 = unsigned byte), number of dimensions; one big-endian uint32 a dimension;
    the entries in row-major order.

    Args:
        data: the uncompressed file.
        name: file name for error messages.
        dimensions: number of dimensions that the array must have.

    Raises:
        DataError: if the magic number, the dimensions or the length are not as the format says.

    Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits".
    """
    header = 4 + 4 * dimensions
    magic = bytes((0, 0, 8, dimensions))
    if data[:4] != magic:
        raise DataError(f"{name}: magic number must be {magic.hex()}, got {data[:4].hex() or 'an empty file'}")
    if len(data) < header:
        raise DataError(f"{name}: header must have {header} bytes, got {len(data)}")
    shape = struct.unpack(f">{dimensions}I", data[4:header])
    expected = header + math.prod(shape)
    if len(data) != expected:
        raise DataError(f"{name}: length must be {expected} bytes for shape {shape}, got {len(data)}")
    return np.frombuffer(data, dtype=np.uint8, offset=header).reshape(shape)


def encode_idx(array: NDArray[np.uint8]) -> bytes:
    """Return the IDX file of an unsigned-byte array; inverse of `parse_idx`."""
    return bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()
