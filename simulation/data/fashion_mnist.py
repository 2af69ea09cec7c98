"""Fashion-MNIST from its four standard files in a folder."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from simulation.data import mnist
from simulation.data._files import DataError, StoredFile, read_sums
from simulation.data._idx import read_sets
from simulation.data._images import Pixels
from simulation.data._source import Source

KNOWN = {
    "train-images-idx3-ubyte": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    "train-labels-idx1-ubyte": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    "t10k-images-idx3-ubyte": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    "t10k-labels-idx1-ubyte": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
}
"""SHA-256 of the four files as they are published, with .gz."""
COMPLETE = {
    "train-images-idx3-ubyte": 16 + 60_000 * 28 * 28,
    "train-labels-idx1-ubyte": 8 + 60_000,
    "t10k-images-idx3-ubyte": 16 + 10_000 * 28 * 28,
    "t10k-labels-idx1-ubyte": 8 + 10_000,
}
"""Length of each uncompressed file: header and entries [bytes]; for files that were unpacked or packed anew."""


@dataclass(frozen=True, kw_only=True)
class Dataset(Source):
    """Articles of clothing, 28×28 grey levels, 60,000 + 10,000, in the format and under the names of MNIST.

    A folder with a SHA256SUMS file must match it; one without must hold the complete set. The files of MNIST
    itself are refused: nothing but their content tells them apart.

    Source: H. Xiao, K. Rasul, R. Vollgraf, arXiv:1708.07747; MIT licence.
    """

    classes: ClassVar[int] = 10
    folders: ClassVar[tuple[str, ...]] = ("fashion_mnist", "fashion-mnist")

    def read(self, folder: Path) -> tuple[Pixels, Pixels, tuple[StoredFile, ...]]:
        """Return the content of the two pairs of IDX files; DataError if damaged or if they are MNIST."""
        known = {name: (digest,) for name, digest in KNOWN.items()}
        train, test, files = read_sets(folder, known=known, complete=COMPLETE)
        _refuse_digits(folder, files)
        return train, test, files


def _refuse_digits(folder: Path, files: tuple[StoredFile, ...]) -> None:
    digits = {*mnist.FULL_SET.values(), *read_sums(mnist.PACKAGED).values()}
    for file in files:
        if {file.sha256, file.content_sha256} & digits:
            raise DataError(f"{folder / file.name}: must be Fashion-MNIST, got the file of that name of MNIST")
