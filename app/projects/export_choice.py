"""Which form an export takes: the kinds that a person chooses from, and what is remembered."""

from __future__ import annotations

from PySide6.QtCore import QSettings, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QVBoxLayout, QWidget

from app.theme import tokens
from app.theme.fonts import font
from app.widgets.segmented import Segmented
from app.widgets.text import Text
from engine.project.documents import AUDIO, FORMATS, SPOTTING, ExportWish

KINDS = (("midi", "MIDI"), ("notes", "MusicXML"), ("audio", "Audio"), ("spotting", "Spotting"))
TIMES = (("performed", "Performed"), ("quantised", "Quantised"))
_FORMS = {
    "midi": (
        ("midi", "One file, a track for each voice"),
        ("midi0", "One file, all voices in one track (type 0)"),
        ("stems", "Stems: a file for each voice"),
    ),
    "audio": (
        ("wav", "WAV, 48 kHz, 24 bit"),
        ("mp3", "MP3, 320 kbit/s"),
        ("flac", "FLAC, 48 kHz, 24 bit"),
        ("ogg", "Ogg Vorbis"),
    ),
    "notes": (("musicxml", "MusicXML"),),
    "spotting": ((SPOTTING, "CSV"),),
}
_ABOUT = {
    "midi": "Tempo map, metres, key; scenes and hit points as markers.",
    "notes": "Two staves for MuseScore, Dorico, Sibelius: times are rounded to sixteenths "
    "and triplets where a take was played freely.",
    "audio": "Rendered with the preview sound, from bar 1 until the last tone has died away.",
    "spotting": "A table of all cues: start, length, tempo, key, hits, takes.",
}


class ExportChoice(QWidget):
    """Kind, form and options; `changed` when any of them is."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wished: dict[str, str] = {}
        self.kinds = Segmented(KINDS, "What to export")
        self.form = QComboBox()
        self.form.setFont(font(tokens.BODY))
        self.form.setAccessibleName("Form of the files")
        self.form.setFixedHeight(30)
        self.matched = _box("Bring the takes to one loudness")
        self.matched.setToolTip(
            "Measured as broadcast does (ITU-R BS.1770): -18 LUFS, no peak above -1 dB"
        )
        self.told = _box("Say in the file how the music was made")
        self.told.setToolTip(
            "Sliders, lanes, seed and model, so that the file dropped back in restores them"
        )
        self.time = Segmented(TIMES, "Where notes stand")
        self.time.setToolTip(
            "Performed: with the timing, accents and easing of the cue's performance amount. "
            "Quantised: exactly as written"
        )
        self.about = Text("", tokens.SECONDARY, "faint")
        self.about.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for each in (self.kinds, self.form, self.about, self.time, self.matched, self.told):
            column.addWidget(each)
        self.matched.setChecked(True)
        self.told.setChecked(True)
        self.kinds.chosen.connect(self._show)
        self.time.chosen.connect(self.changed)
        self.form.activated.connect(self._formed)
        self._show()

    @property
    def wish(self) -> ExportWish:
        """What is asked for."""
        return ExportWish(
            str(self.form.currentData()),
            self.told.isChecked(),
            self.matched.isChecked(),
            self.time.current == "performed",
        )

    def restore(self, settings: QSettings) -> None:
        """Choose what was chosen last; what is broken there is passed over."""
        self.matched.setChecked(settings.value("export/matched", True, bool) is not False)
        self.told.setChecked(settings.value("export/told", True, bool) is not False)
        quantised = settings.value("export/performed", True, bool) is False
        self.time.set_current("quantised" if quantised else "performed")
        last = str(settings.value("export/format", ""))
        if last in FORMATS:
            kind = next(
                kind for kind, forms in _FORMS.items() if last in (name for name, _ in forms)
            )
            self._wished[kind] = last
            self.kinds.set_current(kind)
        self._show()

    def remember(self, settings: QSettings) -> None:
        """Keep the choice for the next time."""
        wish = self.wish
        settings.setValue("export/format", wish.format)
        settings.setValue("export/matched", wish.matched)
        settings.setValue("export/told", wish.provenance)
        settings.setValue("export/performed", wish.performed)

    def _formed(self) -> None:
        self._wished[self.kinds.current] = str(self.form.currentData())
        self.changed.emit()

    def _show(self) -> None:
        kind = self.kinds.current
        self.form.clear()
        for name, title in _FORMS[kind]:
            self.form.addItem(title, name)
        self.form.setCurrentIndex(max(0, self.form.findData(self._wished.get(kind))))
        self.form.setVisible(len(_FORMS[kind]) > 1)
        self.about.setText(_ABOUT[kind])
        self.time.setVisible(kind in ("midi", "audio"))
        self.matched.setVisible(self.wish.format in AUDIO)
        self.told.setVisible(kind in ("midi", "notes"))
        self.changed.emit()


def _box(text: str) -> QCheckBox:
    box = QCheckBox(text)
    box.setFont(font(tokens.BODY))
    return box
