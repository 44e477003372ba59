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

    def seed(self, seed: int) -> None:
        """Seed every generator it brought, and those of Python and NumPy."""
        if self.keras is not None:
            self.keras.utils.set_random_seed(seed % 2**32)
        else:
            random.seed(seed)
            np.random.seed(seed % 2**32)


def bring(name: str, seed: int) -> Framework:
    """Import the framework (seconds, for TensorFlow) and seed every generator."""
    versions = {"python": platform.python_version(), "numpy": np.__version__}
    framework = Framework(None, None, versions)
    if name == "tensorflow":
        import keras  # noqa: PLC0415 - costs seconds
        import tensorflow as tf  # noqa: PLC0415 - loaded when first needed

        versions |= {"tensorflow": tf.__version__, "keras": keras.__version__}
        framework = Framework(tf, keras, versions)
    framework.seed(seed)
    return framework
