"""The Presets page as a real widget: clicked, typed into, and looked at."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.compose.page import ComposePage
from app.presets.page import PresetsPage, read_only
from app.presets.tree_model import COLUMN_OF, IN_FORCE, Standing
from app.session import Session
from engine.config.layers import Layer, read_user_settings
from engine.config.schema import leaves
from engine.project.edits import SetConfigValue
from engine.project.folder import PROJECT_FILE
from engine.temperature import temperature_curve

BASE = "temperature.base_temperature"
LEFT = Qt.MouseButton.LeftButton


class Driver:
    """What a person does on the page."""

    def __init__(self, page: PresetsPage) -> None:
        self.page, self.table, self.model = page, page.table, page.table.model

    def click(self, key: str, layer: Layer, *, twice: bool = False) -> None:
        index = self.model.index_of(key, COLUMN_OF[layer])
        tree = self.table.tree
        tree.scrollTo(index)
        place = tree.visualRect(index).center()
        QTest.mouseClick(tree.viewport(), LEFT, pos=place)
        if twice:
            QTest.mouseDClick(tree.viewport(), LEFT, pos=place)

    def type(self, key: str, layer: Layer, text: str) -> QLineEdit:
        self.click(key, layer, twice=True)
        field = self.table.tree.viewport().findChild(QLineEdit)
        assert field is not None, "no field opened"
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)
        # What a session says is shown when the loop comes round.
        QTest.qWait(1)
        return field

    def choose(self, name: str) -> None:
        rows = self.page.presets.list
        item = next(rows.item(row) for row in range(rows.count()) if rows.item(row).text() == name)
        QTest.mouseClick(rows.viewport(), LEFT, pos=rows.visualItemRect(item).center())

    def text(self, key: str, column: int) -> str:
        return self.model.cell(self.model.index_of(key, column)).text

    def standing(self, key: str, layer: Layer) -> Standing:
        return self.model.cell(self.model.index_of(key, COLUMN_OF[layer])).standing


@pytest.fixture
def driver(session: Session, show: Callable[..., QWidget]) -> Iterator[Driver]:
    page = PresetsPage(session)
    show(page, 1440, 800)
    yield Driver(page)
    page.file.watch(None, session.state.settings)


def test_every_leaf_of_the_schema_has_a_row(driver: Driver) -> None:
    for leaf in leaves():
        index = driver.model.index_of(leaf.name)
        assert index.isValid() and index.data() == leaf.title
        assert driver.standing(leaf.name, Layer.SYSTEM) is Standing.WINS
        assert driver.model.parent(index).isValid()
        assert driver.model.index(index.row(), 0, driver.model.parent(index)) == index


def test_typing_into_the_project_column(driver: Driver, session: Session) -> None:
    driver.type(BASE, Layer.PROJECT, "0,6")
    assert session.settings.temperature.base_temperature == 0.6
    assert driver.text(BASE, IN_FORCE) == "0.6"
    assert driver.standing(BASE, Layer.PROJECT) is Standing.WINS
    assert driver.standing(BASE, Layer.SYSTEM) is Standing.SHADOWED
    session.undo_stack.undo()
    QTest.qWait(1)
    assert driver.standing(BASE, Layer.PROJECT) is Standing.EMPTY
    assert driver.text(BASE, IN_FORCE) == "0.7"


def test_a_refused_text_is_explained_in_place_and_changes_nothing(
    driver: Driver, session: Session
) -> None:
    before = session.undo_stack.state
    field = driver.type(BASE, Layer.PROJECT, "7")
    bubble = driver.table.refusal
    assert field.isVisible() and field.property("invalid")
    assert bubble.isVisible() and "goes from 0 to 3" in bubble.text.text()
    assert session.undo_stack.state is before
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not bubble.isVisible()
    assert session.undo_stack.state is before


def test_the_temperature_curve_of_the_compose_page_follows_at_once(
    driver: Driver, session: Session, show: Callable[..., QWidget]
) -> None:
    compose = ComposePage(session)
    show(compose, 1440, 800)
    driver.type(BASE, Layer.PROJECT, "1.0")
    wanted = temperature_curve(
        session.asked.lanes.profiles(range(1, session.cue.bars + 1)),
        session.settings.temperature_settings(),
    )
    assert wanted[0] == pytest.approx(1.1)
    assert tuple(compose.psyche.temperature._curve) == wanted
    assert compose.psyche.temperature.number.text() == "1.10"


def test_choosing_from_a_list_in_a_cell(driver: Driver, session: Session) -> None:
    driver.click("music.mode", Layer.USER, twice=True)
    combo = driver.table.tree.viewport().findChild(QComboBox)
    assert combo is not None
    assert [combo.itemText(row) for row in range(combo.count())] == ["free", "minor", "major"]
    combo.setCurrentText("minor")
    combo.activated.emit(1)
    assert session.settings.music.mode == "minor"


def test_looking_at_a_preset_says_what_choosing_does_and_changes_nothing(
    driver: Driver, session: Session
) -> None:
    session.set_values({"trauma": 0.3})
    before = session.undo_stack.state
    driver.choose("tragedy")
    choosing = driver.page.choosing
    assert session.undo_stack.state is before
    said = {title.text(): values.text() for title, values in choosing.rows}
    assert said["Tempo"] == "100  \N{RIGHTWARDS ARROW}  63"
    assert choosing.held.text() == "Set by hand in cue 1M1: Trauma."
    assert driver.standing("music.mode", Layer.PRESET) is Standing.WINS
    QTest.mouseClick(choosing.button, LEFT)
    assert session.settings.preset == "tragedy"
    assert session.asked.lanes.profile.trauma == 0.8
    assert choosing.button.isHidden() and choosing.follow_button.isHidden()
    session.undo_stack.undo()
    assert session.asked.lanes.profile.trauma == 0.3


def test_what_a_preset_cannot_change_is_said(driver: Driver, session: Session) -> None:
    driver.type("music.tempo", Layer.USER, "72")
    driver.choose("comedy")
    assert driver.page.choosing.kept.text() == "Tempo stays 72: User sets it."
    assert driver.standing("music.tempo", Layer.PRESET) is Standing.SHADOWED


def test_clear_and_promote_by_their_buttons(
    driver: Driver, session: Session, user_folder: Path
) -> None:
    driver.type(BASE, Layer.PROJECT, "0.6")
    QTest.mouseClick(driver.table.promote_button, LEFT)
    assert dict(read_user_settings(user_folder).leaves()) == {BASE: 0.6}
    assert not session.state.settings.sets(BASE)
    QTest.qWait(1)
    driver.click(BASE, Layer.USER)
    assert driver.table.clear_button.text() == "Clear in User"
    QTest.keyClick(driver.table.tree, Qt.Key.Key_Delete)
    assert dict(read_user_settings(user_folder).leaves()) == {}


def test_system_and_built_in_cells_are_read_only(driver: Driver) -> None:
    for layer in (Layer.SYSTEM, Layer.PRESET):
        driver.click(BASE, layer, twice=True)
        assert driver.table.tree.viewport().findChild(QLineEdit) is None


def test_an_own_preset_is_made_named_and_edited(driver: Driver, session: Session) -> None:
    driver.choose("tragedy")
    driver.page.make_preset(True, Layer.PROJECT)
    field = driver.page.presets.list.viewport().findChild(QLineEdit)
    assert field is not None and field.text() == "tragedy copy"
    field.selectAll()
    QTest.keyClicks(field, "grief")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.qWait(1)
    assert driver.page.sheet.shown is not None and driver.page.sheet.shown.name == "grief"
    driver.type("music.tempo", Layer.PRESET, "50")
    assert session.state.settings.get("presets.grief.music.tempo") == 50
    driver.page.presets.delete_button.click()
    assert not session.state.settings.sets("presets")
    session.undo_stack.undo()
    assert session.state.settings.get("presets.grief.music.tempo") == 50


def test_deleting_from_the_users_file_asks_first(driver: Driver, user_folder: Path) -> None:
    driver.page.make_preset(False, Layer.USER)
    driver.page.presets.delete_button.click()
    question = driver.page.question
    assert "cannot be undone" in question.text.text()
    assert read_user_settings(user_folder).sets("presets")
    QTest.mouseClick(question.buttons[0], LEFT)
    assert not read_user_settings(user_folder).sets("presets")


def test_json_complains_with_its_line_and_applies_what_is_valid(
    driver: Driver, session: Session
) -> None:
    view = driver.page.project_json
    driver.page.views.button("project").click()
    view.editor.setPlainText('{\n  "musik": {}\n}')
    assert view.check() is None
    assert 'line 2, column 3: unknown key "musik". Did you mean "music"?' in view.verdict.text()
    assert len(view.editor.extraSelections()) == 1 and not view.apply_button.isEnabled()
    view.editor.setPlainText('{"temperature": {"base_temperature": 0.6}}')
    view.check()
    QTest.mouseClick(view.apply_button, LEFT)
    assert dict(session.state.settings.leaves()) == {BASE: 0.6}
    assert not view.dirty
    session.undo_stack.undo()
    assert dict(session.state.settings.leaves()) == {}


def test_a_file_that_is_changed_outside_is_read_again(
    driver: Driver, session: Session, tmp_path: Path
) -> None:
    folder = tmp_path / "hamlet"
    session.save(folder)
    write(folder, {"name": "hamlet", "music": {"tempo": 88}})
    driver.page.file.look()
    assert session.settings.music.tempo == 88
    assert not session.dirty


def test_a_change_outside_asks_where_something_is_not_saved(
    driver: Driver, session: Session, tmp_path: Path
) -> None:
    folder = tmp_path / "hamlet"
    session.save(folder)
    driver.type(BASE, Layer.PROJECT, "0.6")
    write(folder, {"name": "hamlet", "music": {"tempo": 88}})
    driver.page.file.look()
    notice = driver.page.file_notice
    assert notice.isVisible() and session.settings.music.tempo == 100
    assert [button.text() for button in notice.buttons] == ["Reload", "Keep mine"]
    QTest.mouseClick(notice.buttons[0], LEFT)
    assert session.settings.music.tempo == 88 and not session.state.settings.sets(BASE)
    session.undo_stack.undo()
    assert session.settings.temperature.base_temperature == 0.6


def test_a_file_that_is_broken_outside_is_said_with_its_line(
    driver: Driver, session: Session, tmp_path: Path
) -> None:
    folder = tmp_path / "hamlet"
    session.save(folder)
    (folder / PROJECT_FILE).write_text('{"name": "hamlet",\n "tempo": 3}')
    driver.page.file.look()
    assert "line 2, column 2" in driver.page.file_notice.text.text()
    assert session.state.settings.get("name") == "hamlet"


def test_our_own_save_is_no_news(driver: Driver, session: Session, tmp_path: Path) -> None:
    session.save(tmp_path / "hamlet")
    driver.type(BASE, Layer.PROJECT, "0.6")
    session.save()
    driver.page.file.look()
    assert not driver.page.file_notice.isVisible()
    assert session.settings.temperature.base_temperature == 0.6


def test_a_read_only_project_says_so(driver: Driver, session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "hamlet"
    session.save(folder)
    assert not read_only(folder)
    folder.chmod(0o555)
    try:
        session.project_changed.emit()
        QTest.qWait(1)
        assert "read-only" in driver.page.state_notice.text.text()
        driver.type(BASE, Layer.PROJECT, "0.6")
        assert session.settings.temperature.base_temperature == 0.6
    finally:
        folder.chmod(0o755)


def test_a_hidden_page_catches_up_when_it_is_shown(driver: Driver, session: Session) -> None:
    driver.page.hide()
    driver.page.table.model.dataChanged.connect(lambda *_: pytest.fail("shown while hidden"))
    session.set_values({"trauma": 0.3})
    session.commit(SetConfigValue(key=BASE, value=0.6))
    QTest.qWait(2)
    driver.page.table.model.dataChanged.disconnect()
    driver.page.show()
    assert driver.text(BASE, IN_FORCE) == "0.6"


def write(folder: Path, data: object) -> None:
    """As another program saves: a new file takes the place of the old one."""
    beside = folder / "other.tmp"
    beside.write_text(json.dumps(data))
    beside.replace(folder / PROJECT_FILE)
