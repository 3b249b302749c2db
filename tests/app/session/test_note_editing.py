"""Notes edited through the session: undone exactly, heard at once, kept by files and by history."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.midi.file import read_provenance, read_score
from engine.playing.events import score_events
from engine.score import Note, Voice
from engine.take import parse_provenance
from tests.app.recording_player import RecordingPlayer
from tests.app.session.test_session import MakeSession, generate, make, troubles

__all__ = ["make"]
HIGH = Note(240, 240, 90, 77, Voice.MELODY)


def player_of(session: object) -> RecordingPlayer:
    player = session.playback._player  # type: ignore[attr-defined]
    assert isinstance(player, RecordingPlayer)
    return player


def test_an_edit_is_one_step_and_is_held_at_once(make: MakeSession) -> None:
    session = make()
    generate(session)
    before, first = session.state, session.takes[0].notes[0]
    session.edit_notes("move", [first], [HIGH])
    current = session.current_take
    assert current is not None and current.take is not None
    assert HIGH in current.notes and first not in current.notes
    assert "edited" in current.about and "edited once" in current.hint
    assert player_of(session).programme.events() == score_events(current.take.score)
    assert session.undo_stack.undoText() == "Move Notes"
    session.undo_stack.undo()
    assert session.state == before
    assert player_of(session).programme.events() == score_events(
        before.take(session.cue.id, session.takes[0].id).score
    )


def test_what_plays_goes_on_through_an_edit(make: MakeSession) -> None:
    session = make()
    generate(session)
    session.playback.play(0)
    player = player_of(session)
    player.advance(960)
    session.edit_notes("draw", [], [HIGH])
    assert player.playing and player.tick == 960 and session.transport.playing
    take = session.takes[0].take
    assert take is not None
    assert player.programme.events() == score_events(take.score)
    session.undo_stack.undo()
    assert player.playing and HIGH not in session.takes[0].notes


def test_an_edit_of_nothing_leaves_no_step(make: MakeSession) -> None:
    session = make()
    heard = troubles(session)
    session.edit_notes("delete", [], [])
    assert session.undo_stack.count() == 0
    generate(session)
    session.edit_notes("delete", [], [])
    assert session.undo_stack.count() == 1 and heard == []


def test_only_the_current_take_is_edited_and_a_copy_keeps_its_own_notes(make: MakeSession) -> None:
    session = make()
    generate(session, takes=2)
    session.choose_take(1)
    other = session.takes[0]
    session.edit_notes("draw", [], [HIGH])
    assert session.takes[0] == other
    session.duplicate_take(session.takes[1].id)
    session.edit_notes("delete", [HIGH], [])
    assert HIGH in session.takes[1].notes and HIGH not in session.takes[2].notes


def test_a_renamed_and_starred_take_keeps_its_edited_notes(
    make: MakeSession, tmp_path: Path
) -> None:
    session = make()
    generate(session)
    session.edit_notes("draw", [], [HIGH])
    take = session.takes[0].id
    session.rename_take(take, "By hand")
    session.star_take(take, True)
    assert session.save(tmp_path / "hamlet")
    again = make()
    assert again.open_project(tmp_path / "hamlet")
    assert HIGH in again.takes[0].notes
    assert (again.takes[0].title, again.takes[0].starred) == ("By hand", True)


def test_edits_are_undone_after_a_restart_and_redone_after_another(
    make: MakeSession, tmp_path: Path
) -> None:
    session, folder = make(), tmp_path / "hamlet"
    generate(session)
    assert session.save(folder)
    plain = session.takes[0].notes
    session.edit_notes("draw", [], [HIGH])
    session.edit_notes("transpose", [HIGH], [replace(HIGH, pitch=91)])
    edited = session.takes[0].notes
    assert session.save(folder)
    again = make()
    assert again.open_project(folder)
    assert again.takes[0].notes == edited and not again.dirty
    again.undo_stack.undo()
    again.undo_stack.undo()
    assert again.takes[0].notes == plain and again.dirty
    assert again.save(folder)
    third = make()
    assert third.open_project(folder)
    assert third.takes[0].notes == plain
    third.undo_stack.redo()
    third.undo_stack.redo()
    assert third.takes[0].notes == edited


def test_files_and_exports_hold_the_edited_notes(make: MakeSession, tmp_path: Path) -> None:
    session = make()
    generate(session)
    session.edit_notes("draw", [], [HIGH])
    assert session.save(tmp_path / "hamlet")
    take = session.takes[0]
    handed = session.exporting.hand_over(take)
    own = session.exporting.take_file(take.id)
    for path in (handed, own):
        assert path is not None
        assert HIGH in read_score(path).notes
        text = read_provenance(path)
        assert text is not None and parse_provenance(text).edits == 1


def test_autosaved_edits_are_recovered(make: MakeSession, tmp_path: Path) -> None:
    session, folder = make(), tmp_path / "hamlet"
    generate(session)
    assert session.save(folder)
    session.edit_notes("draw", [], [HIGH])
    session.autosave()
    again = make()
    assert again.open_project(folder) and HIGH not in again.takes[0].notes
    assert again.recover() and HIGH in again.takes[0].notes


def test_a_pressed_key_sounds_beside_the_music(make: MakeSession) -> None:
    session = make()
    session.playback.strike(60, 90)
    assert player_of(session).strikes == [(60, 90)] and not player_of(session).playing
