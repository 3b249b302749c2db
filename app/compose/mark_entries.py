"""What can be done to the picture's marks, as entries of the Cue menu."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

from app.compose.marking import Marking
from app.compose.timeline.block_strip import BlockStrip
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
    add(menu, "New cut…", marking.new_cut)
    add(menu, "Scene at the playhead", marking.add_scene_here)
    scenes = menu.addMenu("Scenes")
    scenes.aboutToShow.connect(lambda: _fill_blocks(scenes, marking, marking.scenes))
    endings = menu.addMenu("Ending")
    endings.aboutToShow.connect(lambda: _fill_ending(endings, marking))
    dialogue = menu.addMenu("Dialogue")
    add(dialogue, "Dialogue at the playhead", marking.add_dialogue_here)
    add(dialogue, "Show the row to draw in", marking.dialogue.open)
    blocks = dialogue.addMenu("Blocks")
    blocks.aboutToShow.connect(lambda: _fill_blocks(blocks, marking, marking.dialogue))
    add(dialogue, "Read subtitles (.srt)…", marking.choose_subtitles)
    dialogue.addSeparator()
    add(dialogue, "Limits under dialogue…", marking.limit_dialogue)
    clear = add(dialogue, "Remove all dialogue", marking.session.marks.clear_dialogue)

    def show() -> None:
        cue = marking.session.cue
        find.setEnabled(bool(cue.hits))
        hits.menuAction().setEnabled(bool(cue.hits))
        scenes.menuAction().setEnabled(bool(cue.scenes))
        blocks.menuAction().setEnabled(bool(cue.dialogue))
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


def _fill_blocks(menu: QMenu, marking: Marking, strip: BlockStrip) -> None:
    """Each block leads to its name; with the keyboard there, Esc and Del remove it."""
    menu.clear()
    bars = marking.timeline.state.bars
    for index, block in enumerate(strip.blocks):
        place = beat_text(bars.tick(block.first), bars)
        name = f"{block.text[:40] or strip.noun.capitalize()}, {place}…"
        add(menu, name, lambda index=index: marking.name_block(strip, index))
