"""What a learner reads when their code raises: their own line, and no noise of the framework."""

import importlib
import importlib.util

import pytest

from tfcards.labkit.explain import learner_frames, learner_lines, message, sentence


def raised(folder, text):
    path = folder / "mine.py"
    path.write_text(text)
    spec = importlib.util.spec_from_file_location("mine", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with pytest.raises(NotImplementedError) as caught:
        module.todo()
    return caught.value


def test_an_unwritten_function_is_said_to_be_unwritten(tmp_path):
    error = raised(tmp_path, "def todo():\n    raise NotImplementedError\n")
    assert sentence(error, "todo", tmp_path) == "todo is not written yet (mine.py, line 2)."


def test_a_library_that_cannot_do_it_is_no_unwritten_function(tmp_path):
    text = "import asyncio\n\ndef todo():\n    asyncio.Transport().pause_reading()\n"
    error = raised(tmp_path, text)
    assert sentence(error, "todo", tmp_path).startswith("todo raised NotImplementedError")
    assert "line 4" in sentence(error, "todo", tmp_path)


def test_the_noise_of_the_framework_is_left_out():
    noisy = "{{function_node __wrapped__MatMul_device_/job:x}} \x1b[1mcannot\x1b[0m compute\n it"
    assert message(ValueError(noisy)) == "cannot compute it"


def test_an_error_in_a_graph_is_told_at_the_learners_line(tmp_path):
    mine = tmp_path / "mine.py"
    mine.write_text("def pick(x):\n    return peek(x)\n\ndef peek(x):\n    return x.numpy()\n")
    error = AttributeError(
        f'in user code:\n\n    File "{mine}", line 2, in pick  *\n        return peek(x)\n'
        f'    File "{mine}", line 5, in peek  *\n        return x.numpy()\n\n'
        "    AttributeError: no attribute 'numpy'\n"
    )
    frames = learner_frames(error, tmp_path)
    assert [frame.name for frame in frames] == ["pick", "peek"]
    told = sentence(error, "`pick`", tmp_path)
    assert told == "`pick` raised AttributeError: no attribute 'numpy' (mine.py, line 5)"
    lines = learner_lines(error, tmp_path)
    assert lines.count("mine.py") == 2
    assert lines.endswith("AttributeError: no attribute 'numpy'\n")


def test_what_is_unwritten_in_a_graph_is_said_to_be_unwritten(tmp_path):
    error = NotImplementedError(
        f'in user code:\n\n    File "{tmp_path / "mine.py"}", line 2, in todo  *\n'
        "        raise NotImplementedError\n\n    NotImplementedError: \n"
    )
    assert sentence(error, "`todo`", tmp_path) == "`todo` is not written yet (mine.py, line 2)."


def test_a_syntax_error_is_told_with_its_file_and_line(tmp_path, monkeypatch):
    (tmp_path / "broken_layers.py").write_text("one = 1\ndef two(:\n    pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SyntaxError) as caught:
        importlib.import_module("broken_layers")
    assert learner_frames(caught.value, tmp_path) == []
    told = sentence(caught.value, "`saved_layers`", tmp_path)
    assert told.startswith("Python cannot read broken_layers.py: SyntaxError: ")
    assert told.endswith(" (broken_layers.py, line 2)")


def test_a_syntax_error_in_other_text_keeps_the_learners_line(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("def todo():\n    eval('1 +')\n")
    spec = importlib.util.spec_from_file_location("mine", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with pytest.raises(SyntaxError) as caught:
        module.todo()
    told = sentence(caught.value, "`todo`", tmp_path)
    assert told.startswith("`todo` raised SyntaxError: ")
    assert told.endswith(" (mine.py, line 2)")
