"""TensorFlow's descriptions of its file formats, brought in without TensorFlow itself.

Importing TensorFlow takes seconds and half a gigabyte; the modules that describe SavedModels and
TFLite files need none of it. For processes that do nothing else with TensorFlow.
"""

from __future__ import annotations

import importlib
import sys
import types
from importlib.util import find_spec
from typing import Any

from tfcards.labkit.contents.unreadable import UnreadableError


def bare(module: str) -> Any:  # noqa: ANN401 - generated modules without types
    """Import `tensorflow.…` by its full name, but not the package around it."""
    if "tensorflow" not in sys.modules:
        found = find_spec("tensorflow")
        if found is None or found.submodule_search_locations is None:
            raise UnreadableError("Reading this file takes TensorFlow, which is not installed.")
        package = types.ModuleType("tensorflow")
        package.__spec__ = found
        package.__path__ = list(found.submodule_search_locations)
        sys.modules["tensorflow"] = package
    try:
        return importlib.import_module(module)
    except ImportError as error:
        text = f"The installed TensorFlow does not bring {module}, which this takes."
        raise UnreadableError(text) from error
