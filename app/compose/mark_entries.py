"""What can be done to the picture's marks, as entries of the Cue menu."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

from app.compose.marking import Marking
from app.compose.timeline.hit_glyphs import glyph_icon
from app.compose.timeline.hit_menus import add, fill_endings
from app.compose.timeline.places import beat_text
from engine.picture import HIT_KINDS


def add_mark_entries(menu: QMenu, marking: Marking) -> None:
    """Hits, scenes, ending and dialogue; what depends on the moment is filled when it opens."""
    hit = add(menu, "Hit point at the playhead", marking.add_hit_here)
    hit.setShortcut(QKeySequence("M"))
    hits = menu.addMenu("Hit points")
    hits.aboutToShow.connect(lambda: _fill_hits(hits, marking))
    find = add(menu, "Find tempo…", marking.find_tempo)
    add(menu, "Scene at the playhead", marking.add_scene_here)
    endings = menu.addMenu("Ending")
    endings.aboutToShow.connect(lambda: _fill_ending(endings, marking))
    dialogue = menu.addMenu("Dialogue")
    add(dialogue, "Dialogue at the playhead", marking.add_dialogue_here)
    add(dialogue, "Show the row to draw in", marking.dialogue.open)
    add(dialogue, "Read subtitles (.srt)…", marking.choose_subtitles)
    dialogue.addSeparator()
    add(dialogue, "Limits under dialogue…", marking.limit_dialogue)
    clear = add(dialogue, "Remove all dialogue", marking.session.marks.clear_dialogue)

    def show() -> None:
        cue = marking.session.cue
        find.setEnabled(bool(cue.hits))
        hits.menuAction().setEnabled(bool(cue.hits))
        clear.setEnabled(bool(cue.dialogue))

    marking.session.cue_changed.connect(show)
    show()


def _fill_hits(menu: QMenu, marking: Marking) -> None:
    menu.clear()
    bars = marking.timeline.state.bars
    for index, hit in enumerate(marking.session.cue.hits):
        name = hit.title or HIT_KINDS[hit.kind]
        place = beat_text(bars.tick(hit.bar), bars)
        entry = add(menu, f"{name}, {place}…", lambda index=index: marking.open_hit(index))
        entry.setIcon(glyph_icon(hit.kind))


def _fill_ending(menu: QMenu, marking: Marking) -> None:
    menu.clear()
    fill_endings(menu, marking.session.cue.ending, marking.session.marks.set_ending)
