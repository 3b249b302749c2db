"""The file behind a layer as text, checked while it is typed; applied only where it is valid."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QRegularExpression, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFontDatabase,
    QKeySequence,
    QShortcut,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget

from app.theme import tokens
from app.theme.colours import translucent
from app.widgets.buttons import push_button
from app.widgets.text import Text
from engine.config.own import OwnSettings
from engine.config.schema import Strict
from engine.config.strict_json import parse_json
from engine.errors import PsychoscoreError

CHECK_MS = 250
_PLACE = re.compile(r", line (\d+)(?:, column (\d+))?")


class JsonView(QWidget):
    """An editor for one settings file.

    Args:
        name: of the file, as complaints name it.
        model: what such a file may hold.
        apply: takes the settings; raises where they are refused.
    """

    dirty_changed = Signal(bool)

    def __init__(
        self,
        name: str,
        model: type[Strict],
        apply: Callable[[OwnSettings], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name, self._model, self._apply = name, model, apply
        self._shown = ""
        self.editor = QPlainTextEdit()
        code = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        code.setPixelSize(13)
        self.editor.setFont(code)
        self.editor.setTabChangesFocus(True)
        self.editor.setAccessibleName(f"Text of {name}")
        self._colours = _JsonColours(self.editor.document())
        self.verdict = Text("", tokens.BODY, "secondary")
        self.verdict.setWordWrap(True)
        self.apply_button = push_button("Apply", "primary")
        self.revert_button = push_button("Revert")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(CHECK_MS)
        self._timer.timeout.connect(self.check)
        self.editor.textChanged.connect(self._edited)
        self.apply_button.clicked.connect(self.apply)
        self.revert_button.clicked.connect(self.revert)
        QShortcut(QKeySequence("Ctrl+Return"), self.editor, self.apply)
        self._lay_out()

    @property
    def dirty(self) -> bool:
        """True where the text was changed and not applied."""
        return self.editor.toPlainText() != self._shown

    def show_settings(self, own: OwnSettings) -> None:
        """Show what a layer sets, unless somebody is typing here."""
        text = own.to_json()
        if text == self._shown or self.dirty:
            return
        self._shown = text
        self.editor.setPlainText(text)
        self.check()

    def revert(self) -> None:
        """Forget what was typed."""
        self.editor.setPlainText(self._shown)
        self.check()

    def check(self) -> OwnSettings | None:
        """Read the text and say what is wrong with it; None where something is."""
        self._timer.stop()
        text = self.editor.toPlainText()
        try:
            document = parse_json(text, self._name)
            document.validated(self._model)
        except PsychoscoreError as error:
            self._complain(error)
            return None
        self._say("Valid, not applied yet. Ctrl+Return applies." if self.dirty else "Valid.", "")
        return OwnSettings(document.value)

    def apply(self) -> None:
        """Make the layer set what the text says."""
        own = self.check()
        if own is None or not self.dirty:
            return
        before, self._shown = self._shown, self.editor.toPlainText()
        try:
            self._apply(own)
        except PsychoscoreError as error:
            self._shown = before
            self._complain(error)
        else:
            self._shown = own.to_json()
            self.revert()

    def _edited(self) -> None:
        self.apply_button.setEnabled(False)
        self._timer.start()

    def _complain(self, error: PsychoscoreError) -> None:
        self._say(str(error), "bad", place=_PLACE.search(error.message))

    def _say(self, sentence: str, tone: str, place: re.Match[str] | None = None) -> None:
        self.verdict.setText(sentence)
        self.verdict.set_tone(tone or "secondary")
        self.apply_button.setEnabled(self.dirty and not tone)
        self.revert_button.setEnabled(self.dirty)
        self.editor.setExtraSelections([self._marked(int(place[1]))] if place else [])
        self.dirty_changed.emit(self.dirty)

    def _marked(self, line: int) -> QTextEdit.ExtraSelection:
        mark = QTextEdit.ExtraSelection()
        form = QTextCharFormat()
        form.setBackground(translucent(tokens.BAD, 0.2))
        form.setProperty(QTextCharFormat.Property.FullWidthSelection, True)
        mark.format = form
        mark.cursor = QTextCursor(self.editor.document().findBlockByNumber(line - 1))
        return mark

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setContentsMargins(10, 8, 4, 2)
        foot.setSpacing(tokens.SPACE_M)
        foot.addWidget(self.verdict, 1)
        foot.addWidget(self.revert_button)
        foot.addWidget(self.apply_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.editor, 1)
        column.addLayout(foot)


class _JsonColours(QSyntaxHighlighter):
    """Keys bright, texts green, numbers amber, the rest quiet."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._rules = [
            (QRegularExpression(pattern), QColor(colour))
            for pattern, colour in (
                (r"[{}\[\],:]", tokens.TEXT3),
                (r"-?\b\d[\d.eE+\-]*", tokens.ACCENT),
                (r"\b(true|false|null)\b", tokens.ENTROPY),
                (r'"(?:[^"\\]|\\.)*"', tokens.GOOD),
                (r'"(?:[^"\\]|\\.)*"(?=\s*:)', tokens.TEXT1),
            )
        ]

    def highlightBlock(self, text: str) -> None:
        for pattern, colour in self._rules:
            found = pattern.globalMatch(text)
            while found.hasNext():
                match = found.next()
                self.setFormat(match.capturedStart(), match.capturedLength(), colour)
