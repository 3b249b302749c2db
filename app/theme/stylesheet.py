"""The one style sheet, generated from the tokens.

Sets no font size or weight (see `app.theme.fonts`). Variants are dynamic properties:

- `QPushButton[kind="primary"|"ghost"|"quiet"|"danger"]`; without one, a plain button.
- `QToolButton`: quiet and square, amber when checked; `[kind="toggle"]` has words and a frame,
  `[kind="fold"]` opens what lies under it.
- `QLabel[tone="secondary"|"faint"|"accent"|"good"|"bad"]`.
- `QFrame[surface="card"|"panel"|"well"|"bar"]`; a bar has a line below.
"""

from __future__ import annotations

from string import Template

from app.theme import tokens

_SHEET = """
QWidget { color: $TEXT1; selection-background-color: #66F2B544; selection-color: $TEXT1; }
QMainWindow, QDialog { background: $BG0; }
QToolTip { background: $BG3; color: $TEXT1; border: 1px solid $LINE; padding: 3px 6px; }

QLabel { background: transparent; }
QLabel[tone="secondary"] { color: $TEXT2; }
QLabel[tone="faint"] { color: $TEXT3; }
QLabel[tone="accent"] { color: $ACCENT; }
QLabel[tone="good"] { color: $GOOD; }
QLabel[tone="bad"] { color: $BAD; }
QLabel:disabled { color: #99$TEXT3_HEX; }

QFrame[surface="card"] { background: $BG1; border: 1px solid $LINE_SOFT;
    border-radius: ${RADIUS_CARD}px; }
QFrame[surface="panel"] { background: $BG1; border: none; }
QFrame[surface="well"] { background: $BG0; border: 1px solid $LINE;
    border-radius: ${RADIUS_BUTTON}px; }
QFrame[surface="bar"] { background: $BG1; border: none; border-bottom: 1px solid $LINE_SOFT; }

QMenuBar { background: $BG1; color: $TEXT2; border-bottom: 1px solid $LINE_SOFT; padding: 0 8px; }
QMenuBar::item { background: transparent; padding: 4px 10px; border-radius: ${RADIUS_CHIP}px; }
QMenuBar::item:selected { background: $BG3; color: $TEXT1; }
QMenu { background: $BG2; border: 1px solid $LINE; padding: 4px; }
QMenu::item { padding: 5px 22px 5px 12px; border-radius: ${RADIUS_CHIP}px; }
QMenu::item:selected { background: $BG4; }
QMenu::item:disabled { color: $TEXT3; }
QMenu::separator { height: 1px; background: $LINE; margin: 4px 6px; }
QMenu::indicator { width: 12px; height: 12px; left: 4px; }
QMenu::indicator:checked { image: url(icons:check.svg); }
QStatusBar { background: $BG1; color: $TEXT2; border-top: 1px solid $LINE_SOFT; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: $TEXT2; }

QPushButton { background: $BG3; border: 1px solid $LINE; border-radius: ${RADIUS_BUTTON}px;
    padding: 5px 12px; }
QPushButton:hover { background: $BG4; }
QPushButton:pressed { background: $LINE; }
QPushButton:focus { border-color: $ACCENT; }
QPushButton:disabled { color: $TEXT3; background: $BG2; }
QPushButton[kind="primary"] { background: $ACCENT; border-color: $ACCENT; color: $ON_ACCENT; }
QPushButton[kind="primary"]:hover { background: $ACCENT_HOVER; border-color: $ACCENT_HOVER; }
QPushButton[kind="primary"]:pressed { background: $ACCENT_PRESSED; }
QPushButton[kind="primary"]:focus { border-color: $TEXT1; }
QPushButton[kind="primary"]:disabled { background: $BG3; border-color: $LINE; color: $TEXT3; }
QPushButton[kind="ghost"] { background: transparent; color: $TEXT2; }
QPushButton[kind="ghost"]:hover { background: $BG2; color: $TEXT1; }
QPushButton[kind="ghost"]:focus { border-color: $ACCENT; }
QPushButton[kind="ghost"]:checked { background: #30F2B544; color: $ACCENT; }
QPushButton[kind="quiet"] { background: transparent; border-color: transparent; color: $ACCENT;
    padding: 2px 4px; }
QPushButton[kind="quiet"]:hover { color: $ACCENT_HOVER; }
QPushButton[kind="quiet"]:focus { border-color: $ACCENT; }
QPushButton[kind="quiet"]:disabled { color: $TEXT3; }
QPushButton[kind="danger"] { background: transparent; color: $BAD; }
QPushButton[kind="danger"]:hover { background: #22F0605A; }
QFrame[surface="segments"] { background: $BG0; border: 1px solid $LINE;
    border-radius: ${RADIUS_BUTTON}px; }
QPushButton[kind="segment"] { background: transparent; border: 1px solid transparent;
    border-radius: 4px; padding: 0 11px; color: $TEXT2; }
QPushButton[kind="segment"]:hover { color: $TEXT1; }
QPushButton[kind="segment"]:checked { background: $BG3; color: $TEXT1; }
QPushButton[kind="segment"]:focus { border-color: $ACCENT; }
QPushButton[kind="segment"]:disabled { color: $TEXT3; }
QToolButton { background: transparent; border: 1px solid transparent;
    border-radius: ${RADIUS_BUTTON}px; padding: 3px; }
QToolButton:hover { background: $BG3; }
QToolButton:pressed { background: $BG4; }
QToolButton:checked { background: #30F2B544; }
QToolButton:focus { border-color: $ACCENT; }
QToolButton::menu-indicator { image: none; }
QToolButton[kind="toggle"] { border-color: $LINE; padding: 3px 8px; color: $TEXT2; }
QToolButton[kind="toggle"]:hover { color: $TEXT1; }
QToolButton[kind="toggle"]:checked { color: $ACCENT; }
QToolButton[kind="toggle"]:focus { border-color: $ACCENT; }
QToolButton[kind="toggle"]:disabled { color: $TEXT3; }
QToolButton[kind="fold"] { background: transparent; padding: 2px 4px 2px 0; border-left: 0px;
    color: $TEXT2; }
QToolButton[kind="fold"]:hover { color: $TEXT1; }

QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QPlainTextEdit, QTextEdit {
    background: $BG0; border: 1px solid $LINE; border-radius: ${RADIUS_BUTTON}px; }
QLineEdit, QSpinBox, QDoubleSpinBox { padding: 3px 8px; }
QLineEdit:hover, QSpinBox:hover, QDoubleSpinBox:hover, QComboBox:hover { border-color: $BG4; }
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus,
QTextEdit:focus { border-color: $ACCENT; }
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled {
    color: $TEXT3; }
QLineEdit[invalid="true"] { border-color: $BAD; }
QLineEdit[compact="true"] { padding: 0 5px; }
QComboBox { padding: 3px 24px 3px 10px; }
QComboBox::drop-down { border: none; width: 22px; subcontrol-position: center right; }
QComboBox::down-arrow { image: url(icons:chevron-down.svg); width: 14px; height: 14px; }
QComboBox QAbstractItemView { background: $BG2; border: 1px solid $LINE; outline: none;
    padding: 4px; selection-background-color: $BG4; }
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button,
QDoubleSpinBox::down-button { width: 0; border: none; }
QCheckBox, QRadioButton { spacing: 7px; background: transparent; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid $TEXT3; border-radius: 3px;
    background: $BG0; }
QCheckBox::indicator:hover, QCheckBox::indicator:focus { border-color: $ACCENT; }
QCheckBox::indicator:checked { background: $BG4; border-color: $ACCENT;
    image: url(icons:check.svg); }
QRadioButton::indicator { width: 12px; height: 12px; border: 1px solid $TEXT3;
    border-radius: 7px; background: $BG0; }
QRadioButton::indicator:hover, QRadioButton::indicator:focus { border-color: $ACCENT; }
QRadioButton::indicator:checked { border: 4px solid $ACCENT; width: 6px; height: 6px; }

QAbstractItemView { background: $BG0; border: 1px solid $LINE_SOFT; outline: none;
    alternate-background-color: $BG1; }
QAbstractItemView::item { padding: 3px 6px; }
QAbstractItemView::item:hover { background: $BG2; }
QAbstractItemView::item:selected { background: $BG3; color: $TEXT1; }
QHeaderView { background: $BG1; border: none; }
QHeaderView::section { background: $BG1; color: $TEXT3; border: none;
    border-bottom: 1px solid $LINE_SOFT; padding: 5px 6px; }
QTableView { gridline-color: $LINE_SOFT; }
QTableCornerButton::section { background: $BG1; border: none; }

QScrollArea { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $BG3; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $BG4; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: $LINE_SOFT; }
QProgressBar { background: $BG0; border: none; border-radius: 3px; max-height: 6px;
    min-height: 6px; text-align: center; color: transparent; }
QProgressBar::chunk { background: $ACCENT; border-radius: 3px; }
"""


def stylesheet() -> str:
    """The sheet with every token filled in."""
    values = {name: value for name, value in vars(tokens).items() if name.isupper()}
    return Template(_SHEET).substitute(values, TEXT3_HEX=tokens.TEXT3.removeprefix("#"))
