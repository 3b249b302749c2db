"""Our files as another library reads them: pitches, velocities and seconds."""

from __future__ import annotations

import io
import warnings

import pytest

from engine.midi.file import midi_bytes
from engine.score import Key, Metre, Note, Score, TempoMap, Voice

with warnings.catch_warnings():
    # It reads its own version through a part of setuptools that announces its end.
    warnings.simplefilter("ignore")
    import pretty_midi


def test_pretty_midi_reads_what_we_write() -> None:
    notes = (
        Note(0, 480, 60, 80, Voice.MELODY),
        Note(0, 1920, 36, 60, Voice.BASS),
        Note(960, 240, 67, 100, Voice.MELODY),
        Note(1920, 480, 64, 7, Voice.ACCOMPANIMENT),
    )
    tempo_map = TempoMap(((0, 60.0), (960, 120.0)))
    score = Score(notes, (Metre(4, 4), Metre(3, 4)), tempo_map, Key(2, "minor"))
    read = pretty_midi.PrettyMIDI(io.BytesIO(midi_bytes(score)))
    found = sorted(
        (note.pitch, note.velocity, note.start, note.end)
        for instrument in read.instruments
        for note in instrument.notes
    )
    expected = sorted(
        (n.pitch, n.velocity, tempo_map.seconds(n.onset), tempo_map.seconds(n.end)) for n in notes
    )
    assert [each[:2] for each in found] == [each[:2] for each in expected]
    for one, other in zip(found, expected, strict=True):
        assert one[2:] == pytest.approx(other[2:], abs=1e-3)
    signatures = [(each.numerator, each.denominator) for each in read.time_signature_changes]
    assert signatures == [(4, 4), (3, 4)]
    assert read.key_signature_changes[0].key_number == 12 + 2
