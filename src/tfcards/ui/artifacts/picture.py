"""A picture that a run left: decoded within limits, shown to fit or enlarged. Knows no lab."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QKeyEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget
from typing_extensions import override

from tfcards.errors import BadInputError
from tfcards.labs.left.produced import Produced
from tfcards.labs.linkless import open_file
from tfcards.ui.look.pieces import button, column, label, row
from tfcards.ui.look.theme import Space

MOST_BYTES = 64 * 2**20
MOST_PIXELS = 120_000_000
LONGEST_SIDE = 4096  # px; longer ones are made smaller while they are read
STEP = 1.25
LEAST, MOST = 0.02, 40.0  # times the picture's size
LARGEST_FIT = 8.0  # a tiny picture is not blown up further by itself
FORMATS = {".png": b"png", ".jpg": b"jpg", ".jpeg": b"jpg"}


def load_picture(work: Path, one: Produced) -> QImage:
    """Decode a picture; for a thread of its own. Raises BadInputError, UnavailableError."""
    with open_file(work, one.path) as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise BadInputError("This picture is larger than 64 MB. Save a copy to look at it.")
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(FORMATS[Path(one.path.lower()).suffix]))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.width() * size.height() > MOST_PIXELS:
        raise BadInputError(f"This picture has {size.width()} x {size.height()} px: too many.")
    if max(size.width(), size.height()) > LONGEST_SIDE:
        side = QSize(LONGEST_SIDE, LONGEST_SIDE)
        reader.setScaledSize(size.scaled(side, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise BadInputError(f"This picture cannot be read: {reader.errorString()}.")
    image.setText("size", f"{size.width()} x {size.height()} px")
    return image


class PictureView(QWidget):
    """A picture with buttons to enlarge it; the wheel with Ctrl, and + - 0, do the same."""

    def __init__(self, image: QImage, name: str) -> None:
        super().__init__()
        self.canvas = _Canvas(image)
        self.canvas.setAccessibleName(f"Picture {name}, {image.text('size')}")
        self.larger = button("", "quiet", "add", hint="Larger (+)")
        self.smaller = button("", "quiet", "minus", hint="Smaller (-)")
        self.fitting = button("Fit", "quiet", hint="Fit into the room there is (0)")
        self.larger.clicked.connect(lambda: self.canvas.zoom(STEP))
        self.smaller.clicked.connect(lambda: self.canvas.zoom(1 / STEP))
        self.fitting.clicked.connect(self.canvas.fit)
        tools = row(spacing=Space.HAIR)
        tools.addWidget(label(image.text("size"), "caption"))
        tools.addStretch(1)
        for tool in (self.smaller, self.larger, self.fitting):
            tools.addWidget(tool)
        layout = column(spacing=Space.HAIR)
        layout.addLayout(tools)
        layout.addWidget(self.canvas, 1)
        self.setLayout(layout)


class _Canvas(QGraphicsView):
    """The picture itself. It fits until somebody enlarges it."""

    def __init__(self, image: QImage) -> None:
        super().__init__()
        self._fits = True
        self.setScene(QGraphicsScene(self))
        self._item = self.scene().addPixmap(QPixmap.fromImage(image))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorViewCenter)

    @property
    def scale_now(self) -> float:
        """How large it is shown: 1 is pixel for pixel."""
        return self.transform().m11()

    def fit(self) -> None:
        """Show all of it, as large as there is room."""
        self._fits = True
        whole = QRectF(QPointF(), self._item.boundingRect().size())
        room = self.viewport().size()
        factor = min(room.width() / whole.width(), room.height() / whole.height(), LARGEST_FIT)
        self._set_scale(factor)

    def zoom(self, factor: float) -> None:
        """Larger or smaller by a factor."""
        self._fits = False
        self._set_scale(self.scale_now * factor)

    def _set_scale(self, factor: float) -> None:
        factor = min(max(factor, LEAST), MOST)
        is_reduced = factor < 1  # enlarged pixels are better seen as they are
        mode = Qt.TransformationMode
        self._item.setTransformationMode(
            mode.SmoothTransformation if is_reduced else mode.FastTransformation
        )
        self.resetTransform()
        self.scale(factor, factor)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fits:
            self.fit()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(STEP if event.angleDelta().y() > 0 else 1 / STEP)
            event.accept()
        else:
            super().wheelEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.text():
            case "+":
                self.zoom(STEP)
            case "-":
                self.zoom(1 / STEP)
            case "0":
                self.fit()
            case _:
                super().keyPressEvent(event)
