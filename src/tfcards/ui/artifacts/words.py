"""What files of a run are called on screen. Reads nothing."""

from tfcards.labs.left.produced import Kind, Produced

KINDS = {
    Kind.LOG: ("TensorBoard logs", "progress"),
    Kind.PICTURE: ("Picture", "picture"),
    Kind.MATRIX: ("Confusion matrix", "table"),
    Kind.KERAS: ("Keras model", "labs"),
    Kind.SAVED_MODEL: ("SavedModel", "labs"),
    Kind.TFLITE: ("TFLite model", "labs"),
    Kind.HDF5: ("Keras HDF5", "labs"),
    Kind.ARRAY: ("NumPy array", "table"),
    Kind.TABLE: ("Table", "table"),
    Kind.JSON: ("JSON", "document"),
    Kind.TEXT: ("Text", "document"),
    Kind.OTHER: ("File", "document"),
}


def kind_words(one: Produced) -> str:
    """`Keras model · 20 kB`."""
    return f"{KINDS[one.kind][0]} · {size_words(one.bytes)}"


def icon_name(one: Produced) -> str:
    """The icon of its kind."""
    return KINDS[one.kind][1]


def name_words(one: Produced) -> str:
    """Its path in the run's folder."""
    return "This run's folder" if one.path == "." else one.path


def size_words(size: int) -> str:
    """A number of bytes as people say it: 1000 bytes are a kilobyte."""
    for limit, unit in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if size >= limit:
            number = size / limit
            return f"{number:.1f} {unit}" if number < 9.95 else f"{number:.0f} {unit}"
    return f"{size} bytes" if size != 1 else "1 byte"
