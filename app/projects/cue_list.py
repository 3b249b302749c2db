"""The cue list: all cues of the project, to order, to go to, and to act on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.projects.cue_table import APPROVED, NUMBER, STATUS, TITLE, CueTable, take_words
from app.session import Session, Trouble
from app.theme import tokens
from app.theme.fonts import font
from app.widgets.buttons import push_button
from app.widgets.text import Text
from app.wording import length_text
from engine.project.cue import Cue
from engine.project.status_edits import STATUSES

_WIDTHS = (90, 240, 120, 80, 110, 170, 70)
SIZE = (960, 520)


class CueListSheet(QDialog):
    """Enter or a double click goes to a cue; the window behind goes on living.

    Args:
        session: whose cues they are.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._wanted = session.cue.id
        self.setWindowTitle("Cue list")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.model = CueTable(session, self)
        self.table = QTableView()
        self.total = Text("", tokens.SECONDARY, "faint")
        self.trouble = Text("", tokens.SECONDARY, "bad")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.go = push_button("Go to cue", "primary")
        self.new, self.copy = push_button("New"), push_button("Duplicate")
        self.rename, self.delete = push_button("Rename"), push_button("Delete")
        self.status, self.approved = QComboBox(), QComboBox()
        self._lay_out()
        self._connect()
        self.refresh()
        self.table.setFocus()

    @property
    def chosen(self) -> Cue | None:
        """The cue of the row that is chosen."""
        at = self.table.currentIndex().row()
        return self.model.rows[at].cue if 0 <= at < len(self.model.rows) else None

    def choose(self, cue_id: str) -> None:
        """Choose the row of a cue."""
        self._wanted = cue_id
        at = self.model.place(cue_id)
        column = max(self.table.currentIndex().column(), 0)
        self.table.setCurrentIndex(self.model.index(max(at, 0), column))

    def refresh(self) -> None:
        """Show the cues as they are now; the chosen one stays chosen."""
        self.model.refresh()
        seconds = sum(row.seconds for row in self.model.rows)
        approved = sum(row.cue.status == "approved" for row in self.model.rows)
        count = len(self.model.rows)
        self.total.setText(
            f"{count} cue{'s' * (count != 1)}  ·  {length_text(seconds)} of music  ·  "
            f"{approved} approved"
        )
        self._show_chosen()

    def menu(self) -> QMenu:
        """The menu of the right button, for the chosen cue."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button in (self.go, self.rename, self.copy, self.delete):
            entry = menu.addAction(button.text())
            entry.setEnabled(button.isEnabled())
            entry.triggered.connect(button.click)
        menu.addSeparator()
        self._fill(menu.addMenu("Status"), self.status)
        self._fill(menu.addMenu("Approved take"), self.approved)
        return menu

    def _fill(self, menu: QMenu, box: QComboBox) -> None:
        for place in range(box.count()):
            entry = menu.addAction(box.itemText(place))
            entry.setCheckable(True)
            entry.setChecked(place == box.currentIndex())
            entry.triggered.connect(lambda _=False, place=place: self._pick(box, place))

    def _pick(self, box: QComboBox, place: int) -> None:
        box.setCurrentIndex(place)
        box.activated.emit(place)

    # What is done

    def _act(self, act: Callable[[Cue], object]) -> None:
        cue = self.chosen
        self.trouble.hide()
        if cue is not None:
            act(cue)

    def _open(self, cue: Cue) -> None:
        self._session.choose_cue(cue.id)
        self.refresh()

    def _add(self) -> None:
        self.trouble.hide()
        self._session.add_cue()
        self._wanted = self._session.cue.id
        self.refresh()
        self._type(TITLE)

    def _duplicate(self, cue: Cue) -> None:
        copy = self._session.cue_acts.duplicate(cue.id)
        if copy:
            self._wanted = copy
            self.refresh()

    def _delete(self, cue: Cue) -> None:
        at = self.table.currentIndex().row()
        rows = self.model.rows
        near = rows[at + 1 if at + 1 < len(rows) else at - 1].cue.id
        self._wanted = near
        self._session.remove_cue(cue.id)
        self.refresh()

    def _type(self, column: int = NUMBER) -> None:
        index = self.table.currentIndex()
        self.table.setFocus()
        self.table.edit(self.model.index(index.row(), column))

    def _typed(self, cue_id: str, column: int, text: str) -> None:
        self.trouble.hide()
        self.model.act(cue_id, column, text)

    def _undo(self) -> None:
        self._session.settling.emit()
        self._session.undo_stack.undo()

    # What is shown

    def _row_changed(self, now: QModelIndex, _before: QModelIndex) -> None:
        if now.isValid():
            self._wanted = self.model.rows[now.row()].cue.id
            self._show_chosen()

    def _show_chosen(self) -> None:
        cue = self.chosen
        if cue is None:
            return
        self.status.setCurrentIndex(list(STATUSES).index(cue.status))
        self.approved.clear()
        self.approved.addItem("None", None)
        for index, label in enumerate(cue.takes):
            self.approved.addItem(take_words(cue, index), label.id)
        self.approved.setCurrentIndex(max(0, self.approved.findData(cue.approved)))
        self.approved.setEnabled(bool(cue.takes))
        self.delete.setEnabled(len(self.model.rows) > 1)
        self.go.setEnabled(cue.id != self._session.cue.id)

    def _say(self, trouble: Trouble) -> None:
        self.trouble.setText(f"{trouble.message} {trouble.hint}".strip())
        self.trouble.show()

    # Keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A field that takes Enter lets the table see it too.
        typing = self.table.state() == QAbstractItemView.State.EditingState
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and not typing:
            key = event.key()
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._act(self._open)
                return True
            if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
                self.delete.click()
                return True
        return super().eventFilter(watched, event)

    def _opened_menu(self, place: QPoint) -> None:
        self.menu().popup(self.table.viewport().mapToGlobal(place))

    def _double_clicked(self, index: QModelIndex) -> None:
        if index.column() == STATUS:
            self.status.showPopup()
        elif index.column() == APPROVED and self.approved.isEnabled():
            self.approved.showPopup()
        else:
            self._act(self._open)

    # Layout

    def _connect(self) -> None:
        session = self._session
        for signal in (session.project_changed, session.cue_changed, session.takes_changed):
            signal.connect(self.refresh)
        session.trouble_arose.connect(self._say)
        self.model.modelReset.connect(lambda: self.choose(self._wanted))
        # The table is filled anew by it, which must not happen under a field that closes.
        self.model.typed.connect(self._typed, Qt.ConnectionType.QueuedConnection)
        self.table.selectionModel().currentChanged.connect(self._row_changed)
        self.table.doubleClicked.connect(self._double_clicked)
        self.table.customContextMenuRequested.connect(self._opened_menu)
        self.table.installEventFilter(self)
        self.go.clicked.connect(lambda: self._act(self._open))
        self.new.clicked.connect(self._add)
        self.copy.clicked.connect(lambda: self._act(self._duplicate))
        self.rename.clicked.connect(lambda: self._type(TITLE))
        self.delete.clicked.connect(lambda: self._act(self._delete))
        acts = session.cue_acts
        self.status.activated.connect(
            lambda _: self._act(lambda cue: acts.set_status(cue.id, self.status.currentData()))
        )
        self.approved.activated.connect(
            lambda _: self._act(lambda cue: acts.approve(cue.id, self.approved.currentData()))
        )
        for keys, act in (
            ("Ctrl+Z", self._undo),
            ("Ctrl+Shift+Z", session.undo_stack.redo),
            ("Ctrl+Y", session.undo_stack.redo),
            ("Ctrl+D", self.copy.click),
            ("Ctrl+N", self.new.click),
            ("Space", session.toggle_play),
        ):
            action = QAction(self)
            action.setShortcut(QKeySequence(keys))
            action.triggered.connect(lambda _=False, act=act: act())
            self.addAction(action)

    def _lay_out(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setAccessibleName("Cues")
        table.setFont(font(tokens.BODY))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(32)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in enumerate(_WIDTHS):
            table.setColumnWidth(column, width)
        header.setSectionResizeMode(TITLE, QHeaderView.ResizeMode.Stretch)
        table.sortByColumn(NUMBER, Qt.SortOrder.AscendingOrder)
        table.setSortingEnabled(True)
        for status, words in STATUSES.items():
            self.status.addItem(words, status)
        for box, name, width in (
            (self.status, "Status", 130),
            (self.approved, "Approved take", 190),
        ):
            box.setAccessibleName(f"{name} of the chosen cue")
            box.setFont(font(tokens.BODY))
            box.setFixedSize(width, 30)
        self.go.setToolTip("Open this cue behind the list (Enter)")
        self.new.setToolTip("A new cue after the last one (Ctrl+N)")
        self.copy.setToolTip("A copy with its takes (Ctrl+D)")
        self.rename.setToolTip("Type another title; F2 in any cell that can be typed in")
        self.delete.setToolTip("Take the cue out of the project; undo brings it back (Delete)")
        of_cue = QHBoxLayout()
        of_cue.setSpacing(tokens.SPACE_M)
        for words, box in (("Status", self.status), ("Approved take", self.approved)):
            of_cue.addWidget(Text(words, tokens.BODY, "secondary"))
            of_cue.addWidget(box)
        of_cue.addStretch(1)
        of_cue.addWidget(self.total)
        close = push_button("Close")
        close.clicked.connect(self.accept)
        bottom = QHBoxLayout()
        bottom.setSpacing(tokens.SPACE_M)
        for button in (self.new, self.copy, self.rename, self.delete):
            bottom.addWidget(button)
        bottom.addStretch(1)
        bottom.addWidget(close)
        bottom.addWidget(self.go)
        for button in (self.go, self.new, self.copy, self.rename, self.delete, close):
            button.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        column.addWidget(table, 1)
        column.addLayout(of_cue)
        column.addWidget(self.trouble)
        column.addLayout(bottom)
        self.resize(*SIZE)
