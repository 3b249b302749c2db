"""One change from its first move to its end: what a drag and a burst of steps have in common."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

BURST_MS = 600


class Gesture(QObject):
    """Turns many moves of one value into live moves and one commit.

    `moved(value)` comes with every change. A gesture that moved ends with exactly one of
    `committed(value)`, if the value differs from where it began, and `cancelled(value)`, if it
    was taken back or came back by itself, with the value that holds again. Values
    are compared with `==` only, so a float and a complex number serve alike.
    """

    moved = Signal(object)
    committed = Signal(object)
    cancelled = Signal(object)

    def __init__(self, value: complex, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._value = value
        self._origin: complex | None = None
        self._has_moved = False
        self._burst = QTimer(self)
        self._burst.setSingleShot(True)
        self._burst.setInterval(BURST_MS)
        self._burst.timeout.connect(self.finish)

    @property
    def value(self) -> complex:
        return self._value

    @property
    def active(self) -> bool:
        """True from the first press or step until the commit."""
        return self._origin is not None

    def show(self, value: complex) -> bool:
        """Take a value from outside, silently; refused while a gesture runs."""
        if self.active or value == self._value:
            return False
        self._value = value
        return True

    def begin(self) -> None:
        """Start a gesture; one still open is finished first."""
        self.finish()
        self._origin = self._value
        self._has_moved = False

    def move(self, value: complex) -> None:
        """A new value inside the gesture."""
        if value != self._value:
            self._value = value
            self._has_moved = True
            self.moved.emit(value)

    def step(self, value: complex) -> None:
        """One step of a burst by wheel or key; the burst ends 600 ms after its last step."""
        if not self._burst.isActive():
            self.begin()
        self._burst.start()
        self.move(value)

    def jump(self, value: complex) -> None:
        """A whole gesture at once: a reset or a typed number."""
        self.begin()
        self.move(value)
        self.finish()

    def finish(self) -> None:
        """End the gesture, if one runs, and commit what changed."""
        self._burst.stop()
        origin, self._origin = self._origin, None
        if origin is None or not self._has_moved:
            return
        if origin == self._value:
            self.cancelled.emit(origin)
        else:
            self.committed.emit(self._value)

    def cancel(self) -> None:
        """End the gesture and go back to where it began."""
        self._burst.stop()
        origin, self._origin = self._origin, None
        if origin is not None and self._has_moved:
            self._value = origin
            self.cancelled.emit(origin)
