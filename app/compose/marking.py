"""The desk of the picture: strips of scenes, hit points and dialogue, tied to the session.

It carries: what a strip says becomes a wish of the session, what the session holds is shown.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMenu

from app.compose.dialogue_sheet import DialogueSheet, law_words
from app.compose.recut_sheet import RecutSheet
from app.compose.subtitle_sheet import SubtitleSheet, choose_subtitles
from app.compose.tempo_sheet import TempoSheet
from app.compose.timeline.block_strip import BlockStrip
from app.compose.timeline.blocks import Block, spanned
from app.compose.timeline.dialogue_strip import DialogueStrip
from app.compose.timeline.hit_menus import add
from app.compose.timeline.hit_sheet import HitSheet
from app.compose.timeline.hit_strip import HitStrip
from app.compose.timeline.places import nearest_timecode
from app.compose.timeline.scene_strip import SceneStrip
from app.compose.timeline.timeline import Timeline
from app.session import Session
from app.wording import bars_word
from engine.errors import PsychoscoreError
from engine.project.subtitles import read_subtitles


class Marking(QObject):
    """Adds the strips to a Timeline and keeps them true.

    Args:
        timeline: where they are shown.
        session: whom wishes go to.
    """

    def __init__(self, timeline: Timeline, session: Session) -> None:
        super().__init__(timeline)
        self.timeline, self.session = timeline, session
        self.scenes = SceneStrip(timeline.state, timeline)
        self.hits = HitStrip(timeline.state, timeline)
        self.dialogue = DialogueStrip(timeline.state, timeline)
        for strip in (self.scenes, self.hits, self.dialogue):
            timeline.add_strip(strip)
        self._connect()
        self.show()

    def _connect(self) -> None:
        session, marks = self.session, self.session.marks
        hits, scenes, dialogue = self.hits, self.scenes, self.dialogue
        hits.hit_added.connect(lambda tick: self._add_hit(tick, tick))
        hits.hit_changed.connect(marks.change_hit)
        hits.hit_removed.connect(marks.remove_hit)
        hits.sheet_requested.connect(self.open_hit)
        hits.ending_chosen.connect(marks.set_ending)
        hits.tempo_requested.connect(self.find_tempo)
        scenes.block_added.connect(
            lambda block: marks.add_scene(*_whole(block), self._scene_title())
        )
        scenes.block_changed.connect(
            lambda index, block: marks.change_scene(index, *_whole(block), block.text)
        )
        scenes.block_removed.connect(marks.remove_scene)
        scenes.menu_filled.connect(self._fill_scene_menu)
        dialogue.block_added.connect(
            lambda block: marks.add_dialogue(block.first, block.last, block.text)
        )
        dialogue.block_changed.connect(
            lambda index, block: marks.change_dialogue(index, block.first, block.last, block.text)
        )
        dialogue.block_removed.connect(marks.remove_dialogue)
        dialogue.menu_filled.connect(
            lambda menu, _index: menu.addAction("Limits under dialogue…").triggered.connect(
                lambda _=False: self.limit_dialogue()
            )
        )
        session.cue_changed.connect(self.show)

    def show(self) -> None:
        """Show what the cue holds now."""
        cue = self.session.asked.cue
        self.hits.set_hits(cue.hits, cue.ending)
        self.scenes.set_blocks(
            [Block(each.first_bar, each.last_bar + 1, each.title) for each in cue.scenes]
        )
        self.dialogue.law = law_words(cue.dialogue_law)
        self.dialogue.set_blocks([Block(each.first, each.last, each.text) for each in cue.dialogue])

    # ---- What menus and keys do

    def add_hit_here(self) -> None:
        """A hit at the playhead: on the nearest grid line, fixed to the frame that is shown."""
        tick = min(max(self.session.position, 0.0), self.timeline.state.bars.end - 1)
        self._add_hit(self.hits.on_grid(tick), tick)

    def add_scene_here(self) -> None:
        """A scene of four bars from the playhead's bar on, its name ready to be typed."""
        bar = self.timeline.state.bars.bar(self.session.position)
        self.scenes.add_at(self.timeline, min(bar, self.scenes.end - 0.001))

    def add_dialogue_here(self) -> None:
        """A bar of dialogue from the playhead on, its text ready to be typed."""
        self.dialogue.open()
        bar = self.timeline.state.bars.bar(self.session.position)
        self.dialogue.add_at(self.timeline, min(bar, self.dialogue.end - 0.001))

    def name_block(self, strip: BlockStrip, index: int) -> None:
        """Choose a block and let its text be typed; the keyboard stays at the Timeline."""
        self.timeline.setFocus(Qt.FocusReason.OtherFocusReason)
        strip.choose(index)
        strip.rename(self.timeline, index)

    def fill_ruler_menu(self, menu: QMenu, bar: int) -> None:
        """What the menu of the ruler offers for a bar, or for the looped bars about it."""
        first, last = bar, bar
        region = self.session.looped_bars
        if region is not None and region[0] <= bar <= region[1]:
            first, last = region
        tick = self.timeline.state.bars.starts[first - 1]
        add(menu, f"Hit point at bar {first}", lambda: self._add_hit(tick, tick))
        free = spanned(self.scenes.blocks, first, first, last + 1, self.scenes.end)
        scene = add(menu, "New scene", lambda: free and self.scenes.add(self.timeline, free))
        if free is not None:
            scene.setText(f"Scene of {bars_word(*_whole(free))}")
        scene.setEnabled(free is not None)
        add(menu, f"New cut at bar {first}…", lambda: self.new_cut(tick))

    def open_hit(self, index: int) -> None:
        """Open the sheet of a hit."""
        hits = self.session.cue.hits
        if index >= len(hits):
            return
        sheet = HitSheet(hits[index], self.session.marks.clock, self.timeline.window())
        sheet.changed.connect(lambda hit: self.session.marks.change_hit(index, hit))
        sheet.open()

    def find_tempo(self) -> None:
        """Open the list of tempi that meet the hits."""
        sheet = TempoSheet(self.session.marks, self.session.cue.hits, self.timeline.window())
        sheet.chosen.connect(self.session.marks.use_tempo)
        sheet.open()

    def new_cut(self, tick: float | None = None) -> None:
        """Open the sheet of a new cut of the picture, at a tick or the playhead."""
        session = self.session
        moment = max(session.position if tick is None else tick, 0.0)
        at = session.marks.clock.tempo.seconds(min(moment, self.timeline.state.bars.end - 1))
        sheet = RecutSheet(
            session.cue, session.settings, at, session.recutting.number, self.timeline.window()
        )
        sheet.chosen.connect(session.recutting.use)
        sheet.open()

    def limit_dialogue(self) -> None:
        """Open the limits of what sounds under dialogue."""
        sheet = DialogueSheet(self.session.cue.dialogue_law, self.timeline.window())
        sheet.changed.connect(self.session.marks.set_dialogue_law)
        sheet.open()

    def choose_subtitles(self) -> None:
        """Let an .srt file be chosen, then where its time begins."""
        choose_subtitles(self.timeline.window(), self.read_subtitles)

    def read_subtitles(self, path: Path) -> None:
        """Open the sheet for the subtitles of a file."""
        try:
            subtitles = read_subtitles(path)
        except PsychoscoreError as error:
            self.session.report(error)
            return
        marks = self.session.marks
        there = len(self.session.cue.dialogue)
        window = self.timeline.window()
        sheet = SubtitleSheet(path.name, subtitles, marks.clock, there, window)
        sheet.chosen.connect(marks.read_dialogue)
        sheet.open()

    def _add_hit(self, tick: int, moment: float) -> None:
        state = self.timeline.state
        code = nearest_timecode(self.session.marks.clock, moment)
        index = self.session.marks.add_hit(state.bars.bar(tick), code)
        self.hits.choose(index)

    def _scene_title(self) -> str:
        return f"Scene {len(self.session.cue.scenes) + 1}"

    def _fill_scene_menu(self, menu: QMenu, index: int) -> None:
        first, last = _whole(self.scenes.blocks[index])
        loop = menu.addAction(f"Loop {bars_word(first, last)}")
        loop.triggered.connect(lambda _=False: self.session.loop_bars(first, last))


def _whole(block: Block) -> tuple[int, int]:
    """First and last bar of a block of whole bars."""
    first = round(block.first)
    return first, max(round(block.last) - 1, first)
