"""The token format: names, ids and the order in which tokens may follow each other.

The format is REMI as MidiTok writes it (one stream, voices as programs, 12 positions a quarter
note), with two changes. Positions count twelfths of a *quarter* in every metre, where MidiTok
counts twelfths of the denominator. Pitch is relative to the home tonic, so that a minor third
above the tonic is one token in every key. Slots for infilling, themes, textures and the pedal
are reserved, so that later checkpoints keep these ids.

It knows neither torch nor scores: it is a frozen table that a shard carries beside its tokens.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.score import TICKS_PER_QUARTER, VOICE_SLOTS

POSITIONS_PER_QUARTER = 12
TICKS_PER_POSITION = TICKS_PER_QUARTER // POSITIONS_PER_QUARTER
POSITIONS = 6 * POSITIONS_PER_QUARTER
LOWEST_PITCH, HIGHEST_PITCH = 12, 115
VELOCITY_BINS = 32
# Twelfths up to two quarters, halves of a quarter up to twelve.
DURATIONS: tuple[int, ...] = tuple(range(1, 25)) + tuple(range(30, 145, 6))
TEXTURE_SLOTS = 8
RESERVED_SIZE = 320


@dataclass(frozen=True, slots=True)
class Span:
    """A run of consecutive ids of one kind."""

    start: int
    size: int

    @property
    def stop(self) -> int:
        return self.start + self.size

    def __contains__(self, token: object) -> bool:
        return isinstance(token, int) and self.start <= token < self.start + self.size


def _duration_name(twelfths: int) -> str:
    """MidiTok's name: quarters, parts of a quarter, parts in a quarter."""
    quarters, rest = divmod(twelfths, 12)
    if twelfths < 24:
        return f"Duration_{quarters}.{rest}.12"
    return f"Duration_{quarters}.{rest // 6}.2"


def _layout() -> tuple[list[str], dict[str, Span]]:
    kinds: list[tuple[str, list[str]]] = [
        ("special", ["PAD_None", "BOS_None", "EOS_None"]),
        ("bar", ["Bar_None"]),
        ("position", [f"Position_{i}" for i in range(POSITIONS)]),
        ("voice", [f"Program_{i}" for i in range(VOICE_SLOTS)]),
        ("pitch", [f"Pitch_{i}" for i in range(LOWEST_PITCH, HIGHEST_PITCH + 1)]),
        ("velocity", [f"Velocity_{3 + 4 * i}" for i in range(VELOCITY_BINS)]),
        ("duration", [_duration_name(d) for d in DURATIONS]),
        ("hole_bar", ["Hole_Bar"]),
        ("hole_voice", [f"Hole_Voice{i}" for i in range(VOICE_SLOTS)]),
        ("hole_pitch", ["Hole_Pitch"]),
        ("pitch_free", ["Pitch_Free"]),
        ("fill", ["Fill_Start", "Fill_End"]),
        ("theme", ["Theme_Start", "Theme_End"]),
        ("texture", [f"Texture_{i}" for i in range(TEXTURE_SLOTS)]),
        ("pedal", ["Pedal_On", "PedalOff_None"]),
    ]
    names: list[str] = []
    spans: dict[str, Span] = {}
    for kind, members in kinds:
        spans[kind] = Span(len(names), len(members))
        names += members
    names += [f"Reserved_{i}" for i in range(RESERVED_SIZE - len(names))]
    return names, spans


_NAMES, _SPANS = _layout()
NAMES: tuple[str, ...] = tuple(_NAMES)
SIZE = len(NAMES)
PAD, BOS, EOS = 0, 1, 2
BAR = _SPANS["bar"].start
POSITION = _SPANS["position"]
VOICE = _SPANS["voice"]
PITCH = _SPANS["pitch"]
VELOCITY = _SPANS["velocity"]
DURATION = _SPANS["duration"]
HOLE_BAR = _SPANS["hole_bar"].start
HOLE_VOICE = _SPANS["hole_voice"]
HOLE_PITCH = _SPANS["hole_pitch"].start
PITCH_FREE = _SPANS["pitch_free"].start
FILL_START, FILL_END = _SPANS["fill"].start, _SPANS["fill"].start + 1


def velocity_bin(velocity: int) -> int:
    """The bin of a MIDI velocity 1-127."""
    return min(max(velocity, 1), 127) // 4


def bin_velocity(index: int) -> int:
    """The MIDI velocity that a bin stands for."""
    return 3 + 4 * index


def duration_bin(positions: int) -> int:
    """The bin whose length in twelfths of a quarter lies nearest."""
    if positions <= 24:
        return max(positions, 1) - 1
    return min(23 + round((positions - 24) / 6), len(DURATIONS) - 1)


def tonic_shift(tonic: int) -> int:
    """Semitones by which a piece with this tonic lies above the token pitches: -5 to 6."""
    return tonic if tonic <= 6 else tonic - 12
