"""The Compose page: the psyche on the left, the Timeline in the middle, the takes on the right.

It lays out and carries: gestures become wishes of the session, its signals become pictures.
"""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.compose.asking_bar import AskingBar
from app.compose.comparison_card import ComparisonCard
from app.compose.dropping import MidiDrop
from app.compose.knobs import Knobs
from app.compose.live_row import LiveRow
from app.compose.marking import Marking
from app.compose.playing import Playing
from app.compose.psyche_column import PsycheColumn
from app.compose.reference_desk import ReferenceDesk
from app.compose.ruler_menu import open_ruler_menu
from app.compose.takes import TakesColumn
from app.compose.timeline.live_strip import LiveStrip
from app.compose.timeline.panel import TimelinePanel
from app.compose.timeline.plan import Plan
from app.compose.timing import Timing
from app.compose.trust_meter import TrustMeters
from app.session import ModelState, Session
from app.session.measuring import TakeMeasuring
from app.theme import tokens
from engine.lanes import Lanes
from engine.project.edits import SetAsked
from engine.score import Note
from engine.temperature import temperature

FRAME_MS = 33


class ComposePage(QWidget):
    """The page of sliders, roll and takes."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._fresh: list[Note] = []
        self._shown: object = None
        self._was_live = False
        self.psyche = PsycheColumn()
        self.knobs = Knobs(self.psyche, session)
        self.panel = TimelinePanel()
        self.timeline = self.panel.timeline
        self.marking = Marking(self.timeline, session)
        self.timing = Timing(self.timeline, session)
        self.playing = Playing(self.panel, session)
        self.reference = ReferenceDesk(self.timeline, session)
        self.asking = AskingBar(session)
        self.panel.insert_row(self.asking)
        strip = LiveStrip(self.timeline.state, self)
        self.timeline.add_strip(strip)
        self.live = LiveRow(session, strip)
        self.panel.insert_row(self.live)
        self.drops = MidiDrop(self.panel, session)
        self.takes = TakesColumn(session)
        self.measuring = TakeMeasuring(self)
        self.comparison = ComparisonCard(session, self.measuring)
        self.trust = TrustMeters(self.psyche, session)
        self._frame = QTimer(self)
        self._frame.setInterval(FRAME_MS)
        self._frame.timeout.connect(self._tick)
        self._lay_out()
        self._connect()
        self._show_cue()
        self._show_model()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 8, 8, 8)
        row.setSpacing(tokens.SPACE_M)
        row.addWidget(self.psyche)
        row.addWidget(self.panel, 1)
        right = QVBoxLayout()
        right.setSpacing(tokens.SPACE_M)
        right.addWidget(self.takes, 1)
        right.addWidget(self.comparison)
        row.addLayout(right)

    def _connect(self) -> None:
        session, psyche, timeline = self._session, self.psyche, self.timeline
        psyche.dimension_moved.connect(lambda name, value: session.preview_values({name: value}))
        psyche.dimension_committed.connect(lambda name, value: session.set_values({name: value}))
        psyche.dimension_cancelled.connect(lambda _name, _value: session.drop_preview())
        psyche.rsi_moved.connect(lambda value: session.preview_values(_rsi(value)))
        psyche.rsi_committed.connect(lambda value: session.set_values(_rsi(value)))
        psyche.rsi_cancelled.connect(lambda _value: session.drop_preview())
        psyche.automation_requested.connect(session.follow_lane)
        timeline.lane_moved.connect(session.preview_lane)
        timeline.lane_committed.connect(session.set_lane)
        timeline.lane_restored.connect(lambda _name, _lane: session.drop_preview())
        timeline.located.connect(session.locate)
        timeline.loop_changed.connect(session.set_loop)
        timeline.pitch_auditioned.connect(session.playback.strike)
        timeline.range_asked.connect(session.asking.compose_range)
        timeline.notes_edited.connect(
            lambda change: session.edit_notes(change.act, change.removed, change.added)
        )
        timeline.generate_requested.connect(session.generate)
        timeline.ruler_menu_requested.connect(
            lambda bar, place: open_ruler_menu(self, session, bar, place, self._fill_ruler_menu)
        )
        timeline.asked_committed.connect(
            lambda name, ranks: session.commit(SetAsked(cue=session.cue.id, name=name, ranks=ranks))
        )
        self.measuring.changed.connect(self._show_plan)
        session.settling.connect(psyche.finish_gestures)
        session.settling.connect(timeline.settle)
        session.cue_changed.connect(self._show_cue)
        session.takes_changed.connect(self._show_notes)
        session.generation_changed.connect(self._show_generation)
        session.note_arrived.connect(self._note_arrived)
        session.transport_changed.connect(self._show_transport)
        session.position_changed.connect(lambda _tick: self._show_position())
        session.devices_changed.connect(self._show_model)

    def _show_cue(self) -> None:
        asked, start = self._session.asked, self._session.cue.start
        weights = asked.settings.temperature_settings()
        self.psyche.set_profile(asked.lanes.profile)
        # Live music hears no lanes, so the sliders do not follow them either.
        live = self._session.live.on
        heard = Lanes(asked.lanes.profile) if live else asked.lanes
        self.psyche.set_lanes(heard)
        self.psyche.set_overridden({lane.name for lane in asked.lanes.lanes if lane.muted})
        bar = asked.bar(self._session.position)
        here = temperature(heard.profile_at(bar), weights)
        self.psyche.set_temperature(here, asked.temperatures, weights)
        self.timeline.set_upbeat(-self._session.beginning)
        self.timeline.set_frame_rate(start.frame_rate)
        self.timeline.set_start_timecode(start.timecode)
        self.timeline.set_threshold(weights.rsi_imaginary_threshold)
        self.timeline.set_lanes(asked.lanes)
        self.timeline.set_asked(asked.cue.asked)
        self.timeline.set_locked([(lock.first, lock.last) for lock in asked.cue.locked])
        self.timeline.set_vamps([(vamp.first, vamp.last) for vamp in asked.cue.vamps])
        self._show_temperatures()
        self._show_notes()
        self._show_position()

    def _fill_ruler_menu(self, menu: QMenu, bar: int) -> None:
        self.marking.fill_ruler_menu(menu, bar)
        menu.addSeparator()
        self.timing.fill_bar_menu(menu, bar)

    def _show_plan(self) -> None:
        take, measuring = self.measuring.take, self.measuring
        plan = Plan.of(take, measuring.found, measuring.chords) if take is not None else Plan()
        self.timeline.set_plan(plan)

    def _show_temperatures(self) -> None:
        session = self._session
        if session.live.on:
            drawn = tuple(session.live.heats)
        elif session.watching:
            drawn = session.composed()[1]
        else:
            current = session.current_take
            drawn = current.temperatures if current else ()
        self.timeline.set_temperatures(session.asked.temperatures, drawn)

    def _show_notes(self) -> None:
        """Show the notes of the current take, or of the one that is being composed."""
        session, asked = self._session, self._session.asked
        current, live = session.current_take, session.live.snapshot
        taken = session.passes.heard or (current.take if current else None)
        source = "live" if live else "composing" if session.watching else taken
        generation = session.generation if session.watching else None
        metres = generation.metres if generation else live.metres if live else asked.metres
        wanted = (source, metres, asked.tempo_map, asked.cue.id)
        if wanted == self._shown:
            return
        self._shown = wanted
        self._fresh.clear()
        music = None if live or session.watching or taken is None else taken.score
        composed = session.live.notes if live else session.composed()[0] if session.watching else ()
        self.timeline.set_score(music.notes if music else composed, metres, asked.tempo_map)
        blank = current is None and not live and not session.watching
        self.timeline.set_editable((music is not None or blank) and not session.passes.on)
        self.panel.set_key(music.key if music and music.key else asked.key)
        self._show_temperatures()

    def _show_generation(self) -> None:
        session, generation = self._session, self._session.generation
        if session.live.on != self._was_live:
            self._was_live = session.live.on
            self._show_cue()
        self._show_notes()
        if generation and session.watching:
            self.timeline.set_generating(generation.front, generation.holes)
        else:
            self.timeline.set_generating(None)
        if session.watching:
            self._show_temperatures()
        self._pace()

    def _note_arrived(self, note: Note) -> None:
        self._fresh.append(note)

    def _show_transport(self) -> None:
        transport = self._session.transport
        self.timeline.set_loop(
            *(transport.loop if transport.looping and transport.loop else (None,))
        )
        self._show_position()
        self._pace()

    def _show_position(self) -> None:
        tick = self._session.position
        self.timeline.set_playhead(tick, self._session.transport.playing)
        self.psyche.set_playhead_bar(self._session.asked.bar(tick))

    def _show_model(self) -> None:
        ready = self._session.model.state is ModelState.READY
        self.timeline.empty_roll.button.setEnabled(ready)
        self.timeline.empty_roll.button.setToolTip(self._session.model.reason)

    def _pace(self) -> None:
        """Tick only while something moves."""
        session = self._session
        moving = session.transport.playing or session.generation is not None or session.live.on
        if moving and not self._frame.isActive():
            self._frame.start()
        elif not moving:
            self._frame.stop()

    def _tick(self) -> None:
        if self._fresh:
            fresh, self._fresh = self._fresh, []
            self.timeline.append_notes(fresh)
        if self._session.transport.playing:
            self._show_position()


def _rsi(value: complex) -> dict[str, float]:
    return {"rsi_real": value.real, "rsi_imaginary": value.imag}
