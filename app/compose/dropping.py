"""Files from outside, dropped on the Timeline or chosen in a dialog.

MIDI files become takes; an audio file becomes the reference audio of the cue.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFileDialog, QWidget

from app.session import Session
from app.session.bringing_in import ENDINGS, is_midi
from app.theme import tokens
from app.theme.colours import translucent
from app.theme.fonts import font
from engine.project.reference_audio import is_audio

_MOST_AT_ONCE = 8
TAKE_WORDS = "Drop to bring it in as a take"
AUDIO_WORDS = "Drop to lay it under the timeline"
_DRAGS = (QEvent.Type.DragEnter, QEvent.Type.DragMove)


class MidiDrop(QObject):
    """Lets files be dropped on a widget; while one is over it or is read, it says so.

    Args:
        target: where files are dropped.
        session: whom they go to.
    """

    def __init__(self, target: QWidget, session: Session) -> None:
        super().__init__(target)
        self._session = session
        self._over = ""
        self.veil = DropVeil(target)
        target.setAcceptDrops(True)
        target.installEventFilter(self)
        session.bringing_in.changed.connect(self._show)
        session.under.changed.connect(self._show)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in _DRAGS and isinstance(event, QDropEvent):
            words = TAKE_WORDS if dropped_files(event) else ""
            words = words or (AUDIO_WORDS if dropped_audio(event) else "")
            if words:
                event.setDropAction(Qt.DropAction.CopyAction)
                event.accept()
                self._over = words
                self._show()
            else:
                event.ignore()
            return True
        if kind == QEvent.Type.DragLeave:
            self._over = ""
            self._show()
        elif kind == QEvent.Type.Drop and isinstance(event, QDropEvent):
            self._over = ""
            for path in dropped_files(event):
                self._session.bringing_in.bring_in(path)
            audio = dropped_audio(event)
            if audio is not None:
                self._session.under.bring_in(audio)
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._show()
            return True
        elif kind == QEvent.Type.Resize:
            self.veil.fit()
        return False

    def _show(self) -> None:
        reading = self._session.bringing_in.reading or self._session.under.bringing
        if self._over:
            self.veil.tell(self._over)
        elif reading:
            self.veil.tell(f"Reading {reading}")
        else:
            self.veil.hide()


class DropVeil(QWidget):
    """A frame with a sentence over the widget that takes files."""

    def __init__(self, target: QWidget) -> None:
        super().__init__(target)
        self._target, self.words = target, ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def fit(self) -> None:
        self.setGeometry(self._target.rect())

    def tell(self, words: str) -> None:
        """Show a sentence."""
        self.words = words
        self.setAccessibleName(words)
        self.fit()
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(6, 6, -6, -6)
        painter.setPen(QPen(QColor(tokens.ACCENT), 2))
        painter.setBrush(translucent(tokens.BG0, 0.55))
        painter.drawRoundedRect(frame, tokens.RADIUS_CARD, tokens.RADIUS_CARD)
        painter.setFont(font(tokens.TITLE))
        width = painter.fontMetrics().horizontalAdvance(self.words) + 36
        plate = QRectF(0, 0, width, 36)
        plate.moveCenter(frame.center())
        painter.setPen(QColor(tokens.LINE))
        painter.setBrush(QColor(tokens.BG2))
        painter.drawRoundedRect(plate, tokens.RADIUS_BUTTON, tokens.RADIUS_BUTTON)
        painter.setPen(QColor(tokens.TEXT1))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, self.words)
        painter.end()


def dropped_files(event: QDropEvent) -> list[Path]:
    """The MIDI files that a drag carries."""
    urls = event.mimeData().urls()
    paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    return [path for path in paths if is_midi(path)][:_MOST_AT_ONCE]


def dropped_audio(event: QDropEvent) -> Path | None:
    """The first audio file that a drag carries."""
    urls = event.mimeData().urls()
    paths = (Path(url.toLocalFile()) for url in urls if url.isLocalFile())
    return next((path for path in paths if is_audio(path)), None)


def choose_midi(parent: QWidget, session: Session) -> None:
    """Open a dialog whose files become takes of the cue."""
    dialog = QFileDialog(parent, "Import MIDI into this cue")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setNameFilter(f"MIDI files ({' '.join(f'*{ending}' for ending in ENDINGS)})")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def chosen(names: list[str]) -> None:
        for name in names[:_MOST_AT_ONCE]:
            session.bringing_in.bring_in(Path(name))

    dialog.filesSelected.connect(chosen)
    dialog.open()
