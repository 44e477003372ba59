"""What is in files that a run left: recorded from TensorFlow 2.21, made up, and hostile."""

import json
import struct
import sys
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path, PurePosixPath
from typing import Any

import h5py
import numpy as np
import pytest

from tfcards.labkit.contents import tell as module
from tfcards.labkit.contents.figures import MOST_ROWS
from tfcards.labkit.contents.layers import layers
from tfcards.labkit.follow import short_name
from tfcards.labkit.records import HEAD, _checksum, _masked, scalars

LEFT = Path(__file__).parent / "data" / "left"


@pytest.fixture(autouse=True)
def whole_tensorflow() -> Iterator[None]:
    """Takes back the empty package that stands in for TensorFlow while its formats are read."""
    before = {name for name in sys.modules if name.partition(".")[0] == "tensorflow"}
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == "tensorflow"]:
        if name not in before:
            del sys.modules[name]


@pytest.fixture
def read(tmp_path: Path) -> Iterator[Any]:
    with ExitStack() as stack:

        def read(kind: str, *files: Path | bytes, name: str = "file") -> dict[str, Any]:
            opened = []
            for number, given in enumerate(files):
                path = tmp_path / f"{number}-{name}"
                if isinstance(given, Path):
                    path = given
                else:
                    path.write_bytes(given)
                opened.append((stack.enter_context(path.open("rb")), str(path)))
            return json.loads(json.dumps(module.contents(kind, opened)))

        yield read


def rows(shown: dict[str, Any], title: str) -> list[list[str]]:
    [found] = [table["rows"] for table in shown["tables"] if table["title"] == title]
    return found


# ---- text, tables, matrices, arrays


def test_text_is_cut(read: Any) -> None:
    assert read("text", b"one\ntwo")["text"] == "one\ntwo"
    long = read("text", b"x" * 400_000)
    assert len(long["text"]) == 128 * 1024
    assert "first 128 kB" in long["note"]
    assert "not text" in read("text", b"a\0b")["problem"]


def test_json_as_facts_table_or_text(read: Any) -> None:
    assert read("json", b'{"accuracy": 0.91234567, "name": "a", "on": true}')["facts"] == [
        ["accuracy", "0.912346"],
        ["name", "a"],
        ["on", "true"],
    ]
    [table] = read("json", b'[{"a": 1}, {"a": 2, "b": "x"}]')["tables"]
    assert table["columns"] == ["a", "b"]
    assert table["rows"] == [["1", ""], ["2", "x"]]
    assert read("json", b'{"a": [1]}')["text"] == '{\n  "a": [\n    1\n  ]\n}'
    assert "not valid JSON" in read("json", b"{")["note"]


def test_json_that_nests_without_end_is_refused(read: Any) -> None:
    assert "problem" in read("json", b"[" * 200_000)


def test_a_table_finds_its_separator_and_is_cut(read: Any) -> None:
    [table] = read("table", b"epoch;loss\n1;0,5\n")["tables"]
    assert table == {"title": "", "columns": ["epoch", "loss"], "rows": [["1", "0,5"]]}
    shown = read("table", b"n\n" + b"".join(b"%d\n" % number for number in range(2000)))
    assert len(rows(shown, "")) == MOST_ROWS
    assert shown["note"] == "The first 500 of 2,000 rows are shown."


def test_a_confusion_matrix_in_three_forms(read: Any) -> None:
    form = {"labels": ["cat", "dog"], "counts": [[8, 2], [1, 9]]}
    shown = read("matrix", json.dumps(form).encode(), name="a.confusion.json")
    assert shown["matrix"] == form
    assert ["Accuracy", "85%"] in shown["facts"]
    assert ["Most often confused", "cat taken for dog (2)"] in shown["facts"]
    csv = read("matrix", b"true,cat,dog\ncat,8,2\ndog,1,9\n", name="a.confusion.csv")
    assert csv == shown


def test_a_confusion_matrix_as_an_array(read: Any, tmp_path: Path) -> None:
    path = tmp_path / "confusion.npy"
    np.save(path, np.array([[3, 0], [0, 4]]))
    assert read("matrix", path)["matrix"] == {"labels": ["0", "1"], "counts": [[3, 0], [0, 4]]}
    np.save(path, np.zeros((2, 3)))
    assert "2 rows" in read("matrix", path)["problem"]
    np.save(path, np.array([object()]), allow_pickle=True)
    assert "problem" in read("matrix", path)


def test_what_is_no_confusion_matrix_says_what_would_be_one(read: Any) -> None:
    assert '"labels"' in read("matrix", b"[[1]]", name="confusion.json")["problem"]
    text = b'{"labels": ["a"], "counts": [[-1]]}'
    assert "not negative" in read("matrix", text, name="confusion.json")["problem"]
    text = b'{"labels": ["a"], "counts": [["x"]]}'
    assert "x" in read("matrix", text, name="confusion.json")["problem"]
    assert "first row" in read("matrix", b",a\na,x\n", name="confusion.csv")["problem"]
    large = json.dumps({"labels": ["c"] * 99, "counts": [[0] * 99] * 99}).encode()
    assert "99 classes" in read("matrix", large, name="confusion.json")["problem"]


def test_arrays(read: Any, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.arange(12, dtype="float32").reshape(3, 4))
    shown = read("array", tmp_path / "a.npy")
    assert ["Shape", "(3, 4)"] in shown["facts"]
    assert ["Mean", "5.5"] in shown["facts"]
    assert rows(shown, "Values")[1] == ["4", "5", "6", "7"]
    np.savez(tmp_path / "two.npz", x=np.zeros(3), y=np.ones((2, 2), "int8"))
    assert rows(read("array", tmp_path / "two.npz"), "Arrays") == [
        ["x", "float64", "(3,)"],
        ["y", "int8", "(2, 2)"],
    ]
    np.save(tmp_path / "o.npy", np.array([{}]), allow_pickle=True)
    assert "pickled" in read("array", tmp_path / "o.npy")["problem"]


# ---- models


def test_a_keras_model(read: Any) -> None:
    shown = read("keras", LEFT / "tiny.keras")
    assert ["Model", "tiny (Sequential)"] in shown["facts"]
    assert ["Parameters", "23"] in shown["facts"]
    assert ["Optimizer", "SGD"] in shown["facts"]
    assert rows(shown, "Layers") == [
        ["input_layer", "InputLayer", "(None, 4)", "0", ""],
        ["hidden", "Dense", "(None, 3)", "15", "(4, 3), (3,)"],
        ["dropout", "Dropout", "(None, 3)", "0", ""],
        ["out", "Dense", "(None, 2)", "8", "(3, 2), (2,)"],
    ]


def test_a_model_in_a_model_and_a_lambda_whose_code_is_left_alone(read: Any) -> None:
    shown = read("keras", LEFT / "nested.keras")
    assert "was not run" in shown["note"]
    assert ["inner / dense_2", "Dense", "(None, 3)", "15", "(4, 3), (3,)"] in rows(shown, "Layers")
    assert rows(shown, "Layers")[-1][:2] == ["lambda", "Lambda"]


def test_a_configuration_that_names_a_module_imports_nothing(read: Any, tmp_path: Path) -> None:
    """Keras has loaded what a configuration names; here it stays a word."""
    evil = {"module": "evil_module_of_test", "class_name": "Evil", "config": {"name": "e"}}
    config = {"class_name": "Sequential", "config": {"name": "m", "layers": [evil]}}
    with zipfile.ZipFile(LEFT / "tiny.keras") as given:
        stored = given.read("model.weights.h5")
    with zipfile.ZipFile(tmp_path / "evil.keras", "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("metadata.json", "{}")
        archive.writestr("model.weights.h5", stored)
    assert rows(read("keras", tmp_path / "evil.keras"), "Layers") == [["e", "Evil", "?", "0", ""]]


def test_shapes_in_a_graph_come_from_those_who_take_them() -> None:
    tensor = {
        "class_name": "__keras_tensor__",
        "config": {"shape": [None, 7], "dtype": "float32", "keras_history": ["a", 0, 0]},
    }
    model = {
        "class_name": "Functional",
        "config": {
            "layers": [
                {"class_name": "Custom", "name": "a", "inbound_nodes": [], "config": {}},
                {
                    "class_name": "Add",
                    "name": "b",
                    "inbound_nodes": [{"args": [[tensor, tensor]], "kwargs": {}}],
                    "build_config": {"input_shape": [[None, 7], [None, 7]]},
                    "config": {"trainable": False},
                },
            ]
        },
    }
    assert [(layer.path, layer.output) for layer in layers(model)] == [
        (("a",), [None, 7]),
        (("b",), [None, 7]),
    ]


def test_models_and_weights_in_hdf5(read: Any) -> None:
    shown = read("hdf5", LEFT / "tiny.h5")
    assert ["Parameters", "23"] in shown["facts"]
    assert [row[:4] for row in rows(shown, "Layers")][1] == ["hidden", "Dense", "(None, 3)", "15"]
    shown = read("hdf5", LEFT / "tiny.weights.h5")
    assert rows(shown, "Weights")[0] == ["hidden / 0", "(4, 3)", "float32", "12"]
    assert len(rows(shown, "Weights")) == 4


def test_links_out_of_an_hdf5_file_are_not_followed(read: Any, tmp_path: Path) -> None:
    with h5py.File(tmp_path / "other.h5", "w") as other:
        other.create_group("secret/vars").create_dataset("0", data=np.zeros(1000))
    with h5py.File(tmp_path / "a.weights.h5", "w") as file:
        file["layers/mine/vars/0"] = np.zeros(3)
        file["layers/theirs"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "/secret")
        file["layers/again"] = h5py.SoftLink("/layers")
    shown = read("hdf5", tmp_path / "a.weights.h5")
    assert ["Parameters", "3"] in shown["facts"]


def test_a_group_that_holds_itself_comes_to_an_end(read: Any, tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.weights.h5", "w") as file:
        group = file.create_group("layers/a")
        group.create_group("vars")
        group["again"] = group
    assert "more parts" in read("hdf5", tmp_path / "a.weights.h5")["problem"]


def test_a_tflite_model(read: Any) -> None:
    shown = read("tflite", LEFT / "int8.tflite")
    assert ["Input", "(None, 8, 8, 1) float32"] in shown["facts"]
    assert rows(shown, "Operations")[1] == [
        "2",
        "CONV_2D",
        "(None, 8, 8, 1) int8",
        "(None, 6, 6, 4) int8",
        "52",
    ]
    assert [
        "branched_1/dense_1/MatMul",
        "(10, 144)",
        "int8",
        "1,440",
        "per channel (10 scales)",
    ] in rows(shown, "Tensors")


def test_a_saved_model(read: Any) -> None:
    shown = read("saved model", LEFT / "saved_model.pb")
    assert ["Saved by", "TensorFlow 2.21.0"] in shown["facts"]
    assert rows(shown, "Signatures")[1] == [
        "serving_default",
        "keras_tensor (None, 4) float32",
        "output_0 (None, 2) float32",
    ]
    assert ["tiny/hidden/kernel", "(4, 3)", "float32", "12"] in rows(shown, "Variables")
    assert ["MatMul", "2"] in rows(shown, "Operations")


@pytest.mark.parametrize(
    ("kind", "file"),
    [
        ("keras", "tiny.keras"),
        ("hdf5", "tiny.h5"),
        ("tflite", "int8.tflite"),
        ("saved model", "saved_model.pb"),
        ("log", "logs/train/events.out.tfevents.1.v2"),
    ],
)
def test_damaged_files_are_told_in_a_sentence(read: Any, kind: str, file: str) -> None:
    content = (LEFT / file).read_bytes()
    generator = np.random.default_rng(7)
    for _ in range(30):
        damaged = bytearray(content[: generator.integers(0, len(content) + 1)])
        for place in generator.integers(0, max(len(damaged), 1), size=20):
            if damaged:
                damaged[place] = generator.integers(0, 256)
        shown = read(kind, bytes(damaged))
        assert shown.get("problem", "x").strip()
    assert "problem" in read(kind, b"")


# ---- TensorBoard logs


def logs() -> list[Path]:
    return sorted((LEFT / "logs").glob("*/*"))


def test_the_scalars_of_a_log(read: Any) -> None:
    shown = read("log", *logs())
    assert set(shown["series"]) == {
        "train/epoch_loss",
        "train/epoch_learning_rate",
        "validation/epoch_loss",
        "validation/evaluation_loss_vs_iterations",
    }
    points = shown["series"]["train/epoch_loss"]
    assert [step for step, _ in points] == [0, 1, 2]
    assert points[0][1] == pytest.approx(0.440923, abs=1e-6)
    assert rows(shown, "Scalars")[0] == ["train/epoch_loss", "2", "0.404239", "3"]


def test_a_log_is_read_on_where_it_ended(tmp_path: Path) -> None:
    whole = logs()[0].read_bytes()
    with logs()[0].open("rb") as file:
        expected = list(scalars(file))
    found = []
    growing = tmp_path / "log"
    growing.write_bytes(b"")
    with growing.open("rb") as file:
        for end in range(0, len(whole) + 1, 7):
            growing.write_bytes(whole[:end])
            found += scalars(file)
        growing.write_bytes(whole)
        found += scalars(file)
    assert found == expected


def test_the_checksum_is_crc_32c() -> None:
    assert _checksum(b"123456789") == 0xE3069283


def record(content: bytes) -> bytes:
    length = struct.pack("<Q", len(content))
    return HEAD.pack(len(content), _masked(_checksum(length))) + content + b"\0\0\0\0"


def event(step: int, value: float) -> bytes:
    named = b"\x0a\x01a\x15" + struct.pack("<f", value)
    summary = b"\x0a" + bytes([len(named)]) + named
    number = b""
    while step > 127:
        number += bytes([step & 0x7F | 0x80])
        step >>= 7
    return b"\x10" + number + bytes([step]) + b"\x2a" + bytes([len(summary)]) + summary


def test_a_long_curve_keeps_its_first_and_last_point(read: Any) -> None:
    content = b"".join(record(event(step, step / 2)) for step in range(5001))
    points = read("log", content)["series"]
    [(name, points)] = points.items()
    assert name.endswith("/a")
    assert len(points) < 2100
    assert points[0] == [0, 0]
    assert points[-1] == [5000, 2500]


def test_a_claimed_length_is_not_believed(read: Any) -> None:
    claimed = HEAD.pack(2**62, _masked(_checksum(struct.pack("<Q", 2**62))))
    assert "No scalar" in read("log", claimed + b"x" * 20)["problem"]
    assert "damaged" in read("log", b"x" * 100)["problem"]
    endless = record(b"\xff" * 30)
    assert "damaged" in read("log", endless)["problem"]


def test_folders_of_logs_get_the_shortest_name_that_is_free() -> None:
    assert short_name(PurePosixPath("logs/a/train"), []) == "train"
    assert short_name(PurePosixPath("logs/b/train"), ["train"]) == "b/train"
    assert short_name(PurePosixPath(), []) == "log"
