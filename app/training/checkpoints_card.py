"""The checkpoints of a run, to compose with at once.

One that is used is put among the user's models under a name of its own, so that projects can
name it; the worker then loads it while the window goes on.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.session import ModelState, Session, Trouble
from app.theme import tokens
from app.training.aside import Aside
from app.training.checkpoint_card import CheckpointCard
from app.training.listening import Listening
from app.training.places import Places
from app.widgets.card import Card
from app.widgets.text import Text
from engine.errors import PsychoscoreError
from engine.training.install import install_checkpoint
from engine.training.run_folder import KeptCheckpoint, RunFolder


class CheckpointsCard(Card):
    """`model_made` tells that the user has one more model."""

    model_made = Signal()
    roll_back_wished = Signal(int)
    """To the checkpoint of a step."""

    def __init__(
        self,
        session: Session,
        places: Places,
        listening: Listening,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Checkpoints", parent)
        self._session, self._places, self._listening = session, places, listening
        self._locked = False
        self._run: RunFolder | None = None
        self._kept: tuple[KeptCheckpoint, ...] = ()
        self._aside = Aside(self)
        self.cards: list[CheckpointCard] = []
        self.count = Text("", tokens.SECONDARY, "faint")
        self.add_to_header(self.count)
        self.empty = Text(
            "The best, the latest and those you save are kept here.", tokens.SECONDARY, "faint"
        )
        self.empty.setWordWrap(True)
        inside = QWidget()
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(tokens.SPACE_M)
        self._list.addWidget(self.empty)
        self._list.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside.setAutoFillBackground(False)
        self.body.addWidget(scroll, 1)
        session.devices_changed.connect(self._show)
        listening.changed.connect(self._show_heard)

    def show_run(self, run: RunFolder | None, *, locked: bool = False) -> None:
        """Show what a run has kept, as it is now on the disk; a locked one is not rolled back."""
        self._run, self._locked = run, locked
        self._kept = run.checkpoints() if run is not None else ()
        self._show()

    def use(self, kept: KeptCheckpoint) -> None:
        """Put a checkpoint among the models and compose with it."""
        run = self._run
        if run is None:
            return

        def install() -> str:
            name = kept.label or f"{run.meta().get('name') or 'model'} step {kept.step}"
            installed = install_checkpoint(kept, self._places.models, str(name))
            run.annotate(kept, model=installed)
            return installed

        def compose(name: str) -> None:
            self.show_run(self._run, locked=self._locked)
            self.model_made.emit()
            self._session.use_model(name)

        self._aside.run(install, compose, self._tell)

    def _rename(self, kept: KeptCheckpoint, label: str) -> None:
        self._change(lambda run: run.annotate(kept, label=label))

    def _remove(self, kept: KeptCheckpoint) -> None:
        self._change(lambda run: run.remove(kept))

    def _change(self, change: Callable[[RunFolder], None]) -> None:
        run = self._run
        if run is None:
            return
        self._listening.end()
        try:
            change(run)
        except PsychoscoreError as error:
            self._tell(error)
        self.show_run(run, locked=self._locked)

    def hear(self, kept: KeptCheckpoint) -> None:
        """Hear a checkpoint, or end it."""
        if self._run is not None:
            self._listening.toggle(kept.folder, self._run.path / "cues")

    def _show_heard(self) -> None:
        waiting, heard = self._listening.waiting, self._listening.heard
        for card in self.cards:
            folder = card.kept.folder if card.kept else None
            card.show_heard(
                waiting=folder is not None and folder == waiting,
                heard=folder is not None and folder == heard,
            )

    def _tell(self, error: PsychoscoreError) -> None:
        self._session.trouble_arose.emit(Trouble(error.message, error.hint))

    def _show(self) -> None:
        while len(self.cards) < len(self._kept):
            self._add_card()
        while len(self.cards) > len(self._kept):
            self.cards.pop().deleteLater()
        self.empty.setVisible(not self._kept)
        self.count.setText(f"{len(self._kept)} kept" if self._kept else "")
        model = self._session.model
        measured = [each for each in self._kept if each.validation is not None]
        best = min(measured, key=lambda each: each.validation or 0.0) if measured else None
        for card, kept in zip(self.cards, self._kept, strict=True):
            named = bool(kept.model) and kept.model == model.name
            badge = "best" if kept == best else "latest" if kept == self._kept[0] else ""
            card.show_checkpoint(
                kept,
                badge=badge,
                in_use=named and model.state is ModelState.READY,
                loading=named and model.state is ModelState.LOADING,
            )
            card.set_locked(self._locked)
        self._show_heard()

    def _add_card(self) -> None:
        card = CheckpointCard()
        card.used.connect(lambda: card.kept and self.use(card.kept))
        card.heard.connect(lambda: card.kept and self.hear(card.kept))
        card.rolled_back.connect(lambda: card.kept and self.roll_back_wished.emit(card.kept.step))
        card.renamed.connect(lambda label: card.kept and self._rename(card.kept, label))
        card.removed.connect(lambda: card.kept and self._remove(card.kept))
        self._list.insertWidget(len(self.cards) + 1, card)
        self.cards.append(card)
