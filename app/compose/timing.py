"""The desk of time: rows of tempo, phrases, metres and keys, tied to the session.

It carries: what a strip says becomes a wish of the session, what the session holds is shown.
"""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from app.compose.cue_sheet import CueSheet
from app.compose.time_menu import add_time_entries
from app.compose.timeline.phrase_strip import PhraseStrip
from app.compose.timeline.tempo_strip import TempoStrip
from app.compose.timeline.time_strip import TimeStrip, Words
from app.compose.timeline.timeline import Timeline
from app.session import Session
from app.wording import key_name
from engine.project.cue_settings import CueSettings

_FOUR = 4


class Timing(QObject):
    """Adds the strips to a Timeline and keeps them true.

    Args:
        timeline: where they are shown.
        session: whom wishes go to.
    """

    def __init__(self, timeline: Timeline, session: Session) -> None:
        super().__init__(timeline)
        self.timeline, self.session = timeline, session
        self.marks = TimeStrip(timeline.state, timeline)
        self.phrases = PhraseStrip(timeline.state, timeline)
        self.tempo = TempoStrip(timeline.state, timeline)
        for strip in (self.marks, self.phrases, self.tempo):
            timeline.add_strip(strip)
        self._connect()
        self.show()

    def _connect(self) -> None:
        times, tempo, phrases = self.session.times, self.tempo, self.phrases
        tempo.moved.connect(times.preview_tempo)
        tempo.committed.connect(times.move_tempo)
        tempo.restored.connect(self.session.drop_preview)
        tempo.added.connect(times.put_tempo)
        tempo.removed.connect(times.remove_tempo)
        tempo.ramp_set.connect(times.set_ramp)
        tempo.fermata_put.connect(times.put_fermata)
        tempo.fermata_removed.connect(times.remove_fermata)
        phrases.moved.connect(times.move_phrase)
        phrases.split.connect(times.split_phrase)
        phrases.joined.connect(times.join_phrases)
        phrases.evened.connect(times.even_phrases)
        phrases.typed.connect(times.type_phrases)
        self.marks.menu_filled.connect(lambda menu, bar: add_time_entries(menu, times, bar))
        self.session.cue_changed.connect(self.show)

    def show(self) -> None:
        """Show what the cue holds now."""
        times = self.session.times
        self.tempo.set_marks(times.tempo_marks, times.fermatas)
        self.phrases.set_spans(times.phrases)
        self.marks.set_marks(self._words())

    def _words(self) -> list[Words]:
        """Metre and key of bar 1 and wherever they change; nothing where they never do."""
        asked = self.session.asked
        metres = asked.metres
        keys = dict(asked.cue.key_changes(asked.settings))
        found: list[Words] = []
        for bar in range(1, len(metres) + 1):
            new = bar == 1 or metres[bar - 1] != metres[bar - 2]
            metre = str(metres[bar - 1]) if new else ""
            key = key_name(asked.key if bar == 1 else keys[bar]) if bar == 1 or bar in keys else ""
            if metre or key:
                found.append((bar, metre, key))
        return found if len(found) > 1 else []

    # ---- What menus do

    def toggle_tempo(self) -> None:
        """Show the tempo row, or put it away."""
        self.tempo.open(not self.tempo.opened)

    def set_four_bar_phrases(self) -> None:
        """Phrases of four bars, to begin with."""
        self.session.times.even_phrases(_FOUR)

    def open_cue(self) -> None:
        """Open the sheet of the cue."""
        session = self.session
        told = CueSettings.of(session.cue, session.settings)
        sheet = CueSheet(told, session.times.set_cue, self.timeline.window())
        sheet.open()

    def fill_bar_menu(self, menu: QMenu, bar: int) -> None:
        """The entries of a bar, for the ruler's menu."""
        add_time_entries(menu, self.session.times, bar)
        tempo = menu.addAction("Tempo map")
        tempo.setCheckable(True)
        tempo.setChecked(self.tempo.opened)
        tempo.triggered.connect(lambda _=False: self.toggle_tempo())
