"""The card of one take: letter, name, seed, star and a small roll."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QEnterEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.compose.mini_roll import MiniRoll
from app.session import TakeSnapshot
from app.theme import tokens
from app.theme.fonts import font
from app.theme.icons import icon
from app.widgets.buttons import tool_button
from app.widgets.text import Text

_BADGE = 24


class TakeCard(QWidget):
    """Click chooses, double-click renames, drag carries its file out, the right button opens the
    menu."""

    chosen = Signal()
    renamed = Signal(str)
    starred = Signal(bool)
    menu_requested = Signal(object)
    dragged = Signal()
    again_requested = Signal()
    """The take shares too much with the music that its model heard: another is wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._letter = ""
        self._current = self._stale = False
        self._pressed: QPointF | None = None
        self.name = Text("", tokens.TITLE)
        self.about = Text("", tokens.SECONDARY, "faint")
        self.star = tool_button("star", "Star", checkable=True, size=22)
        self.known = _KnownButton()
        self.roll = MiniRoll()
        self.field: QLineEdit | None = None
        for text in (self.name, self.about):
            text.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFixedHeight(86)
        self._lay_out()
        self.star.clicked.connect(self.starred)
        self.known.clicked.connect(lambda: self.again_requested.emit())

    def show_take(self, take: TakeSnapshot, *, current: bool, shared_limit: int = 24) -> None:
        """Show a finished take.

        Args:
            shared_limit: notes of a run that is known from which on another take is offered.
        """
        self._letter, self._current, self._stale = take.letter, current, take.stale
        self.star.setVisible(True)
        self.star.setChecked(take.starred)
        self.star.setIcon(icon("star-filled" if take.starred else "star"))
        self._show_name(take.title)
        self.about.setText(take.about)
        self.setToolTip(take.hint)
        self.known.show_shared(take.take.provenance.shared if take.take else None, shared_limit)
        if not self.known.isHidden():
            # Beside its words the seed has no room; the rest of the line is what is judged by.
            self.about.setText(take.about.partition("  ·  ")[2] or take.about)
        self.roll.show_notes(take.notes, take.starts, take.temperatures)
        self.setAccessibleName(f"Take {take.letter}, {take.title}")
        self.update()

    def show_progress(
        self, letter: str, done: int, bars: int, seed: int, *, heard: bool, stage: str = ""
    ) -> None:
        """Show a take that is being composed; `heard` is the one in the Timeline.

        Args:
            stage: what is being done where it is not plain composing.
        """
        self._letter, self._current, self._stale = letter, heard, False
        self.star.setVisible(False)
        self.known.hide()
        plain = "Composed" if done >= bars else f"Composing bar {done + 1} of {bars}"
        self._show_name(stage or plain)
        self.about.setText(f"seed {seed}  ·  Esc cancels")
        self.setAccessibleName(f"Take {letter}, {done} of {bars} bars composed")
        self.update()

    def rename(self) -> None:
        """Turn the name into a field."""
        if self.field is not None:
            return
        self.field = field = QLineEdit(self.name.toolTip(), self)
        field.setFont(font(tokens.TITLE))
        field.setMaxLength(200)
        field.setGeometry(self.name.geometry().adjusted(-6, -3, 6, 3))
        field.selectAll()
        field.editingFinished.connect(self._renamed)
        field.installEventFilter(self)
        field.show()
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _renamed(self) -> None:
        if self.field is not None:
            field, self.field = self.field, None
            field.deleteLater()
            if field.text().strip() != self.name.toolTip():
                self.renamed.emit(field.text().strip())

    def eventFilter(self, watched: object, event: object) -> bool:
        if (
            watched is self.field
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            if event.type() == QKeyEvent.Type.ShortcutOverride:
                event.accept()
            elif event.type() == QKeyEvent.Type.KeyPress and self.field is not None:
                field, self.field = self.field, None
                field.deleteLater()
            return True
        return False

    def _show_name(self, name: str) -> None:
        self.name.setToolTip(name)
        width = 150 if self.star.isVisibleTo(self) else 190
        self.name.setText(
            self.name.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, width)
        )

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.name)
        about = QHBoxLayout()
        about.setSpacing(6)
        about.addWidget(self.about)
        about.addWidget(self.known)
        about.addStretch(1)
        words.addLayout(about)
        top = QHBoxLayout()
        top.setSpacing(0)
        top.addSpacing(_BADGE + 10)
        top.addLayout(words, 1)
        top.addWidget(self.star, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(9, 7, 9, 8)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.roll)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()
            self.chosen.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and self.star.isVisible():
            moved = (event.position() - self._pressed).manhattanLength()
            if moved >= QApplication.startDragDistance():
                self._pressed = None
                self.dragged.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.star.isVisible():
            self.rename()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.star.isVisible():
            self.menu_requested.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit()
        elif event.key() == Qt.Key.Key_F2 and self.star.isVisible():
            self.rename()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: object) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75)
        edge = tokens.ACCENT if self._current or self.hasFocus() else tokens.LINE
        painter.setPen(QPen(QColor(edge), 1.5 if self._current else 1.0))
        painter.setBrush(QColor(tokens.BG3 if self.underMouse() else tokens.BG2))
        painter.drawRoundedRect(frame, tokens.RADIUS_CARD, tokens.RADIUS_CARD)
        badge = QRectF(9, 9, _BADGE, _BADGE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.ACCENT if self._current else tokens.BG4))
        painter.drawRoundedRect(badge, 5, 5)
        painter.setPen(QColor(tokens.ON_ACCENT if self._current else tokens.TEXT1))
        painter.setFont(font(tokens.TITLE))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, self._letter)
        if self._stale:
            painter.setPen(QPen(QColor(tokens.BG2), 2))
            painter.setBrush(QColor(tokens.ACCENT))
            painter.drawEllipse(badge.topRight(), 4.5, 4.5)
        painter.end()


class _KnownButton(QPushButton):
    """Says that a take shares more with the music its model heard than is wished, and offers
    another."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "quiet")
        self.setFont(font(tokens.SMALL))
        self.setFixedHeight(16)
        self.setStyleSheet(f"color: {tokens.ACCENT}; padding: 0 2px;")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.hide()

    def show_shared(self, shared: int | None, limit: int) -> None:
        """Show the longest run of notes that is known, where it is longer than the limit."""
        too_long = shared is not None and shared > limit
        self.setVisible(too_long)
        if too_long:
            self.setText(f"{shared} known")
            self.setAccessibleName(f"{shared} notes in a row are known: compose again")
            self.setToolTip(
                f"{shared} notes in a row, in any key, also stand in the music that the model "
                f"heard; your limit is {limit}. Click to compose again with another seed"
            )
