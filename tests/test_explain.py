"""What a learner reads when their code raises: their own line, and no noise of the framework."""

import importlib.util

import pytest

from tfcards.labkit.explain import message, sentence


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
