"""What a run left, found and read by a process: kinds, links, limits, damage, cancelling."""

import os
import shutil
import threading
from pathlib import Path

import pytest

from tfcards.errors import BadInputError, UnavailableError
from tfcards.labs.left.contents import ContentsTask
from tfcards.labs.left.produced import (
    MOST_IN_FOLDER,
    MOST_SHOWN,
    Kind,
    Produced,
    kind_of,
    log_folder,
    produced,
    save_copy,
)
from tfcards.labs.linkless import open_file
from tfcards.ui.artifacts.words import size_words

LEFT = Path(__file__).parent / "data" / "left"


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A run's folder as a real run left it."""
    work = tmp_path / "run" / "work"
    shutil.copytree(LEFT, work / "out")
    (work / "out" / "saved").mkdir()
    (work / "out" / "saved_model.pb").rename(work / "out" / "saved" / "saved_model.pb")
    (work / "out" / "saved" / "variables").mkdir()
    (work / "out" / "saved" / "variables" / "variables.index").write_bytes(b"x" * 10)
    (work / "sums.py").write_text("")
    return work


def one(work: Path, path: str) -> Produced:
    [found] = [one for one in produced(work, {"sums.py"}) if one.path == path]
    return found


def test_everything_is_found_with_its_kind_and_size(work: Path) -> None:
    found = {each.path: each for each in produced(work, {"sums.py"})}
    assert {path: each.kind for path, each in found.items()} == {
        "out/logs": Kind.LOG,
        "out/nested.keras": Kind.KERAS,
        "out/tiny.keras": Kind.KERAS,
        "out/saved": Kind.SAVED_MODEL,
        "out/int8.tflite": Kind.TFLITE,
        "out/tiny.h5": Kind.HDF5,
        "out/tiny.weights.h5": Kind.HDF5,
    }
    assert found["out/saved"].bytes == (LEFT / "saved_model.pb").stat().st_size + 10
    assert found["out/saved"].to_read == ("out/saved/saved_model.pb",)
    assert len(found["out/logs"].to_read) == 2
    assert produced(work)[-1].path == "sums.py"


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert produced(tmp_path / "nowhere") == []


def test_logs_in_the_folder_itself(tmp_path: Path) -> None:
    (tmp_path / "events.out.tfevents.1").write_bytes(b"")
    [log] = produced(tmp_path)
    assert (log.path, log.kind) == (".", Kind.LOG)


def test_kinds_by_name() -> None:
    assert kind_of("a/val.confusion.json") is Kind.MATRIX
    assert kind_of("confusion_matrix.npy") is Kind.MATRIX
    assert kind_of("confusing.json") is Kind.JSON
    assert kind_of("A.PNG") is Kind.PICTURE
    assert kind_of("model") is Kind.OTHER


def test_links_are_neither_found_nor_opened(work: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (work / "link.txt").symlink_to(tmp_path / "secret.txt")
    (work / "folder").symlink_to(tmp_path)
    os.mkfifo(work / "pipe.txt")
    paths = {each.path for each in produced(work)}
    assert paths.isdisjoint({"link.txt", "folder/secret.txt", "pipe.txt"})
    outside = f"../{work.name}/sums.py"
    for path in ("link.txt", "folder/secret.txt", "pipe.txt", "gone.txt", outside):
        with pytest.raises(UnavailableError):
            open_file(work, path)


def test_a_folder_full_of_data_hides_no_model(tmp_path: Path) -> None:
    for folder in ("a", "z"):
        (tmp_path / folder).mkdir()
        for number in range(MOST_IN_FOLDER + 50):
            (tmp_path / folder / f"{number}.png").touch()
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "model.keras").touch()
    found = produced(tmp_path)
    assert found[0].path == "m/model.keras"
    assert len(found) == MOST_SHOWN


def test_a_run_folder_that_became_a_link_holds_nothing(work: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(work)
    assert produced(tmp_path / "link") == []
    with pytest.raises(UnavailableError):
        open_file(tmp_path / "link", "sums.py")


def test_a_process_of_its_own_reads_a_model(work: Path) -> None:
    contents = ContentsTask(work, one(work, "out/tiny.keras")).run()
    assert ("Parameters", "23") in contents.facts
    assert contents.tables[0].columns[:2] == ("Layer", "Kind")


def test_a_process_that_cannot_be_given_descriptors_reads_copies(work: Path) -> None:
    shared = ContentsTask(work, one(work, "out/tiny.keras")).run()
    assert ContentsTask(work, one(work, "out/tiny.keras"), shares_descriptors=False).run() == shared
    logs = ContentsTask(work, one(work, "out/logs"), shares_descriptors=False).run()
    assert "train/epoch_loss" in logs.series


def test_all_logs_are_read_together(work: Path) -> None:
    series = ContentsTask(work, one(work, "out/logs")).run().series
    assert [step for step, _ in series["validation/epoch_loss"]] == [0, 1, 2]
    assert "train/epoch_loss" in series


def test_a_damaged_file_is_told_in_a_sentence(work: Path) -> None:
    (work / "broken.tflite").write_bytes(b"nothing like it")
    with pytest.raises(BadInputError, match="no TFLite model"):
        ContentsTask(work, one(work, "broken.tflite")).run()


def test_a_file_that_is_gone_is_told(work: Path) -> None:
    gone = one(work, "out/tiny.keras")
    (work / "out" / "tiny.keras").unlink()
    with pytest.raises(UnavailableError, match="cannot be opened"):
        ContentsTask(work, gone).run()


def test_what_takes_too_long_is_stopped(work: Path) -> None:
    with pytest.raises(UnavailableError, match="longer than"):
        ContentsTask(work, one(work, "out/tiny.keras"), seconds=0.001).run()


def test_what_takes_too_much_memory_is_stopped(work: Path) -> None:
    logs = one(work, "out/logs")
    log = work / logs.to_read[0]
    log.write_bytes(log.read_bytes() * (2**24 // log.stat().st_size))  # takes seconds to read
    with pytest.raises(UnavailableError, match="more than 1 MB of memory"):
        ContentsTask(work, logs, most_bytes=2**20).run()


def test_a_reading_can_be_given_up(work: Path) -> None:
    task = ContentsTask(work, one(work, "out/tiny.keras"))
    errors: list[Exception] = []

    def read() -> None:
        try:
            task.run()
        except (UnavailableError, BadInputError) as error:
            errors.append(error)

    task.cancel()
    thread = threading.Thread(target=read)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    assert len(errors) == 1


def test_copies_of_files_and_folders(work: Path, tmp_path: Path) -> None:
    save_copy(work, one(work, "out/tiny.h5"), tmp_path / "copy.h5")
    assert (tmp_path / "copy.h5").read_bytes() == (LEFT / "tiny.h5").read_bytes()
    save_copy(work, one(work, "out/saved"), tmp_path / "copy")
    assert (tmp_path / "copy" / "variables" / "variables.index").read_bytes() == b"x" * 10
    with pytest.raises(UnavailableError, match="cannot be written"):
        save_copy(work, one(work, "out/saved"), tmp_path / "copy")


def test_tensorboard_is_kept_from_following_links(work: Path, tmp_path: Path) -> None:
    logs = one(work, "out/logs")
    assert log_folder(work, logs) == work / "out" / "logs"
    (work / "out" / "logs" / "train" / "more").symlink_to(tmp_path)
    with pytest.raises(BadInputError, match="link to another folder, more"):
        log_folder(work, logs)


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (20_552, "21 kB"), (3_200_000, "3.2 MB")],
)
def test_sizes_in_words(size: int, words: str) -> None:
    assert size_words(size) == words
