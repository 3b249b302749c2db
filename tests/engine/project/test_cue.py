"""The cue: its file, what it leaves to the configuration, and what it asks for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from pydantic import ValidationError

from engine.config.layers import builtin_presets, resolve
from engine.config.own import OwnSettings
from engine.config.schema import Settings
from engine.config.strict_json import parse_json
from engine.errors import PsychoscoreError
from engine.lanes import Lane
from engine.picture import Dialogue, DialogueLaw, Hit
from engine.profile import Profile
from engine.project.cue import Cue, new_cue
from engine.project.cue_folder import cue_text, folder_name
from engine.project.cue_marks import (
    DialogueBlock,
    DialogueSettings,
    Fermata,
    HitPoint,
    KeyMark,
    MetreMark,
    OwnProfile,
    Start,
    TempoMark,
)
from engine.score import Key, Metre, TempoMap
from engine.temperature import TemperatureSettings
from tests.engine.states import cues

CUE_TEXT = '{"format": 1, "id": "0123456789ab", "number": "1M3"%s}'


@given(cues())
def test_a_cue_is_equal_after_its_file(cue: Cue) -> None:
    assert parse_json(cue_text(cue), "cue.json").validated(Cue) == cue


@given(cues())
def test_every_cue_can_be_asked_for(cue: Cue) -> None:
    request = cue.request(Settings())
    assert request.bars == cue.bars
    assert request.lanes.lanes == cue.lanes


def test_the_smallest_file_is_a_cue() -> None:
    cue = parse_json(CUE_TEXT % "", "cue.json").validated(Cue)
    assert (cue.number, cue.bars, cue.takes) == ("1M3", 16, ())


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (', "bars": 0', "cue.json, line 1, column 54: bars is 0, but must be at least 1."),
        (', "titel": "x"', 'unknown key "titel". Did you mean "title"?'),
        (', "lanes": [{"name": "trauma", "points": [[1, 1.5]]}]', "1.5 at bar 1 must lie"),
        (', "lanes": [{"name": "trauma", "points": [[0, 0.5]]}]', "bar 0 must be 1 or later"),
        (', "lanes": [{"name": "joy", "points": [[1, 1]]}]', "no lane named 'joy'"),
        (', "lanes": [{"name": "trauma", "pionts": []}]', 'Did you mean "points"?'),
        (', "keys": [{"bar": 1, "key": "H"}]', "not a key"),
        (', "metres": [{"bar": 1, "metre": "4/5"}]', "4/5 is no time signature"),
        (', "tempo": [{"bar": 1, "bpm": 2}]', "tempo.0.bpm is 2, but must be at least 4."),
        (', "tempo": [{"bar": 2, "bpm": 60}, {"bar": 2, "bpm": 70}]', "ascend"),
        (', "start": {"timecode": "00:00:00:25", "frame_rate": "25"}', "more frames"),
        (', "takes": [{"id": "../../etc/passwd"}]', "takes.0.id"),
        (', "takes": [{"id": "a"}, {"id": "a"}]', "a take is given twice"),
        (', "model": {"name": "/tmp/x", "sha256": "00"}', "model.name"),
        (', "seed": -1', "seed is -1"),
        (', "profile": {"trauma": 1.5}', "profile.trauma is 1.5, but must be at most 1."),
    ],
)
def test_wrong_cues_are_refused_with_a_sentence(more: str, sentence: str) -> None:
    with pytest.raises(PsychoscoreError) as caught:
        parse_json(CUE_TEXT % more, "cue.json").validated(Cue)
    assert sentence in str(caught.value)
    assert str(caught.value).startswith("cue.json, line 1")


def test_a_file_of_a_later_format_is_refused() -> None:
    text = (CUE_TEXT % "").replace('"format": 1', '"format": 2')
    with pytest.raises(PsychoscoreError, match="format is 2, but must be 1"):
        parse_json(text, "cue.json").validated(Cue)


def test_what_a_cue_leaves_open_follows_the_configuration() -> None:
    settings = resolve(
        OwnSettings().with_values({"preset": "tragedy", "music.key": "D"}),
        OwnSettings(),
        builtin_presets(),
    ).settings
    request = new_cue("1M1", bars=2, seed=9).request(settings, take=3)
    assert request.lanes.profile == Profile(0.8, 0.35, 0.4 + 0.2j)
    assert request.tempo_map == TempoMap(((0, 63.0),))
    assert request.key == Key(2, "minor")
    assert request.metres == (Metre(), Metre())
    assert request.velocity_range == (24, 92)
    assert request.temperature == TemperatureSettings(base_temperature=0.65)
    assert (request.seed, request.take) == (9, 3)
    assert new_cue("1M1").request(settings, seed=4).seed == 4


def test_what_a_cue_sets_wins() -> None:
    cue = new_cue("1M1", bars=3).replace(
        profile=OwnProfile(trauma=0.0),
        lanes=(Lane("entropy", ((1, 0.2),)),),
        tempo=(TempoMark(bar=1, bpm=50), TempoMark(bar=2.5, bpm=80)),
        metres=(MetreMark(bar=2, metre=Metre(3, 4)),),
        keys=(KeyMark(bar=1, key=Key(5)), KeyMark(bar=2, key=Key(0, "minor"))),
        attributes={"leaps": 0.2},
        texture="drone",
    )
    settings = Settings()
    request = cue.request(settings)
    assert request.lanes.profile_at(1) == Profile(0.0, 0.2, 0j)
    assert request.metres == (Metre(), Metre(3, 4), Metre(3, 4))
    assert request.tempo_map == TempoMap(((0, 50.0), (1920 + 720, 80.0)))
    assert request.key == Key(5)
    assert cue.key_at(settings, 3) == Key(0, "minor")
    assert request.attributes == (("leaps", 0.2),)
    assert request.texture == "drone"


def test_a_key_without_a_mode_takes_the_mode_of_the_preset() -> None:
    settings = resolve(
        OwnSettings().with_value("preset", "tragedy"), OwnSettings(), builtin_presets()
    ).settings
    keys = (KeyMark(bar=1, key=Key(2)), KeyMark(bar=2, key=Key(2, "major")))
    cue = new_cue("1M1", bars=2).replace(keys=keys)
    assert cue.key_at(settings, 1) == Key(2, "minor")
    assert cue.key_at(settings, 2) == Key(2, "major")


def test_a_ramp_glides_a_quarter_at_a_time() -> None:
    cue = new_cue("1M1", bars=2).replace(
        tempo=(TempoMark(bar=1, bpm=60, ramp=True), TempoMark(bar=2, bpm=100))
    )
    assert cue.resolved_tempo(Settings()) == TempoMap(
        ((0, 60.0), (480, 70.0), (960, 80.0), (1440, 90.0), (1920, 100.0))
    )


def test_a_fermata_stretches_its_own_quarters_only() -> None:
    cue = new_cue("1M1", bars=2).replace(
        tempo=(TempoMark(bar=1, bpm=60),), fermatas=(Fermata(bar=1.5, quarters=1, stretch=3),)
    )
    tempo = cue.resolved_tempo(Settings())
    assert tempo == TempoMap(((0, 60.0), (960, 20.0), (1440, 60.0)))
    assert tempo.seconds(3840) == pytest.approx(10.0)


@pytest.mark.parametrize(
    "changes",
    [{"bars": 0}, {"number": "a/b"}, {"title": "a\nb"}, {"seed": 2**63}, {"unknown": 1}],
)
def test_changes_are_checked(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        new_cue("1M1").replace(**changes)


def test_a_cue_is_frozen() -> None:
    with pytest.raises(ValidationError):
        new_cue("1M1").bars = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("number", "title", "expected"),
    [
        ("1M3", "The letter", "1M3 The letter"),
        ("1M3", "", "1M3"),
        ("1M3", "../../etc: a*b?", "1M3 .._.._etc_ a_b_"),
        ("con", "", "con_"),
        ("1M3", "Ωδή ...", "1M3 Ωδή"),
        ("1M3", "x" * 200, "1M3 " + "x" * 76),
    ],
)
def test_folder_names_are_names_on_every_system(number: str, title: str, expected: str) -> None:
    assert folder_name(new_cue(number, title)) == expected


def test_drop_frames_fit() -> None:
    assert Start(timecode="10:00:00;29", frame_rate="29.97 DF").timecode == "10:00:00;29"


def test_kinds_of_hits_from_before_they_were_laws_still_load() -> None:
    kinds = ("accent", "change", "start", "stop", "silence", "avoid")
    hits = [{"bar": bar, "kind": kind} for bar, kind in enumerate(kinds, 1)]
    old = {"id": "0123456789ab", "number": "1M1", "hits": hits}
    cue = Cue.model_validate_json(json.dumps(old))
    read = [hit.kind for hit in cue.hits]
    assert read == ["accent", "chord", "accent", "silence", "silence", "avoid"]
    assert cue.dialogue == () and cue.dialogue_law.law() == DialogueLaw()


def test_a_request_tells_of_hits_ending_and_dialogue() -> None:
    cue = new_cue("1M1", bars=4).replace(
        hits=(HitPoint(bar=3.5, kind="chord"), HitPoint(bar=2), HitPoint(bar=9)),
        ending="open",
        dialogue=(DialogueBlock(first=2, last=8), DialogueBlock(first=6, last=7)),
        dialogue_law=DialogueSettings(voices=2),
    )
    wish = cue.request(Settings())
    assert wish.hits == (Hit(2.0, "accent"), Hit(3.5, "chord"))
    assert (wish.ending, wish.dialogue) == ("open", (Dialogue(2.0, 5.0),))
    assert wish.dialogue_law == DialogueLaw(voices=2)
