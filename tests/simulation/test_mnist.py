"""Loading, verifying and making MNIST files."""

import gzip
import hashlib
from pathlib import Path

import numpy as np
import pytest

from simulation import DataError, load_mnist
from simulation.data import mnist
from simulation.data._files import SUMS, read_sums
from simulation.data._idx import FILES, encode_idx, parse_idx
from simulation.make_mnist_subset import balanced_choice, main, make_subset

NAMES = [name for pair in FILES.values() for name in pair]


@pytest.fixture(autouse=True)
def without_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (mnist.FOLDER_VARIABLE, "AIMC_DATA"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A synthetic set of 60 + 40 images of 2×2 pixels, plain files, with its checksums."""
    rng = np.random.Generator(np.random.SFC64(0))
    for split, count in (("train", 60), ("test", 40)):
        images, labels = FILES[split]
        pixels = rng.integers(256, size=(count, 2, 2), dtype=np.uint8)
        (tmp_path / images).write_bytes(encode_idx(pixels))
        (tmp_path / labels).write_bytes(encode_idx(np.arange(count, dtype=np.uint8) % 10))
    write_sums(tmp_path)
    return tmp_path


def write_sums(folder: Path) -> None:
    files = sorted(path for path in folder.iterdir() if path.name != SUMS)
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (folder / SUMS).write_text("".join(lines))


@pytest.mark.parametrize(("split", "count"), [("train", 8000), ("test", 2000)])
def test_packaged_subset(split: str, count: int) -> None:
    data = load_mnist(split)
    assert data.images.shape == (count, 784)
    assert data.images.dtype == np.float64
    assert (data.images.min(), data.images.max()) == (0.0, 1.0)
    np.testing.assert_array_equal(np.bincount(data.labels), np.full(10, count // 10))
    assert not data.images.flags.writeable
    assert len(set(data.labels[:50])) > 5  # shuffled: any leading part holds many digits


def test_packaged_files_are_small_listed_and_without_a_time() -> None:
    sums = read_sums(mnist.PACKAGED)
    files = sorted(mnist.PACKAGED.glob("*.gz"))
    assert sorted(sums) == [path.name for path in files] == sorted(f"{name}.gz" for name in NAMES)
    assert sum(path.stat().st_size for path in files) <= 3_000_000
    readme = (mnist.PACKAGED / "README.md").read_text()
    for path in files:
        assert path.read_bytes()[4:8] == bytes(4)  # the time field of the gzip header
        assert sums[path.name] in readme


def test_a_folder_and_the_environment_variable_are_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = load_mnist("test", folder)
    assert named.images.shape == (40, 4)
    np.testing.assert_array_equal(named.labels, np.arange(40) % 10)
    pixels = parse_idx((folder / NAMES[2]).read_bytes(), "pixels", dimensions=3)
    np.testing.assert_array_equal(np.rint(named.images * 255), pixels.reshape(40, 4))
    monkeypatch.setenv(mnist.FOLDER_VARIABLE, str(folder))
    np.testing.assert_array_equal(load_mnist("test").images, named.images)


def test_the_complete_set_is_known_by_its_uncompressed_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / SUMS).unlink()
    with pytest.raises(DataError, match=r"t10k-images.*uncompressed SHA-256 must be 0fa7898d.*got"):
        load_mnist("test", folder)
    known = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in NAMES}
    monkeypatch.setattr(mnist, "FULL_SET", known)
    plain = load_mnist("test", folder)
    for name in NAMES:
        (folder / f"{name}.gz").write_bytes(gzip.compress((folder / name).read_bytes(), 1))
        (folder / name).unlink()
    np.testing.assert_array_equal(load_mnist("test", folder).images, plain.images)


def test_a_copy_of_the_packaged_subset_is_known_too(tmp_path: Path) -> None:
    for name in FILES["test"]:
        (tmp_path / f"{name}.gz").write_bytes((mnist.PACKAGED / f"{name}.gz").read_bytes())
    assert len(load_mnist("test", tmp_path).labels) == 2000


def test_one_changed_byte_is_an_error(folder: Path) -> None:
    path = folder / NAMES[0]
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"train-images.*SHA-256 must be .* got"):
        load_mnist("train", folder)


def test_a_file_that_the_checksums_do_not_list_is_an_error(folder: Path) -> None:
    lines = (folder / SUMS).read_text().splitlines(keepends=True)
    (folder / SUMS).write_text("".join(line for line in lines if NAMES[0] not in line))
    with pytest.raises(DataError, match="must be no entry"):
        load_mnist("train", folder)


def test_unreadable_checksums_are_an_error(folder: Path) -> None:
    (folder / SUMS).write_text("nonsense\n")
    with pytest.raises(DataError, match="every line must be"):
        load_mnist("train", folder)


def test_a_missing_file_is_an_error(folder: Path) -> None:
    (folder / NAMES[1]).unlink()
    with pytest.raises(DataError, match=r"must hold train-labels-idx1-ubyte.gz or .*, found neither"):
        load_mnist("train", folder)


def test_a_truncated_gzip_file_is_an_error(folder: Path) -> None:
    stored = gzip.compress((folder / NAMES[0]).read_bytes())
    (folder / f"{NAMES[0]}.gz").write_bytes(stored[:-9])
    write_sums(folder)
    with pytest.raises(DataError, match="must be a complete gzip file"):
        load_mnist("train", folder)


def test_labels_must_fit_the_images(folder: Path) -> None:
    path = folder / NAMES[1]
    path.write_bytes(encode_idx(np.zeros(59, dtype=np.uint8)))
    write_sums(folder)
    with pytest.raises(DataError, match="labels must be 60, one an image, got 59"):
        load_mnist("train", folder)
    path.write_bytes(encode_idx(np.full(60, 11, dtype=np.uint8)))
    write_sums(folder)
    with pytest.raises(DataError, match=r"labels must be in 0\.\.9, got 11"):
        load_mnist("train", folder)


def test_unknown_split() -> None:
    with pytest.raises(ValueError, match=r"split must be one of \['test', 'train'\], got 'validation'"):
        load_mnist("validation")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "got an empty file"),
        (bytes((0, 0, 9, 1, 0, 0, 0, 1, 5)), "magic number must be 00000801, got 00000901"),
        (bytes((0, 0, 8, 2, 0, 0, 0, 1, 5)), "magic number must be 00000801, got 00000802"),
        (bytes((0, 0, 8, 1, 0, 0)), "header must have 8 bytes, got 6"),
        (bytes((0, 0, 8, 1, 0, 0, 0, 2, 5)), r"length must be 10 bytes for shape \(2,\), got 9"),
        (bytes((0, 0, 8, 1, 0, 0, 0, 1, 5, 5)), r"length must be 9 bytes for shape \(1,\), got 10"),
    ],
)
def test_bad_idx_files_are_named(data: bytes, message: str) -> None:
    with pytest.raises(DataError, match=f"labels: .*{message}"):
        parse_idx(data, "labels", dimensions=1)


def test_idx_by_hand() -> None:
    data = bytes((0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 2, 7, 9))
    array = parse_idx(data, "hand", dimensions=2)
    np.testing.assert_array_equal(array, [[7, 9]])
    assert encode_idx(array) == data


def test_subset_is_balanced_and_deterministic(folder: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for target in (first, second):
        make_subset(folder, target, train_per_class=3, test_per_class=2, seed=4)
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes()
        # Both may be made within one second: the time field must be zero, not just equal.
        assert path.suffix != ".gz" or path.read_bytes()[4:8] == bytes(4)
    train = load_mnist("train", first)
    np.testing.assert_array_equal(np.bincount(train.labels), np.full(10, 3))
    source = {(image.tobytes(), label) for image, label in pairs(folder)}
    chosen = pairs(first)
    assert {(image.tobytes(), label) for image, label in chosen} <= source  # image and label stay together


def pairs(folder: Path) -> list[tuple[np.ndarray, int]]:
    data = load_mnist("train", folder)
    return [(image, int(label)) for image, label in zip(data.images, data.labels, strict=True)]


def test_subset_of_too_few_images_is_an_error(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"labels must hold 7 of each digit, got \[6, 6"):
        make_subset(folder, tmp_path / "target", train_per_class=7)
    with pytest.raises(ValueError, match="train_per_class must be an integer >= 1, got 0"):
        make_subset(folder, tmp_path / "target", train_per_class=0)


def test_another_seed_chooses_others() -> None:
    labels = np.arange(100, dtype=np.uint8) % 10
    first, second = (balanced_choice(labels, 4, np.random.Generator(np.random.SFC64(seed))) for seed in (0, 1))
    assert set(first) != set(second)
    assert len(set(first)) == 40


def test_command_line_verifies_its_source(folder: Path, tmp_path: Path) -> None:
    (folder / SUMS).unlink()
    with pytest.raises(DataError, match="complete set"):
        main([str(folder), str(tmp_path / "target")])
