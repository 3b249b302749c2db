"""From pieces to training examples: tokens, and for each bar what the network will be told.

The profile of a bar is measured from its notes. A clip with a human label keeps its place
within the range of that label (`QUADRANTS`), so that people have the last word where they
spoke.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from engine.composing.conditions import ATTRIBUTES_AT, PROFILE_AT, SOURCES, structure_rows
from engine.composing.tokens import Encoded, encode
from engine.composing.vocabulary import PITCH
from engine.data.emopia import QUADRANTS
from engine.data.piece import Chord, Piece
from engine.data.shards import EncodedPiece
from engine.measuring.chords import find_chords
from engine.score import CHORD_QUALITIES, Key, Score
from models.conditioning import FIELD_INDEX

Floats = npt.NDArray[np.float32]
Measures = tuple[Floats, Floats, npt.NDArray[np.int64]]
# A score to (profiles (bars, 4), attribute ranks (bars, 12), texture classes (bars,)).
Labeller = Callable[[Score], Measures]

# What is compared bar with bar says nothing where the bars were guessed.
_LEANS_ON_BARS = [
    FIELD_INDEX[name] for name in ("rsi_real", "rsi_imaginary", "return", "estrangement")
]


def chord_class(quality: str) -> int:
    """Class 0-7 of a chord word such as `min7/b3`: major, minor, dominant, major seventh, minor
    seventh, diminished, augmented, suspended."""
    word = quality.partition("/")[0].partition("(")[0]
    if word.startswith("sus"):
        return CHORD_QUALITIES.index("sus")
    if word.startswith(("dim", "hdim")):
        return CHORD_QUALITIES.index("dim")
    if word in CHORD_QUALITIES:
        return CHORD_QUALITIES.index(word)
    if word.startswith("min"):
        return CHORD_QUALITIES.index("min7" if "7" in word or "9" in word else "min")
    if word.startswith("maj"):
        return CHORD_QUALITIES.index("maj7" if "7" in word or "9" in word else "maj")
    if word.startswith("aug"):
        return CHORD_QUALITIES.index("aug")
    return CHORD_QUALITIES.index("7" if word[:1].isdigit() and word != "6" else "maj")


def write_chords(rows: Floats, score: Score, chords: tuple[Chord, ...]) -> None:
    """Write the chord at each bar line and at each half bar; roots are relative to the tonic."""
    if not chords:
        return
    tonic = (score.key or Key(0)).tonic
    starts = np.array([chord.start for chord in chords])
    for bar, (start, metre) in enumerate(zip(score.starts, score.metres, strict=False)):
        for prefix, tick in (("", start), ("half_", start + metre.ticks // 2)):
            chord = chords[max(int(np.searchsorted(starts, tick + 20)) - 1, 0)]
            if chord.root is not None:
                rows[bar, FIELD_INDEX[f"{prefix}chord_root"]] = (chord.root - tonic) % 12
                rows[bar, FIELD_INDEX[f"{prefix}chord_quality"]] = chord_class(chord.quality)


def label_piece(piece: Piece, labeller: Labeller) -> EncodedPiece:
    """Tokens and condition rows of a piece."""
    score = piece.score
    tempi = [score.tempo_map.bpm(start) for start in score.starts[:-1]]
    rows = structure_rows(score.metres, tempi, score.key)
    rows[:, FIELD_INDEX["source"]] = SOURCES.index(piece.source)
    profiles, ranks, textures = labeller(score)
    profiles = profiles.copy()
    if piece.quadrant is not None:
        quadrant = QUADRANTS[piece.quadrant]
        for column, (low, high) in enumerate((quadrant.trauma, quadrant.entropy)):
            profiles[:, column] = low + (high - low) * profiles[:, column]
    rows[:, PROFILE_AT] = profiles
    rows[:, ATTRIBUTES_AT] = ranks
    rows[:, FIELD_INDEX["texture"]] = textures
    if piece.provisional:
        rows[:, _LEANS_ON_BARS] = np.nan
    write_chords(rows, score, piece.chords or find_chords(score))
    encoded = encode(score)
    return EncodedPiece(
        piece.id,
        piece.song,
        piece.source,
        piece.split,
        piece.quadrant,
        np.array(encoded.tokens, dtype=np.uint16),
        np.array(encoded.bars, dtype=np.uint16),
        rows,
        _deviations(piece, encoded),
    )


def _deviations(piece: Piece, encoded: Encoded) -> npt.NDArray[np.float16] | None:
    """The deviation of each note at its pitch token, NaN at the other tokens.

    None where the piece is no performance, or where notes beyond the range were left out.
    """
    pitches = [index for index, token in enumerate(encoded.tokens) if token in PITCH]
    if not piece.deviations or len(pitches) != len(piece.deviations):
        return None
    found = np.full(len(encoded.tokens), np.nan, dtype=np.float16)
    found[pitches] = piece.deviations
    return found
