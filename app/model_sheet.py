"""What the model in use was made from, and what follows from it for its music."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.session import ModelSnapshot, ModelState
from app.theme import tokens
from app.widgets.buttons import push_button
from app.widgets.text import Text
from engine.composed_by import ComposedBy
from engine.training.install import ModelName

NON_COMMERCIAL = (
    "A data set in this lineage forbids commercial use: music made with this model carries "
    "that mark."
)
OPEN = (
    "No data set in this lineage forbids commercial use. The songs under the arrangements "
    "have owners all the same: this is no legal promise."
)


class ModelSheet(QDialog):
    """Name, hash, lineage and licence of the model in use, and the others to choose from.

    Args:
        models: all that can be chosen.
    """

    chosen = Signal(str)
    """Another model is to be used, by name."""

    def __init__(
        self,
        model: ModelSnapshot,
        models: tuple[ModelName, ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.uses: dict[str, QPushButton] = {}
        self.by: QWidget | None = None
        self.setWindowTitle("About the model")
        self.setMinimumWidth(440)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 22, 24, 18)
        layout.setSpacing(8)
        layout.addWidget(Text(model.name, tokens.DIGITS))
        if model.state is ModelState.READY:
            layout.addWidget(Text(f"Hash {model.hash}", tokens.SECONDARY, "faint"))
            if model.by is not None:
                layout.addWidget(self._by(model.by))
            layout.addSpacing(6)
            layout.addWidget(Text("Made from", tokens.CAPTION, "faint"))
            for line in model.lineage:
                layout.addWidget(_paragraph(line))
            layout.addSpacing(6)
            layout.addWidget(_paragraph(NON_COMMERCIAL if model.non_commercial else OPEN))
        else:
            layout.addWidget(_paragraph(model.reason or "The model is being loaded."))
        layout.addSpacing(6)
        for each in models:
            if each.name != model.name:
                layout.addWidget(self._choice(each))
        close = push_button("Close")
        close.clicked.connect(self.accept)
        bottom = QHBoxLayout()
        bottom.addStretch(1)
        bottom.addWidget(close)
        layout.addSpacing(10)
        layout.addLayout(bottom)

    def _by(self, by: ComposedBy) -> QWidget:
        self.by = _paragraph(by.words)
        self.by.setToolTip(
            "Measured once on this machine and kept: the network alone, guided, one take. "
            "Each take remembers it."
        )
        return self.by

    def _choice(self, each: ModelName) -> QWidget:
        """A model with its licence and lineage beside its name, and the button that takes it."""
        row = QFrame()
        row.setProperty("surface", "card")
        use = push_button("Use")
        use.setAccessibleName(f"Use {each.name}")
        use.clicked.connect(lambda: self._use(each.name))
        self.uses[each.name] = use
        words = QVBoxLayout()
        words.addWidget(Text(each.label, tokens.TITLE))
        words.addWidget(_paragraph(each.about))
        line = QHBoxLayout(row)
        line.setContentsMargins(12, 8, 12, 8)
        line.addLayout(words, 1)
        line.addWidget(use)
        return row

    def _use(self, name: str) -> None:
        self.chosen.emit(name)
        self.accept()


def _paragraph(words: str) -> Text:
    text = Text(words, tokens.BODY, "secondary")
    text.setWordWrap(True)
    return text
