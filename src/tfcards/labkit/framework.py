"""Brings a lab's framework into its process, seeded; its only importer for labs."""

from __future__ import annotations

import platform
import random
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Framework:
    """TensorFlow and Keras, or None for labs that need neither; versions by name."""

    tensorflow: Any | None
    keras: Any | None
    versions: dict[str, str]


def bring(name: str, seed: int) -> Framework:
    """Import the framework (seconds, for TensorFlow) and seed every generator."""
    random.seed(seed)
    np.random.seed(seed % 2**32)
    versions = {"python": platform.python_version(), "numpy": np.__version__}
    if name != "tensorflow":
        return Framework(None, None, versions)
    import keras  # noqa: PLC0415 - costs seconds
    import tensorflow as tf  # noqa: PLC0415

    keras.utils.set_random_seed(seed % 2**32)
    versions |= {"tensorflow": tf.__version__, "keras": keras.__version__}
    return Framework(tf, keras, versions)
