"""The MIDI port of the transport: its lamp, the choice of port, and the preview sound."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from app.session import Session
from app.theme import tokens
from app.theme.fonts import font
from app.theme.icons import icon
from app.widgets.buttons import tool_button
from app.widgets.lamp import Lamp
from engine.playing.protocol import PORT_NAME

# The name of our own port fits.
_WIDTH = 136
_PADDING = "QComboBox { padding: 3px 16px 3px 8px; } QComboBox::drop-down { width: 18px; }"


class PortControl(QWidget):
    """Lamp, port and preview; the list is asked for anew each time it opens."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.lamp = Lamp()
        self.ports = _PortCombo(session)
        self.sound = tool_button("speaker", "Preview sound", checkable=True)
        self.sound.setChecked(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.sound)
        row.addWidget(self.lamp)
        row.addWidget(self.ports)
        self.sound.clicked.connect(session.set_audio)
        self.ports.activated.connect(lambda index: session.choose_port(self.ports.itemData(index)))
        session.devices_changed.connect(self._show)
        session.notes_struck.connect(self.lamp.pulse)
        self._show()

    def show_narrow(self, narrow: bool) -> None:
        """Take less room."""
        self.sound.setHidden(narrow)
        self.ports.setFixedWidth(_WIDTH)

    def _show(self) -> None:
        ports = self._session.ports
        self.lamp.set_state(ports.lamp)
        self.ports.show_ports(ports.names, ports.chosen)
        where = f"MIDI goes to {ports.chosen}" if ports.chosen else "MIDI goes nowhere"
        told = ports.notice or where
        if ports.priority:
            told += f"\nPlays with {ports.priority}"
        self.ports.setToolTip(told)
        self.lamp.setToolTip(ports.notice or where)
        self.sound.setChecked(ports.audio)
        self.sound.setIcon(icon("speaker" if ports.audio else "speaker-muted"))
        self.sound.setToolTip(
            ports.audio_notice
            or ("Preview sound is on: click to mute" if ports.audio else "Preview sound is muted")
        )


class _PortCombo(QComboBox):
    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setFont(font(tokens.BODY))
        self.setObjectName("ports")
        self.setFixedHeight(32)
        self.setStyleSheet(_PADDING)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("MIDI port")

    def show_ports(self, names: tuple[str, ...], chosen: str) -> None:
        """Our own virtual port first, then others, then none; a lost port stays in the list."""
        entries = [(name, name) for name in names]
        if chosen and chosen not in names:
            entries.append((chosen, chosen))
        entries.append(("No MIDI port", ""))
        shown = [(self.itemText(i), self.itemData(i)) for i in range(self.count())]
        if shown != entries:
            self.clear()
            for text, name in entries:
                self.addItem(text, name)
                if name == PORT_NAME:
                    tip = "Our own virtual port: choose it as the input of a track in your DAW"
                    self.setItemData(self.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.setCurrentIndex([name for _, name in entries].index(chosen))

    def showPopup(self) -> None:
        self._session.rescan_ports()
        super().showPopup()
