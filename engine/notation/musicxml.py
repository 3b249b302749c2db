"""A page of music as MusicXML 3.1, for MuseScore, Dorico, Sibelius and Finale."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from engine.notation.marks import ChordAt, DynamicAt, Mark, PedalAt, TempoAt
from engine.notation.page import Page, PageBar, Voicing, WrittenChord, triplet_runs
from engine.notation.spelling import WrittenKey, name_of
from engine.notation.values import UNITS
from engine.score import Metre, Note

_DOCTYPE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 3.1 Partwise//EN" '
    '"http://www.musicxml.org/dtds/partwise.dtd">\n'
)
_FORTE = 90
_ACCIDENTALS = ("flat-flat", "flat", "natural", "sharp", "double-sharp")
# The kind of each chord quality and how it is printed.
_KINDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "maj": ("major", ""),
        "min": ("minor", "m"),
        "7": ("dominant", "7"),
        "maj7": ("major-seventh", "maj7"),
        "min7": ("minor-seventh", "m7"),
        "dim": ("diminished", "dim"),
        "aug": ("augmented", "aug"),
        "sus": ("suspended-fourth", "sus"),
    }
)
_SIGNS = ("F", "C", "G", "D", "A", "E", "B")


def musicxml(page: Page, title: str = "", notice: str = "", told: str = "") -> bytes:
    """The file's bytes.

    Args:
        title: of the piece.
        notice: a sentence on the use that the music may be put to, printed on the page.
        told: provenance, kept where readers do not look.
    """
    root = Element("score-partwise", version="3.1")
    if title:
        _text(SubElement(root, "work"), "work-title", title)
    identification = SubElement(root, "identification")
    if notice:
        _text(identification, "rights", notice)
    _text(SubElement(identification, "encoding"), "software", "PSYCHOSCORE")
    if told:
        field = SubElement(
            SubElement(identification, "miscellaneous"),
            "miscellaneous-field",
            name="psychoscore",
        )
        field.text = told
    listed = SubElement(SubElement(root, "part-list"), "score-part", id="P1")
    _text(listed, "part-name", "Piano")
    _text(SubElement(listed, "score-instrument", id="P1-I1"), "instrument-name", "Piano")
    instrument = SubElement(listed, "midi-instrument", id="P1-I1")
    _text(instrument, "midi-channel", "1")
    _text(instrument, "midi-program", "1")
    part = SubElement(root, "part", id="P1")
    before: PageBar | None = None
    for number, bar in enumerate(page.bars):
        _measure(part, bar, before, first=number == 0)
        before = bar
    indent(root, space=" ")
    return (_DOCTYPE + tostring(root, encoding="unicode") + "\n").encode()


def _measure(part: Element, bar: PageBar, before: PageBar | None, *, first: bool) -> None:
    measure = SubElement(part, "measure", number=str(bar.bar.number))
    if bar.bar.number == 0:
        measure.set("implicit", "yes")
    metre = None if before and before.bar.metre == bar.bar.metre else bar.bar.metre
    key = None if before and before.signature == bar.signature else bar.signature
    if metre or key:
        _attributes(measure, key, metre, first=first)
    for mark in sorted(bar.marks, key=lambda mark: mark.unit):
        _mark(measure, mark, bar)
    accidentals = _Accidentals(bar.signature)
    for number, voicing in enumerate(bar.voicings):
        if number:
            backup = SubElement(measure, "backup")
            _text(backup, "duration", str(bar.bar.length))
        _voice(measure, voicing, bar, accidentals)


def _attributes(
    measure: Element, signed: WrittenKey | None, metre: Metre | None, *, first: bool
) -> None:
    attributes = SubElement(measure, "attributes")
    if first:
        _text(attributes, "divisions", str(UNITS))
    if signed is not None:
        key = SubElement(attributes, "key")
        _text(key, "fifths", str(signed.fifths))
        _text(key, "mode", signed.mode)
    if metre is not None:
        time = SubElement(attributes, "time")
        _text(time, "beats", str(metre.numerator))
        _text(time, "beat-type", str(metre.denominator))
    if first:
        _text(attributes, "staves", "2")
        for staff, (sign, line) in enumerate((("G", 2), ("F", 4)), 1):
            clef = SubElement(attributes, "clef", number=str(staff))
            _text(clef, "sign", sign)
            _text(clef, "line", str(line))


class _Accidentals:
    """Which accidental a reader needs, given those that stand in the bar already."""

    def __init__(self, key: WrittenKey) -> None:
        self._signed = {
            step: alter for step, alter in map(name_of, range(key.fifths - 1, key.fifths + 6))
        }
        self._seen: dict[tuple[int, str, int], int] = {}

    def needed(self, staff: int, step: str, octave: int, alter: int) -> str:
        place = (staff, step, octave)
        holds = self._seen.get(place, self._signed[step])
        self._seen[place] = alter
        return _ACCIDENTALS[alter + 2] if holds != alter else ""


def _voice(measure: Element, voicing: Voicing, bar: PageBar, accidentals: _Accidentals) -> None:
    runs = triplet_runs(voicing.chords)
    for index, chord in enumerate(voicing.chords):
        if not chord.notes:
            alone = len(voicing.chords) == 1 or all(not each.notes for each in voicing.chords)
            if alone and index:
                continue
            _note(measure, chord, None, voicing, bar, accidentals, runs.get(index), whole=alone)
        for number, note in enumerate(chord.notes):
            run = None if number else runs.get(index)
            element = _note(measure, chord, note, voicing, bar, accidentals, run)
            if number:
                element.insert(0, Element("chord"))


def _note(
    measure: Element,
    chord: WrittenChord,
    note: Note | None,
    voicing: Voicing,
    bar: PageBar,
    accidentals: _Accidentals,
    run: tuple[bool, bool] | None,
    *,
    whole: bool = False,
) -> Element:
    element = SubElement(measure, "note")
    accidental = ""
    if chord.hidden:
        element.set("print-object", "no")
    if note is None:
        rest = SubElement(element, "rest")
        if whole:
            rest.set("measure", "yes")
    else:
        element.set("dynamics", f"{100 * note.velocity / _FORTE:.2f}")
        spelled = bar.key.spell(note.pitch)
        pitch = SubElement(element, "pitch")
        _text(pitch, "step", spelled.step)
        if spelled.alter:
            _text(pitch, "alter", str(spelled.alter))
        _text(pitch, "octave", str(spelled.octave))
        if not chord.tied_before:
            accidental = accidentals.needed(
                voicing.staff, spelled.step, spelled.octave, spelled.alter
            )
    value = chord.value
    _text(element, "duration", str(bar.bar.length if whole else value.length))
    ties = [kind for kind, on in (("stop", chord.tied_before), ("start", chord.tied_after)) if on]
    for kind in ties if note is not None else ():
        SubElement(element, "tie", type=kind)
    _text(element, "voice", str(voicing.number))
    if not whole:
        _text(element, "type", value.name)
        for _ in range(value.dots):
            SubElement(element, "dot")
        if accidental:
            _text(element, "accidental", accidental)
        if value.triplet is not None:
            modification = SubElement(element, "time-modification")
            _text(modification, "actual-notes", "3")
            _text(modification, "normal-notes", "2")
            _text(modification, "normal-type", value.triplet.kind)
    _text(element, "staff", str(voicing.staff))
    _notations(element, ties if note is not None else [], run, held=chord.held)
    return element


def _notations(
    element: Element, ties: list[str], run: tuple[bool, bool] | None, *, held: bool
) -> None:
    begins, ends = run or (False, False)
    if not ties and not begins and not ends and not held:
        return
    notations = SubElement(element, "notations")
    for kind in ties:
        SubElement(notations, "tied", type=kind)
    if begins:
        SubElement(notations, "tuplet", type="start", bracket="yes")
    if ends:
        SubElement(notations, "tuplet", type="stop")
    if held:
        SubElement(notations, "fermata", type="upright")


def _mark(measure: Element, mark: Mark, bar: PageBar) -> None:
    offset = mark.unit - bar.bar.start
    match mark:
        case TempoAt(_, bpm, printed, words) if printed or words:
            if words:
                direction, kind = _direction(measure, "above")
                _text(kind, "words", words)
                _place(direction, offset, 1)
            if not printed:
                _sound(measure, bpm, offset)
                return
            direction, kind = _direction(measure, "above")
            metronome = SubElement(kind, "metronome")
            compound = bar.bar.metre.beat_ticks == 720
            _text(metronome, "beat-unit", "quarter")
            if compound:
                SubElement(metronome, "beat-unit-dot")
            _text(metronome, "per-minute", f"{round(bpm / 1.5 if compound else bpm, 2):g}")
            _place(direction, offset, 1)
            SubElement(direction, "sound", tempo=f"{bpm:.6g}")
        case TempoAt(_, bpm, _, _):
            _sound(measure, bpm, offset)
        case DynamicAt(_, name, velocity):
            direction, kind = _direction(measure, "below")
            SubElement(SubElement(kind, "dynamics"), name)
            _place(direction, offset, 1)
            SubElement(direction, "sound", dynamics=f"{100 * velocity / _FORTE:.2f}")
        case PedalAt(_, word):
            direction, kind = _direction(measure, "below")
            SubElement(kind, "pedal", type=word, line="yes")
            _place(direction, offset, 2)
        case ChordAt():
            _harmony(measure, mark, bar.key, offset)


def _sound(measure: Element, bpm: float, offset: int) -> None:
    sound = SubElement(measure, "sound", tempo=f"{bpm:.6g}")
    _text(sound, "offset", str(offset))


def _direction(measure: Element, placement: str) -> tuple[Element, Element]:
    direction = SubElement(measure, "direction", placement=placement)
    return direction, SubElement(direction, "direction-type")


def _place(direction: Element, offset: int, staff: int) -> None:
    if offset:
        _text(direction, "offset", str(offset))
    _text(direction, "staff", str(staff))


def _harmony(measure: Element, mark: ChordAt, key: WrittenKey, offset: int) -> None:
    root = mark.chord.root
    if root is None:
        return
    quality, _, under = mark.chord.quality.partition("/")
    kind, printed = _KINDS.get(quality, ("other", quality))
    harmony = SubElement(measure, "harmony")
    step, alter = name_of(key.place(root))
    written = SubElement(harmony, "root")
    _text(written, "root-step", step)
    if alter:
        _text(written, "root-alter", str(alter))
    SubElement(harmony, "kind", text=printed).text = kind
    if under:
        _bass(harmony, under)
    if offset:
        _text(harmony, "offset", str(offset))
    _text(harmony, "staff", "1")


def _bass(harmony: Element, name: str) -> None:
    if name[:1] not in _SIGNS:
        return
    bass = SubElement(harmony, "bass")
    _text(bass, "bass-step", name[0])
    alter = name.count("#") - name.count("b")
    if alter:
        _text(bass, "bass-alter", str(alter))


def _text(parent: Element, tag: str, text: str) -> Element:
    child = SubElement(parent, tag)
    child.text = text
    return child
