"""Where a data set comes from: the base of every file of this folder."""

import os
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from simulation._arrays import integer
from simulation.data._files import DataError, StoredFile
from simulation.data._images import ImageData, Pixels, prepare
from simulation.data._order import part_order

DATA_VARIABLE = "AIMC_DATA"
"""Environment variable that names a folder with one folder for each data set, used where none is given."""


@dataclass(frozen=True, kw_only=True)
class Source(ABC):
    """Base of all data sets: a folder, and how its training files are parted.

    Raises:
        ValueError: if `validation` is not inside (0, 1) or `seed` not an integer ≥ 0.
    """

    folder: str | os.PathLike[str] | None = None
    """Folder of the standard files, plain or with .gz. None or "": see `locate`."""
    validation: float = 0.1
    """Share of the training files' images that is held out, rounded to whole images."""
    seed: int = 0
    """Chooses which images are held out; not the order of training."""
    classes: ClassVar[int]
    """Number of classes."""
    folders: ClassVar[tuple[str, ...]]
    """Names of this set's folder below AIMC_DATA, the first that exists is taken."""
    packaged: ClassVar[Path | None] = None
    """Folder that travels with the package, if any."""

    def __post_init__(self) -> None:
        """Validate the fields."""
        if not 0 < self.validation < 1:
            raise ValueError(f"validation must be a share inside (0, 1), got {self.validation!r}")
        integer("seed", self.seed, minimum=0)

    @property
    def name(self) -> str:
        """Name in `DATASETS`: that of the file."""
        return type(self).__module__.rpartition(".")[2]

    @abstractmethod
    def read(self, folder: Path) -> tuple[Pixels, Pixels, tuple[StoredFile, ...]]:
        """Return the training files' content, the test files', and their provenance; DataError if damaged."""

    def load(self) -> ImageData:
        """Read, part and normalise.

        Raises:
            DataError: if no folder is known, a file is missing, damaged or of unknown content, or a part
                would be empty.
        """
        train, test, files = self.read(self.locate())
        count = len(train.labels)
        held_out = round(self.validation * count)
        if not 0 < held_out < count:
            raise DataError(
                f"{self.name}: validation must leave both parts of the {count} training images at least one, "
                f"got {held_out} held out at share {self.validation}"
            )
        return prepare(
            name=self.name,
            classes=self.classes,
            train=train,
            test=test,
            order=part_order(count, seed=self.seed),
            held_out=held_out,
            files=files,
        )

    def locate(self) -> Path:
        """Return `folder`, or else the set's folder below the one that AIMC_DATA names, or the packaged one.

        Raises:
            DataError: if there is none, or AIMC_DATA names no folder.
        """
        if self.folder:
            return Path(self.folder)
        below = folder_below(self.folders)
        if found := below or self.packaged:
            return found
        raise DataError(
            f"{self.name}: folder must be given, or {DATA_VARIABLE} must name one that holds any of "
            f"{list(self.folders)}, got {os.environ.get(DATA_VARIABLE)!r}; this set is not packaged"
        )


def folder_below(names: tuple[str, ...]) -> Path | None:
    """Return the first folder of these names below the one that AIMC_DATA names, or None.

    Raises:
        DataError: if AIMC_DATA is set and names no folder.
    """
    root = os.environ.get(DATA_VARIABLE)
    if not root:
        return None
    if not Path(root).is_dir():
        raise DataError(f"{DATA_VARIABLE} must name a folder, got {root!r}")
    return next((Path(root) / name for name in names if (Path(root) / name).is_dir()), None)
