"""Every discovered data set on tiny files of its own format: parts, normalisation, provenance, damage."""

import doctest
import hashlib
from pathlib import Path

import numpy as np
import pytest

import simulation.data
from simulation import DATASETS, DataError, ImageData
from simulation.data import fashion_mnist
from simulation.data._cifar import parse_batch, read_batches
from simulation.data._files import SUMS
from simulation.data._idx import encode_idx
from simulation.data._images import Pixels, Split, level_statistics
from simulation.data._source import DATA_VARIABLE
from simulation.data.mnist import FOLDER_VARIABLE, PACKAGED
from tests.simulation.data_files import SIZES, WRITERS, Part, compress, write_set, write_sums

NAMES = sorted(DATASETS)
TRAIN, TEST = SIZES
FIRST = {"cifar10": "data_batch_1.bin", "cifar100": "train.bin"}
IMAGES = "train-images-idx3-ubyte"


@pytest.fixture(autouse=True)
def without_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (FOLDER_VARIABLE, DATA_VARIABLE):
        monkeypatch.delenv(name, raising=False)


def load(name: str, folder: Path, *, validation: float = 0.25, seed: int = 0) -> ImageData:
    data = DATASETS[name](folder=folder, validation=validation, seed=seed).load()
    assert isinstance(data, ImageData)
    return data


def levels(data: ImageData, part: Split) -> np.ndarray:
    """The stored bytes, from what normalisation made of them."""
    return np.rint((part.images * data.deviation + data.mean) * 255).astype(np.uint8)


def pairs(images: np.ndarray, labels: np.ndarray) -> set[tuple[bytes, int]]:
    return {(image.tobytes(), int(label)) for image, label in zip(images, labels, strict=True)}


def test_the_registry_holds_exactly_the_files_of_its_folder() -> None:
    folder = Path(simulation.data.__file__).parent
    assert set(DATASETS) == {path.stem for path in folder.glob("[!_]*.py")} == set(WRITERS)


@pytest.mark.parametrize("name", NAMES)
def test_parts_are_whole_apart_and_keep_their_labels(name: str, tmp_path: Path) -> None:
    (images, labels), test = write_set(name, tmp_path)
    data = load(name, tmp_path)
    assert (data.name, data.classes, data.shape) == (name, WRITERS[name][1], WRITERS[name][0])
    assert (len(data.train), len(data.validation), len(data.test)) == (TRAIN * 3 // 4, TRAIN // 4, TEST)
    train = pairs(levels(data, data.train), data.train.labels)
    validation = pairs(levels(data, data.validation), data.validation.labels)
    assert len(train) + len(validation) == TRAIN
    assert train | validation == pairs(images, labels)
    np.testing.assert_array_equal(levels(data, data.test), test[0])
    np.testing.assert_array_equal(data.test.labels, test[1])
    for part in (data.train, data.validation, data.test):
        assert part.images.dtype == np.float32
        assert part.labels.dtype == np.int64
        assert not part.images.flags.writeable
        assert not part.labels.flags.writeable


@pytest.mark.parametrize("name", NAMES)
def test_normalisation_is_that_of_the_training_part(name: str, tmp_path: Path) -> None:
    write_set(name, tmp_path)
    data = load(name, tmp_path)
    stored = levels(data, data.train).astype(np.float64) / 255
    # float64 sums of at most 30·1024 terms in [0, 1]: relative error below 1e-12.
    np.testing.assert_allclose(data.mean, stored.mean(axis=(0, 1, 2)), rtol=1e-12)
    np.testing.assert_allclose(data.deviation, stored.std(axis=(0, 1, 2)), rtol=1e-12)
    for part in (data.train, data.validation, data.test):
        twin = (levels(data, part) / 255 - data.mean) / data.deviation
        np.testing.assert_array_equal(part.images, twin.astype(np.float32))
    both = np.concatenate([levels(data, data.train), levels(data, data.validation)]) / 255.0
    assert np.abs(data.mean - both.mean(axis=(0, 1, 2))).max() > 1e-6  # the check above would see a leak


@pytest.mark.parametrize("name", NAMES)
def test_what_is_held_out_changes_no_number_of_the_training_part(name: str, tmp_path: Path) -> None:
    (images, _), _ = write_set(name, tmp_path / "before")
    before = load(name, tmp_path / "before")
    held_out = {image.tobytes() for image in levels(before, before.validation)}

    def blacken(train: Part, test: Part) -> None:
        test[0][:] = 0
        train[0][[image.tobytes() in held_out for image in images]] = 255

    write_set(name, tmp_path / "after", edit=blacken)
    after = load(name, tmp_path / "after")
    np.testing.assert_array_equal(after.train.images, before.train.images)
    assert after.validation.images.min() == after.validation.images.max(axis=(0, 1, 2)).min()
    assert not np.array_equal(after.test.images, before.test.images)

    def brighten(train: Part, test: Part) -> None:
        train[0][[image.tobytes() not in held_out for image in images]] = 255 - images[-1]

    write_set(name, tmp_path / "planted", edit=brighten)
    assert not np.array_equal(load(name, tmp_path / "planted").mean, before.mean)


@pytest.mark.parametrize("name", NAMES)
def test_seed_and_compression(name: str, tmp_path: Path) -> None:
    write_set(name, tmp_path)
    first, other = load(name, tmp_path), load(name, tmp_path, seed=1)
    compress(tmp_path)
    again = load(name, tmp_path)
    np.testing.assert_array_equal(again.validation.images, first.validation.images)
    assert set(map(bytes, levels(first, first.validation))) != set(map(bytes, levels(other, other.validation)))
    assert [file.content_sha256 for file in again.files] == [file.sha256 for file in first.files]
    assert [file.name for file in again.files] == [f"{file.name}.gz" for file in first.files]
    for file in again.files:
        stored = (tmp_path / file.name).read_bytes()
        assert (file.size, file.sha256) == (len(stored), hashlib.sha256(stored).hexdigest())
        assert file.checked == SUMS


def test_the_packaged_subset_is_the_default() -> None:
    data = DATASETS["mnist"]().load()
    assert (len(data.train), len(data.validation), len(data.test)) == (7200, 800, 2000)
    assert data.shape == (28, 28, 1)
    assert {Path(PACKAGED, file.name).is_file() for file in data.files} == {True}
    # Standard errors of mean and deviation of 5.6 million float32 roundings (6e-8 each): far below 1e-6.
    assert abs(float(data.train.images.mean(dtype=np.float64))) < 1e-6
    assert abs(float(data.train.images.std(dtype=np.float64)) - 1) < 1e-6


@pytest.mark.parametrize("name", NAMES)
def test_the_variable_names_a_folder_of_folders(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = DATASETS[name](validation=0.25)
    for folder in DATASETS[name].folders:
        write_set(name, tmp_path / folder / folder)
        monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / folder))
        assert source.locate() == tmp_path / folder / folder
        assert len(source.load().test) == TEST
    assert DATASETS[name](folder=tmp_path).locate() == tmp_path  # what is given goes first
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "typo"))
    with pytest.raises(DataError, match=r"AIMC_DATA must name a folder, got '.*typo'"):
        source.load()


def test_a_set_that_is_nowhere_says_where_it_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match=r"cifar10: folder must be given, or AIMC_DATA must name one .* got None"):
        DATASETS["cifar10"]().load()
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    with pytest.raises(DataError, match=r"\['cifar100', 'cifar-100-binary'\]"):
        DATASETS["cifar100"]().load()
    assert DATASETS["mnist"]().locate() == PACKAGED


def test_checksums_one_folder_up_count(tmp_path: Path) -> None:
    folder = tmp_path / "subset"
    write_set("cifar10", folder)
    lines = (folder / SUMS).read_text().splitlines()
    (folder / SUMS).unlink()
    above = [line.replace("  ", "  subset/") for line in lines] + [f"{'0' * 64}  other/data_batch_3.bin"]
    (tmp_path / SUMS).write_text("\n".join(above))
    data = load("cifar10", folder)
    assert [file.name for file in data.files] == ["data_batch_1.bin", "data_batch_2.bin", "test_batch.bin"]
    (tmp_path / SUMS).write_text("\n".join(above).replace("subset/test", "subset/best"))
    with pytest.raises(DataError, match=r"test_batch\.bin: SHA-256 must be no entry"):
        load("cifar10", folder)


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_is_named(name: str, tmp_path: Path) -> None:
    write_set(name, tmp_path)
    for path in [path for path in tmp_path.iterdir() if path.name != SUMS]:
        content = path.read_bytes()
        path.unlink()
        with pytest.raises(DataError, match=rf"must hold {path.name}\.gz or {path.name}, found neither"):
            load(name, tmp_path)
        path.write_bytes(content)
    assert len(load(name, tmp_path).test) == TEST


@pytest.mark.parametrize("name", NAMES)
def test_a_truncated_file_is_named_with_both_lengths(name: str, tmp_path: Path) -> None:
    write_set(name, tmp_path)
    path = tmp_path / FIRST.get(name, IMAGES)
    whole = path.read_bytes()
    path.write_bytes(whole[:-5])
    with pytest.raises(DataError, match=rf"{path.name}: SHA-256 must be .* got .* of {len(whole) - 5} bytes"):
        load(name, tmp_path)
    write_sums(tmp_path)
    with pytest.raises(DataError, match=rf"{path.name}: length must be .*{len(whole)}.*, got {len(whole) - 5}"):
        load(name, tmp_path)
    path.write_bytes(b"")
    write_sums(tmp_path)
    with pytest.raises(DataError, match=rf"{path.name}: .*got (0|an empty file)"):
        load(name, tmp_path)


@pytest.mark.parametrize("name", NAMES)
def test_a_label_out_of_range_is_an_error(name: str, tmp_path: Path) -> None:
    classes = WRITERS[name][1]

    def plant(train: Part, test: Part) -> None:
        train[1][3] = classes

    write_set(name, tmp_path, edit=plant)
    message = rf"labels must be in 0\.\.{classes - 1}, got {classes}"
    with pytest.raises(DataError, match=message if name != "cifar100" else r"labels must be in 0\.\.19, got 20"):
        load(name, tmp_path)


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"mnist"}))
def test_a_subset_without_checksums_is_never_taken_for_the_whole(name: str, tmp_path: Path) -> None:
    write_set(name, tmp_path)
    (tmp_path / SUMS).unlink()
    whole = {"fashion_mnist": 47_040_016, "cifar10": 30_730_000, "cifar100": 153_700_000}[name]
    found = (tmp_path / FIRST.get(name, IMAGES)).stat().st_size
    with pytest.raises(DataError, match=rf"must have {whole} bytes uncompressed .* has a SHA256SUMS file, got {found}"):
        load(name, tmp_path)


def test_complete_files_need_no_checksums(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_set("fashion_mnist", tmp_path)
    (tmp_path / SUMS).unlink()
    sizes = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    monkeypatch.setattr(fashion_mnist, "COMPLETE", sizes)
    assert {file.checked for file in load("fashion_mnist", tmp_path).files} == {"complete size"}
    known = {name: hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in sizes}
    monkeypatch.setattr(fashion_mnist, "KNOWN", known)
    assert {file.checked for file in load("fashion_mnist", tmp_path).files} == {"known checksum"}
    (tmp_path / IMAGES).write_bytes(bytes(4) + (tmp_path / IMAGES).read_bytes()[4:])
    with pytest.raises(DataError, match=f"{IMAGES}: magic number must be 00000803, got 00000000"):
        load("fashion_mnist", tmp_path)


def test_mnist_is_not_taken_for_fashion_mnist() -> None:
    with pytest.raises(DataError, match="must be Fashion-MNIST, got the file of that name of MNIST"):
        DATASETS["fashion_mnist"](folder=PACKAGED).load()


def test_a_batch_by_hand() -> None:
    record = bytes((7, 42)) + bytes([1] * 1024) + bytes([2] * 1024) + bytes((9, *[3] * 1023))
    images, (coarse, fine) = parse_batch(record + record, "hand", classes=(20, 100))
    assert images.shape == (2, 32, 32, 3)
    np.testing.assert_array_equal(images[1, 0, :2], [[1, 2, 9], [1, 2, 3]])
    assert (coarse.tolist(), fine.tolist()) == ([7, 7], [42, 42])
    with pytest.raises(DataError, match=r"hand: labels must be in 0\.\.41, got 42 in record 0"):
        parse_batch(record, "hand", classes=(20, 42))
    with pytest.raises(DataError, match=r"multiple of 3074 bytes \(3074 or 6148 …\), got 3073"):
        parse_batch(record[:-1], "hand", classes=(20, 100))


def test_complete_batches_need_no_checksums(tmp_path: Path) -> None:
    write_set("cifar100", tmp_path)
    (tmp_path / SUMS).unlink()
    pixels, files = read_batches(tmp_path, ("test.bin",), classes=(20, 100), label=0, records=TEST)
    assert len(pixels.labels) == TEST
    assert files[0].checked == "complete size"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"validation": 0}, r"validation must be a share inside \(0, 1\), got 0"),
        ({"validation": 1.0}, r"validation must be a share inside \(0, 1\), got 1.0"),
        ({"validation": float("nan")}, r"validation must be a share inside \(0, 1\), got nan"),
        ({"seed": -1}, "seed must be an integer >= 0, got -1"),
    ],
)
def test_bad_fields_are_named(fields: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        DATASETS["mnist"](**fields)


@pytest.mark.parametrize(("share", "held_out"), [(0.01, 0), (0.99, 40)])
def test_an_empty_part_is_an_error(share: float, held_out: int, tmp_path: Path) -> None:
    write_set("cifar10", tmp_path)
    with pytest.raises(DataError, match=rf"cifar10: .* of the 40 training images .* got {held_out} held out at share"):
        load("cifar10", tmp_path, validation=share)


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_idx_files_that_do_not_belong_together_are_named(name: str, tmp_path: Path) -> None:
    write_set(name, tmp_path)
    for images, message in (
        (np.zeros((3, 28, 28), dtype=np.uint8), r"train-labels-idx1-ubyte: labels must be 3, one an image, got 40"),
        (np.zeros((0, 28, 28), dtype=np.uint8), rf"{IMAGES}: images must not be empty, got shape \(0, 28, 28\)"),
    ):
        (tmp_path / IMAGES).write_bytes(encode_idx(images))
        write_sums(tmp_path)
        with pytest.raises(DataError, match=message):
            load(name, tmp_path)


def test_train_and_test_must_have_one_shape(tmp_path: Path) -> None:
    write_set("mnist", tmp_path)
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(encode_idx(np.zeros((TEST, 20, 20), dtype=np.uint8)))
    write_sums(tmp_path)
    with pytest.raises(DataError, match=r"must have one shape, got \(28, 28, 1\) and \(20, 20, 1\)"):
        load("mnist", tmp_path)


def test_files_that_do_not_belong_together(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="labels must be 2, one an image, got 3"):
        Pixels(images=np.zeros((2, 2, 2, 1), dtype=np.uint8), labels=np.zeros(3, dtype=np.uint8))
    with pytest.raises(DataError, match=r"images must not be empty, got shape \(0, 2, 2, 1\)"):
        Pixels(images=np.zeros((0, 2, 2, 1), dtype=np.uint8), labels=np.zeros(0, dtype=np.uint8))

    def blacken(train: Part, test: Part) -> None:
        train[0][..., 1:] = 7

    write_set("cifar10", tmp_path, edit=blacken)
    with pytest.raises(DataError, match=r"must vary in every channel, got deviations \[0\.\d+, 0\.0, 0\.0\]"):
        load("cifar10", tmp_path)


def test_statistics_are_exact() -> None:
    """Levels 0 and 255 in equal numbers: mean ½ and deviation ½ to the last bit, over more than one block."""
    images = np.zeros((3000, 2, 2, 2), dtype=np.uint8)
    images[::2] = 255
    images[..., 1] = 51
    images[0, 0, 0, 1] = 102
    mean, deviation = level_statistics(images, np.arange(3000))
    assert (mean[0], deviation[0]) == (0.5, 0.5)
    share = 1 / 12_000  # one pixel one fifth above the others
    # √ of a difference of exact integers: one rounding each for √ and the division.
    np.testing.assert_allclose(deviation[1], 0.2 * np.sqrt(share * (1 - share)), rtol=1e-15)
    np.testing.assert_allclose(mean[1], 0.2 * (1 + share), rtol=1e-15)


@pytest.mark.parametrize("path", sorted(Path(simulation.data.__file__).parent.glob("*.py")), ids=lambda path: path.stem)
def test_no_reader_can_execute_what_it_reads(path: Path) -> None:
    assert not executing(path.read_text())


def executing(text: str) -> set[str]:
    return {word for word in ("pickle.", "import pickle", "np.load(", "eval(", "exec(", "marshal") if word in text}


def test_the_search_for_execution_finds_it() -> None:
    assert executing("import pickle\npickle.load(file)") == {"import pickle", "pickle."}


def test_the_example_of_the_folder_runs() -> None:
    result = doctest.testmod(simulation.data)
    assert result.attempted == 5
    assert result.failed == 0


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_a_label_of_the_test_files_out_of_range_is_an_error(name: str, tmp_path: Path) -> None:
    def plant(train: Part, test: Part) -> None:
        test[1][3] = 10

    write_set(name, tmp_path, edit=plant)
    with pytest.raises(DataError, match=r"labels must be in 0\.\.9, got 10 in test files"):
        load(name, tmp_path)


def test_the_full_mnist_is_not_taken_for_fashion_mnist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_set("fashion_mnist", tmp_path)
    digest = hashlib.sha256((tmp_path / IMAGES).read_bytes()).hexdigest()
    monkeypatch.setattr(simulation.data.mnist, "FULL_SET", {IMAGES: digest})
    with pytest.raises(DataError, match="must be Fashion-MNIST, got the file of that name of MNIST"):
        load("fashion_mnist", tmp_path)


def test_the_variable_of_mnist_goes_before_that_of_all_sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mnist").mkdir()
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    assert DATASETS["mnist"]().locate() == tmp_path / "mnist"
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "own"))
    assert DATASETS["mnist"]().locate() == tmp_path / "own"
