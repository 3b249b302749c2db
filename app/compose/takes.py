"""The takes column: one card a take, those being composed below, and how many to compose."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QMenu, QScrollArea, QToolButton, QVBoxLayout, QWidget

from app.compose.choosing import add_choosing, add_closer_entries, choosing_text
from app.compose.handing_over import DragButton, copy_take, drag_take, reveal_take
from app.compose.take_card import TakeCard
from app.session import Session, TakeSnapshot
from app.session.asking import STEP
from app.theme import tokens
from app.theme.fonts import font
from app.theme.icons import icon
from app.widgets.card import Card
from app.widgets.text import Text
from engine.profile import DIMENSION_BY_NAME
from engine.score import bar_starts

COUNTS = (1, 2, 4)


class TakesColumn(Card):
    """Shows the session's takes; cards are kept and filled anew rather than made anew."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("Takes", parent)
        self._session = session
        self.cards: list[TakeCard] = []
        self._takes: tuple[TakeSnapshot, ...] = ()
        self.empty = Text("No takes yet. Each Generate adds one here.", tokens.SECONDARY, "faint")
        self.empty.setWordWrap(True)
        self.count = _CountButton(session)
        self.add_to_header(self.count)
        inside = QWidget()
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(tokens.SPACE_M)
        self._list.addWidget(self.empty)
        self._list.addStretch(1)
        self.scroll = QScrollArea()
        self.scroll.setWidget(inside)
        self.scroll.setWidgetResizable(True)
        self.scroll.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside.setAutoFillBackground(False)
        self.body.addWidget(self.scroll, 1)
        self.drag = DragButton()
        self.body.addWidget(self.drag)
        self.setFixedWidth(tokens.RIGHT_WIDTH)
        self.drag.dragged.connect(self._drag_current)
        self.drag.clicked.connect(self._open_current_menu)
        session.takes_changed.connect(self._show)
        session.cue_changed.connect(self._show)
        session.generation_changed.connect(self._show)
        session.project_changed.connect(self._show)
        self._show()

    def rename_current(self) -> None:
        """Turn the name of the current take into a field."""
        index = self._current_index()
        if index is not None:
            self.cards[index].rename()

    def _drag_current(self) -> None:
        index = self._current_index()
        if index is not None:
            self._drag(index)

    def _drag(self, index: int) -> None:
        drag_take(self._session, self._takes[index], self.cards[index])

    def _open_current_menu(self) -> None:
        index = self._current_index()
        if index is not None:
            self._open_menu(index, self.drag.mapToGlobal(QPoint(0, 0)))

    def _current_index(self) -> int | None:
        current = self._session.current_take
        ids = [take.id for take in self._takes]
        return ids.index(current.id) if current and current.id in ids else None

    def _show(self) -> None:
        session, generation = self._session, self._session.generation
        self._takes = session.takes
        composing = len(generation.letters) if generation else 0
        self._make(len(self._takes) + composing)
        current = self._current_index() if not session.watching else None
        limit = session.settings.generation.shared_limit
        for index, take in enumerate(self._takes):
            self.cards[index].show_take(take, current=index == current, shared_limit=limit)
        if generation:
            for take, name in enumerate(generation.letters):
                notes, heats = session.composed(take)
                card, done = self.cards[len(self._takes) + take], generation.bars_done[take]
                heard = session.watching and take == 0
                card.show_progress(
                    name,
                    done,
                    generation.bars,
                    generation.seed,
                    heard=heard,
                    stage=generation.stage,
                )
                share = done / max(generation.bars, 1)
                card.roll.show_notes(notes, bar_starts(generation.metres), heats, share)
        self.empty.setVisible(not self.cards)
        self.drag.setVisible(current is not None and self._takes[current].take is not None)

    def _make(self, wanted: int) -> None:
        grown = wanted > len(self.cards)
        while len(self.cards) > wanted:
            card = self.cards.pop()
            self._list.removeWidget(card)
            card.deleteLater()
        while len(self.cards) < wanted:
            self._add(len(self.cards))
        if grown and self._session.generation:
            self.cards[-1].show()
            self._list.activate()
            self.scroll.verticalScrollBar().setValue(self.scroll.verticalScrollBar().maximum())

    def _add(self, index: int) -> None:
        card = TakeCard()
        session = self._session
        card.chosen.connect(lambda: session.choose_take(index))
        card.renamed.connect(lambda title: session.rename_take(self._takes[index].id, title))
        card.starred.connect(lambda on: session.star_take(self._takes[index].id, on))
        card.dragged.connect(lambda: self._drag(index))
        card.again_requested.connect(lambda: session.closer.again(self._takes[index].id))
        card.menu_requested.connect(lambda place: self._open_menu(index, place))
        self.cards.append(card)
        self._list.insertWidget(self._list.count() - 1, card)

    def _open_menu(self, index: int, place: QPoint) -> None:
        self._session.choose_take(index)
        take = self._takes[index]
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        session = self._session
        menu.addAction("Rename").triggered.connect(lambda: self.cards[index].rename())
        star = "Remove star" if take.starred else "Star"
        menu.addAction(star).triggered.connect(lambda: session.star_take(take.id, not take.starred))
        approved = session.cue.approved == take.id
        approve = menu.addAction("Take back approval" if approved else "Approve")
        approve.triggered.connect(
            lambda: session.cue_acts.approve(session.cue.id, None if approved else take.id)
        )
        menu.addAction("Duplicate").triggered.connect(lambda: session.duplicate_take(take.id))
        again = menu.addAction("Compose again with this seed")
        again.setEnabled(take.take is not None)
        again.triggered.connect(lambda: again_with_seed(session, take))
        add_variations(menu, session, take)
        add_closer_entries(menu, session, take)
        copy = menu.addAction("Copy as file")
        copy.setEnabled(take.take is not None)
        copy.triggered.connect(lambda: copy_take(session))
        reveal = menu.addAction("Show file in folder")
        reveal.setEnabled(session.exporting.take_file(take.id) is not None)
        reveal.triggered.connect(lambda: reveal_take(session, take.id))
        menu.addSeparator()
        menu.addAction("Delete").triggered.connect(lambda: session.remove_take(take.id))
        menu.popup(place)


def add_variations(menu: QMenu, session: Session, take: TakeSnapshot) -> None:
    """The same take with more or less of one dimension."""
    inside = menu.addMenu("Again with")
    inside.setEnabled(take.take is not None and session.can_generate)
    for name, dimension in DIMENSION_BY_NAME.items():
        for word, step in (("More", STEP), ("Less", -STEP)):
            action = inside.addAction(f"{word} {dimension.title.lower()}")
            action.triggered.connect(
                lambda _=False, name=name, step=step: session.asking.vary(take.id, name, step)
            )


class _CountButton(QToolButton):
    """How many takes the next Generate composes."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setFont(font(tokens.SECONDARY))
        self.setToolTip("How many takes Generate composes at once")
        self.setAccessibleName("Takes at once")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.setIcon(icon("chevron-down"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._open)
        self._choose(session.takes_at_once)

    def _choose(self, count: int) -> None:
        self._session.takes_at_once = count
        self._show()

    def _show(self) -> None:
        self.setText(choosing_text(self._session))

    def _open(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for count in COUNTS:
            action = menu.addAction(f"{count} take at once" if count == 1 else f"{count} takes")
            action.setCheckable(True)
            action.setChecked(count == self._session.takes_at_once)
            action.triggered.connect(lambda _=False, count=count: self._choose(count))
        add_choosing(menu, self._session, self._show)
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))


def again_with_seed(session: Session, take: TakeSnapshot) -> None:
    """Compose what the cue asks for now, drawn as that take was."""
    if take.take is not None:
        drawn = take.take.provenance.request
        session.generate(seed=drawn.seed, number=drawn.take)
