"""The trust meter: beside each slider a tiny bar of how far this model's music follows it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.compose.psyche_column import PsycheColumn
from app.session import ModelState, Session
from app.theme import tokens
from app.widgets.text import Text
from engine.errors import PsychoscoreError
from engine.profile import DIMENSION_BY_NAME
from engine.trust import Heard, Response, responses, warning

_BAR = QSize(46, 4)


class TrustMeter(QWidget):
    """A bar as full as the response is, or a few words where there is none; its tooltip tells all.

    Args:
        colour: of the dimension.
    """

    def __init__(self, colour: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = _Bar(colour)
        self.words = Text("", tokens.SMALL, "accent")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(5)
        row.addWidget(self.bar, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.words)
        self.hide()

    def show_response(self, response: Response | None) -> None:
        """Show what is known; None while no model is there."""
        self.setVisible(response is not None)
        if response is None:
            return
        self.bar.show_share(response.share, heard=_heard_share(response))
        self.bar.setVisible(response.measured is not None)
        self.words.setText(response.warning)
        self.words.setVisible(bool(response.warning))
        self.setToolTip(response.words)
        title = DIMENSION_BY_NAME[response.name].title
        self.setAccessibleName(f"How far the music follows {title}")
        self.setAccessibleDescription(response.words)


class _Bar(QWidget):
    def __init__(self, colour: str) -> None:
        super().__init__()
        self._colour, self._share = QColor(colour), 0.0
        self._heard: float | None = None
        self.setFixedSize(_BAR.width(), _BAR.height() + 4)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_share(self, share: float, *, heard: float | None) -> None:
        self._share, self._heard = share, heard
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        frame = QRectF(0, 2, _BAR.width(), _BAR.height())
        painter.setBrush(QColor(tokens.BG4))
        painter.drawRoundedRect(frame, 2, 2)
        filled = QRectF(frame)
        filled.setWidth(max(frame.width() * self._share, 2.0))
        painter.setBrush(self._colour)
        painter.drawRoundedRect(filled, 2, 2)
        if self._heard is not None:
            x = round(self._heard * (_BAR.width() - 2))
            painter.fillRect(QRectF(x, 0, 2, _BAR.height() + 4), QColor(tokens.TEXT1))
        painter.end()


def _heard_share(response: Response) -> float | None:
    """What people told, on the scale of the bar: guessing is 0, always right is 1."""
    if response.heard is None:
        return None
    return min(max(2.0 * response.heard.right / response.heard.told - 1.0, 0.0), 1.0)


class TrustMeters:
    """Keeps the meters of a column true to the model of a session."""

    def __init__(self, psyche: PsycheColumn, session: Session) -> None:
        self._psyche, self._session = psyche, session
        self._broken = ""
        self.meters = {
            name: TrustMeter(tokens.DIMENSION_COLOURS[name]) for name in DIMENSION_BY_NAME
        }
        for name, meter in self.meters.items():
            psyche.params[name].set_middle(meter)
        session.devices_changed.connect(self.show)
        session.ear_test.answered.connect(self.show)
        self.show()

    def show(self) -> None:
        """Read the model's card and the answers, and show both."""
        model = self._session.model
        if model.state is not ModelState.READY:
            for name, meter in self.meters.items():
                meter.show_response(None)
                self._psyche.params[name].track.set_reach(None)
            self._psyche.set_warning("")
            return
        found = responses(dict(model.metrics), self._heard(model.hash))
        for response in found:
            self.meters[response.name].show_response(response)
            self._psyche.params[response.name].track.set_reach(response.reach)
        self._psyche.set_warning(warning(found))

    def _heard(self, digest: str) -> dict[str, Heard]:
        try:
            return dict(self._session.ear_test.store.heard(digest))
        except PsychoscoreError as error:
            if self._broken != error.message:
                self._broken = error.message
                self._session.report(error)
            return {}
