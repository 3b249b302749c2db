"""The button "Playing 30 %" and its sheet: performance amount, piano mode, dynamics as CC."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.theme import tokens
from app.theme.fonts import font
from app.theme.icons import icon
from app.widgets.text import Text

_CONTROLLERS: tuple[tuple[str, int | None], ...] = (
    ("Dynamics as velocity alone", None),
    ("… and as CC 1 (modulation)", 1),
    ("… and as CC 11 (expression)", 11),
)


class PlayingSheet(QFrame):
    """What the button opens.

    Signals:
        amount_committed(float): 0 to 1, when the slider is let go.
        piano_toggled(bool).
        controller_chosen(int | None).
    """

    amount_committed = Signal(float)
    piano_toggled = Signal(bool)
    controller_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("surface", "card")
        self.setFixedWidth(300)
        self.amount = QSlider(Qt.Orientation.Horizontal)
        self.amount.setRange(0, 100)
        self.amount.setPageStep(10)
        self.amount.setTracking(True)
        self.amount.setAccessibleName("Performance")
        self.amount.setToolTip(
            "Performance, 0 to 100 %: timing, melody lead, accents, easing at phrase ends. 0 is "
            "exactly as written; the roll and notation always show what is written"
        )
        self.figure = Text("", tokens.BODY)
        self.piano = QCheckBox("Piano mode: two hands can play it")
        self.piano.setFont(font(tokens.BODY))
        self.piano.setToolTip(
            "Composes at most five notes and a tenth a hand; what no hands can play is marked"
        )
        self.controller = QComboBox()
        self.controller.setFont(font(tokens.BODY))
        self.controller.setFixedHeight(30)
        self.controller.setAccessibleName("Controller for dynamics")
        self.controller.setToolTip("Sent while playing and exported, at most 50 messages a second")
        for title, number in _CONTROLLERS:
            self.controller.addItem(title, number)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(Text("Performance", tokens.BODY))
        head.addStretch(1)
        head.addWidget(self.figure)
        column.addLayout(head)
        column.addWidget(self.amount)
        ends = QHBoxLayout()
        ends.addWidget(Text("as written", tokens.SECONDARY, "faint"))
        ends.addStretch(1)
        ends.addWidget(Text("freely", tokens.SECONDARY, "faint"))
        column.addLayout(ends)
        column.addWidget(self.piano)
        column.addWidget(self.controller)
        self._held = 0
        self.amount.valueChanged.connect(self._moved)
        self.amount.sliderReleased.connect(self._let_go)
        self.piano.clicked.connect(self.piano_toggled)
        self.controller.activated.connect(
            lambda index: self.controller_chosen.emit(self.controller.itemData(index))
        )

    def show_playing(self, amount: float, piano: bool, controller: int | None) -> None:
        """Show what holds."""
        self._held = round(amount * 100)
        self.amount.blockSignals(True)
        self.amount.setValue(self._held)
        self.amount.blockSignals(False)
        self.figure.setText(f"{self._held} %")
        self.piano.setChecked(piano)
        self.controller.setCurrentIndex(self.controller.findData(controller))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def _moved(self, value: int) -> None:
        self.figure.setText(f"{value} %")
        if not self.amount.isSliderDown():
            self._let_go()

    def _let_go(self) -> None:
        value = self.amount.value()
        if value != self._held:
            self._held = value
            self.amount_committed.emit(value / 100)


class PlayingButton(QToolButton):
    """Says how the cue is played; a click opens the sheet under it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet = PlayingSheet(self)
        self.setFont(font(tokens.SECONDARY))
        self.setFixedHeight(28)
        self.setIcon(icon("chevron-down"))
        self.setIconSize(QSize(12, 12))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("How the cue is played")
        self.setToolTip("How the cue is played: performance amount, piano mode, dynamics as CC")
        self.clicked.connect(self.open_sheet)

    def show_playing(self, amount: float, piano: bool, controller: int | None) -> None:
        """Show what holds."""
        text = f"Played {amount:.0%}".replace("%", " %") if amount else "As written"
        self.setText(f"{text}{' · piano' if piano else ''}")
        self.sheet.show_playing(amount, piano, controller)

    def open_sheet(self) -> None:
        """Open the sheet under the button."""
        place = self.mapToGlobal(QPoint(0, self.height() + 4))
        self.sheet.adjustSize()
        self.sheet.move(place)
        self.sheet.show()
        self.sheet.amount.setFocus()
