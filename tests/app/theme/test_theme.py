from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetricsF, QIcon
from PySide6.QtWidgets import QApplication, QLabel

from app.theme import tokens
from app.theme.colours import mixed, temperature_colour
from app.theme.fonts import FONT_FOLDER, font, load_fonts
from app.theme.icons import ICON_FOLDER, INK, icon, icon_names
from app.theme.stylesheet import stylesheet
from engine.errors import PsychoscoreError


def _luminance(colour: str) -> float:
    channels = QColor(colour).getRgbF()[:3]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(first: str, second: str) -> float:
    high, low = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ground", [tokens.BG0, tokens.BG1, tokens.BG2])
@pytest.mark.parametrize(
    "ink", [tokens.TEXT1, tokens.TEXT2, tokens.TEXT3, *tokens.DIMENSION_COLOURS.values()]
)
def test_every_text_colour_is_readable_on_every_ground(ink: str, ground: str) -> None:
    assert _contrast(ink, ground) >= 4.5


def test_words_on_an_accent_button_are_readable() -> None:
    for ground in (tokens.ACCENT, tokens.ACCENT_HOVER, tokens.ACCENT_PRESSED):
        assert _contrast(tokens.ON_ACCENT, ground) >= 7


def test_the_style_sheet_is_complete_and_sets_no_font() -> None:
    sheet = stylesheet()
    assert "$" not in sheet
    assert "font" not in sheet
    assert sheet.count("{") == sheet.count("}")
    for name in re.findall(r"url\(icons:([^)]+)\)", sheet):
        assert (ICON_FOLDER / name).is_file()


def test_the_shipped_font_is_the_one_used(qt_app: QApplication) -> None:
    assert QFontInfo(qt_app.font()).family() == "Inter"
    label = QLabel("x")
    label.setFont(font(tokens.FIGURE))
    label.ensurePolished()
    assert label.font().pixelSize() == 38
    assert label.font().weight() == QFont.Weight.DemiBold


@pytest.mark.parametrize("style", [tokens.FIGURE, tokens.DIGITS, tokens.BODY, tokens.AXIS])
def test_figures_have_equal_widths(qt_app: QApplication, style: tokens.TextStyle) -> None:
    metrics = QFontMetricsF(font(style))
    widths = [metrics.horizontalAdvance(digit * 8) for digit in "0123456789"]
    assert max(widths) - min(widths) < 0.5


def test_fonts_come_with_their_licence_and_stay_small() -> None:
    assert "SIL OPEN FONT LICENSE" in (FONT_FOLDER / "OFL.txt").read_text()
    assert sum(path.stat().st_size for path in FONT_FOLDER.iterdir()) < 2_000_000


def test_a_missing_font_is_said_by_name(qt_app: QApplication, tmp_path: Path) -> None:
    with pytest.raises(PsychoscoreError, match=r"Inter-Regular\.otf"):
        load_fonts(tmp_path)


def test_icons_are_drawn_in_one_ink() -> None:
    assert {"play", "stop", "to-start", "loop", "star", "grip", "curve"} <= set(icon_names())
    for name in icon_names():
        colours = set(re.findall(r"#[0-9A-Fa-f]{6}", (ICON_FOLDER / f"{name}.svg").read_text()))
        assert colours == {INK}, name


@pytest.mark.parametrize("name", icon_names())
def test_an_icon_takes_the_colour_it_is_given(qt_app: QApplication, name: str) -> None:
    picture = icon(name, "#FF0000", checked="#00FF00").pixmap(24, 24).toImage()
    inks = [
        picture.pixelColor(x, y)
        for x in range(picture.width())
        for y in range(picture.height())
        if picture.pixelColor(x, y).alpha() > 200
    ]
    assert inks and all(ink.red() > 240 and ink.green() < 20 for ink in inks)


def test_a_checked_icon_changes_its_ink(qt_app: QApplication) -> None:
    made = icon("stop", "#FF0000", checked="#00FF00")
    on = made.pixmap(24, 24, QIcon.Mode.Normal, QIcon.State.On).toImage()
    assert on.pixelColor(on.width() // 2, on.height() // 2).green() == 255


def test_an_unknown_icon_is_an_error(qt_app: QApplication) -> None:
    with pytest.raises(KeyError, match="no icon named 'plya'"):
        icon("plya")


def test_temperature_colours_run_through_their_stops() -> None:
    assert temperature_colour(0.6).name().upper() == tokens.TEMPERATURE_STOPS[0]
    assert temperature_colour(1.0).name().upper() == tokens.TEMPERATURE_STOPS[-1]
    assert temperature_colour(0.1) == temperature_colour(0.6)
    assert temperature_colour(1.5) == temperature_colour(1.0)
    assert temperature_colour(0.68).name().upper() == tokens.TEMPERATURE_STOPS[1]
    assert mixed("#000000", "#FFFFFF", 0.25).red() == 64
