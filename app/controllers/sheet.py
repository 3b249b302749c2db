"""The sheet of controllers: every slider, the knob that moves it, and changing that."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.session import Session
from app.theme import tokens
from app.widgets.buttons import push_button
from app.widgets.text import Text
from engine.controllers import GO, Knob
from engine.profile import DIMENSION_BY_NAME
from engine.score import pitch_name

WIDTH = 560


class ControllersSheet(QDialog):
    """One row for each slider.

    Args:
        session: whose knobs they are.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setWindowTitle("Controllers")
        self.heard = Text("", tokens.BODY, "secondary")
        self.heard.setWordWrap(True)
        self.rows = {name: _Row(name, session) for name in DIMENSION_BY_NAME}
        grid = QGridLayout()
        grid.setHorizontalSpacing(tokens.SPACE_L)
        grid.setVerticalSpacing(tokens.SPACE_M)
        for column, title in enumerate(("Slider", "Channel", "Controller")):
            grid.addWidget(Text(title, tokens.CAPTION, "faint"), 0, column)
        for line, row in enumerate(self.rows.values(), 1):
            for column, widget in enumerate(row.widgets):
                grid.addWidget(widget, line, column)
        self.go = _GoRow(session)
        for column, widget in enumerate(self.go.widgets):
            grid.addWidget(
                widget, len(self.rows) + 1, (0, 1, 3, 4)[column], 1, (1, 2, 1, 1)[column]
            )
        grid.setColumnStretch(0, 1)
        close = push_button("Close")
        close.clicked.connect(self.accept)
        bottom = QHBoxLayout()
        bottom.addStretch(1)
        bottom.addWidget(close)
        column_layout = QVBoxLayout(self)
        column_layout.setContentsMargins(24, 20, 24, 18)
        column_layout.setSpacing(18)
        column_layout.addWidget(self.heard)
        column_layout.addLayout(grid)
        column_layout.addLayout(bottom)
        self.setFixedWidth(WIDTH)
        session.controlling.changed.connect(self._show)
        self.finished.connect(lambda _result: session.controlling.stop_learning())
        self._show()

    def _show(self) -> None:
        heard = self._session.controlling.input
        if heard.open:
            self.heard.setText(
                f"Heard: {heard.port}. A knob takes its slider up where it meets it."
            )
        elif heard.port:
            self.heard.setText(heard.sentence or f"{heard.port} is being opened.")
        else:
            self.heard.setText(
                "No controller is heard. Choose its port under MIDI, Controllers, or press Learn "
                "and take the first one that is here."
            )
        for row in (*self.rows.values(), self.go):
            row.show_knob()


class _Row:
    """Title, channel, controller, Learn and Forget of one slider."""

    def __init__(self, name: str, session: Session) -> None:
        self._name, self._controlling = name, session.controlling
        title = DIMENSION_BY_NAME[name].title
        self.title = Text(title, tokens.NAME)
        self.channel = _number(f"MIDI channel for {title}", 1, 16)
        self.controller = _number(f"Controller number for {title}", 0, 119)
        self.learn: QPushButton = push_button("Learn")
        self.forget: QPushButton = push_button("Forget", "ghost")
        self.learn.setFixedWidth(128)
        self.learn.setAccessibleName(f"Learn a knob for {title}")
        self.forget.setAccessibleName(f"Forget the knob of {title}")
        for field in (self.channel, self.controller):
            field.editingFinished.connect(self._change)
        self.learn.clicked.connect(self._learn)
        self.forget.clicked.connect(partial(session.controlling.forget, name))

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        return self.title, self.channel, self.controller, self.learn, self.forget

    def show_knob(self) -> None:
        knob = self._controlling.bindings.get(self._name)
        for field, value in (
            (self.channel, knob.channel if knob else 1),
            (self.controller, knob.controller if knob else 0),
        ):
            field.blockSignals(True)
            field.setValue(value)
            field.setEnabled(knob is not None)
            field.blockSignals(False)
        learning = self._controlling.learning == self._name
        self.learn.setText("Move a knob…" if learning else "Learn")
        self.forget.setEnabled(knob is not None)

    def _learn(self) -> None:
        if self._controlling.learning == self._name:
            self._controlling.stop_learning()
        else:
            self._controlling.learn(self._name)

    def _change(self) -> None:
        knob = Knob(self.channel.value(), self.controller.value())
        before = self._controlling.bindings.get(self._name)
        if before is not None and knob != before:
            self._controlling.bind(self._name, knob)


class _GoRow:
    """What says GO in a show, Learn and Forget."""

    def __init__(self, session: Session) -> None:
        self._session, self._controlling = session, session.controlling
        self.title = Text("GO in a show", tokens.NAME)
        self.says = Text("", tokens.BODY, "secondary")
        self.learn: QPushButton = push_button("Learn")
        self.forget: QPushButton = push_button("Forget", "ghost")
        self.learn.setFixedWidth(128)
        self.learn.setAccessibleName("Learn a pedal or key for GO")
        self.forget.setAccessibleName("Forget what says GO")
        self.learn.clicked.connect(self._learn)
        self.forget.clicked.connect(lambda: self._controlling.forget(GO))

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        return self.title, self.says, self.learn, self.forget

    def show_knob(self) -> None:
        show = self._session.settings.show
        pedal = "" if show.go_controller is None else f"CC {show.go_controller}"
        note = "" if show.go_note is None else f"note {pitch_name(show.go_note)}"
        self.says.setText(", ".join(filter(None, (pedal, note))) or "keys of the computer only")
        learning = self._controlling.learning == GO
        self.learn.setText("Press it…" if learning else "Learn")
        self.forget.setEnabled(bool(pedal or note))

    def _learn(self) -> None:
        if self._controlling.learning == GO:
            self._controlling.stop_learning()
        else:
            self._controlling.learn(GO)


def _number(name: str, low: int, high: int) -> QSpinBox:
    field = QSpinBox()
    field.setRange(low, high)
    field.setAccessibleName(name)
    field.setToolTip(f"{name}, {low} to {high}")
    field.setFixedWidth(76)
    return field
