"""New cuts of the demo cue: every hit met or told as missed, locked bars as they were."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from engine.config.schema import Settings
from engine.errors import PsychoscoreError
from engine.lanes import Lane
from engine.project.cue import Cue
from engine.project.cue_marks import (
    ChordMark,
    DialogueBlock,
    Fermata,
    HitPoint,
    KeyMark,
    LockedBars,
    MetreMark,
    TakeLabel,
    TempoMark,
)
from engine.project.edits import AddCue, AddTake, Several, new_take_id, parse_edit
from engine.project.folder import open_project
from engine.project.history import History
from engine.project.picture_clock import PictureClock
from engine.project.recut import RecutFit, find_fits, new_version, stretches, version_number
from engine.project.recut_cue import Cut, recut_lane
from engine.project.recut_order import BarOrder, cut_out, put_in
from engine.project.recut_take import recut_take
from engine.project.recut_tempo import Nudge, nudged, recut_tempo
from engine.project.reference_audio import ReferenceAudio
from engine.project.state import ProjectState
from engine.resources import resource
from engine.score import Key, Metre, Note, Score
from engine.take import Take

SETTINGS = Settings()
FOUR = (Metre(),) * 8


@pytest.fixture(scope="module")
def demo() -> ProjectState:
    state = open_project(resource("demo"))
    cue = state.cues[0]
    return state.with_cue(cue.replace(locked=(LockedBars(first=10, last=11),)))


def cuts(cue: Cue) -> list[Cut]:
    """Twenty cuts on whole frames: at the start, at the end, near hits and anywhere."""
    chance = random.Random(20)
    clock = PictureClock.of(cue, SETTINGS)
    length = clock.seconds_of_bar(cue.bars + 1)
    near = [clock.hit_seconds(hit) for hit in cue.hits]
    places = [0.0, 0.0, length - 6, length - 2, *(each + 0.5 for each in near), *near]
    places += [chance.uniform(0, length - 8) for _ in range(20 - len(places))]
    found = []
    for index, place in enumerate(places):
        frames = chance.randrange(8, 140)
        at = round(place * 24) / 24
        seconds = frames / 24 if index % 2 else -min(frames / 24, length - at)
        found.append(Cut(at, seconds))
    return found


def bar_notes(score: Score, bar: int) -> list[Note]:
    start = score.starts[bar - 1]
    return [
        Note(n.onset - start, n.duration, n.pitch, n.velocity, n.voice)
        for n in score.notes_by_bar()[bar - 1]
    ]


def music_errors(cue: Cue, take: Take, fit: RecutFit, cut: Cut, new: Cue) -> list[float | None]:
    """For each surviving hit, by how many frames the bar line or place it was heard at is off."""
    before, after = PictureClock.of(cue, SETTINGS), PictureClock.of(new, SETTINGS)
    found: list[float | None] = []
    for hit in cue.hits:
        moment = cut.moved(before.hit_seconds(hit))
        if moment is None:
            continue
        place = fit.order.place(hit.bar)
        found.append(None if place is None else after.frames(after.seconds_of_bar(place) - moment))
    return found


def test_twenty_cuts_of_the_demo_meet_every_hit_or_tell_of_it(demo: ProjectState) -> None:
    cue = demo.cues[0]
    take = demo.take(cue.id, cue.takes[-1].id)
    assert take is not None
    done, hits, met = 0, 0, 0
    for cut in cuts(cue):
        fits = find_fits(cue, SETTINGS, cut)
        assert fits, cut
        assert len(fits) <= 3 and len({fit.kind for fit in fits}) == len(fits)
        for fit in fits:
            version = new_version(demo, fit)
            carried = recut_take(take, version, SETTINGS, fit.order)
            errors = music_errors(cue, take, fit, cut, version)
            assert len(errors) == len(fit.landings) == len(version.hits)
            for error, landing in zip(errors, fit.landings, strict=True):
                hits, met = hits + 1, met + landing.met
                kept = error is not None and abs(error) <= 1.0
                assert kept or landing.shifted or not landing.met
                if landing.shifted:
                    assert int(landing.hit.bar) in fit.rewritten
            old_bars = [*range(1, cue.bars + 1)]
            for lock in version.locked:
                for bar in range(lock.first, lock.last + 1):
                    source = fit.order.sources[bar - 1]
                    assert bar_notes(carried.score, bar) == bar_notes(take.score, source)
                    assert bar not in fit.rewritten
            assert sum(lock.last - lock.first + 1 for lock in version.locked) == 2
            in_order(version)
            assert set(fit.order.sources) - {0} <= set(old_bars)
            if fit.nudge is not None:
                assert abs(fit.nudge.factor - 1) <= 0.0605
                for lock in version.locked:
                    assert fit.nudge.last <= lock.first or fit.nudge.first >= lock.last + 1
            assert not fit.is_off or len(fits) == len([f for f in fits if f.is_off])
            added = AddTake(cue=version.id, label=TakeLabel(id=new_take_id(carried)), take=carried)
            edit = Several(edits=(AddCue(cue=version), added), title="New Cut")
            history = History()
            assert history.undo(history.do(demo, edit)) == demo
            done += 1
        assert parse_edit(edit.model_dump_json()).apply(demo).cue(version.id).bars == version.bars
    assert done >= 30 and met / hits > 0.6, (done, met, hits)


def in_order(cue: Cue) -> None:
    for marks in (cue.tempo, cue.metres, cue.keys, cue.chords, cue.fermatas):
        assert all(b.bar > a.bar for a, b in pairwise(marks))
    assert all(b.bar >= a.bar for a, b in pairwise(cue.hits))
    assert all(1 <= s.first_bar <= s.last_bar <= cue.bars for s in cue.scenes)
    assert all(b.first_bar > a.last_bar for a, b in pairwise(cue.scenes))
    for lane in cue.lanes:
        assert lane.points[-1][0] <= cue.bars + 1


def test_kept_bars_outside_the_seam_keep_their_notes(demo: ProjectState) -> None:
    cue = demo.cues[0]
    take = demo.take(cue.id, cue.takes[-1].id)
    assert take is not None
    fit = next(each for each in find_fits(cue, SETTINGS, Cut(20.0, -3.0)) if each.kind == "bars")
    carried = recut_take(take, fit.cue, SETTINGS, fit.order)
    removed = fit.order.removed[0]
    for bar in range(1, fit.cue.bars + 1):
        source = fit.order.sources[bar - 1]
        told = [(n.onset, n.pitch, n.velocity, n.voice) for n in bar_notes(carried.score, bar)]
        assert told == [
            (n.onset, n.pitch, n.velocity, n.voice) for n in bar_notes(take.score, source)
        ]
        assert source == (bar if bar < removed else bar + 1)
    assert carried.provenance.edits == take.provenance.edits + 1
    assert len(carried.provenance.temperatures) == fit.cue.bars
    assert carried.score.tempo_map == fit.cue.resolved_tempo(SETTINGS)


def test_time_codes_behind_the_cut_shift_by_it_and_those_cut_out_vanish(
    demo: ProjectState,
) -> None:
    cue = demo.cues[0].replace(
        hits=(
            HitPoint(bar=2, timecode="01:02:03:08"),
            HitPoint(bar=7, timecode="01:02:20:12"),
            HitPoint(bar=13, timecode="01:02:40:00"),
        )
    )
    for fit in find_fits(cue, SETTINGS, Cut(20.0, -3.0)):
        assert [hit.timecode for hit in fit.cue.hits] == ["01:02:03:08", "01:02:37:00"]
    for fit in find_fits(cue, SETTINGS, Cut(20.0, 1.5)):
        codes = [hit.timecode for hit in fit.cue.hits]
        assert codes == ["01:02:03:08", "01:02:22:00", "01:02:41:12"]


def test_dialogue_goes_with_the_picture(demo: ProjectState) -> None:
    cue = demo.cues[0].replace(
        dialogue=(DialogueBlock(first=6.5, last=8.5), DialogueBlock(first=13, last=14))
    )
    fit = find_fits(cue, SETTINGS, Cut(20.0, -3.0))[0]
    old, new = PictureClock.of(cue, SETTINGS), PictureClock.of(fit.cue, SETTINGS)
    spoken, later = fit.cue.dialogue
    assert new.seconds_of_bar(spoken.first) == pytest.approx(old.seconds_of_bar(6.5), abs=2e-3)
    assert new.seconds_of_bar(spoken.last) == pytest.approx(old.seconds_of_bar(8.5) - 3, abs=2e-3)
    assert new.seconds_of_bar(later.first) == pytest.approx(old.seconds_of_bar(13) - 3, abs=2e-3)


def test_nothing_is_left_where_all_is_locked_but_the_version_is_told(demo: ProjectState) -> None:
    cue = demo.cues[0].replace(locked=(LockedBars(first=1, last=16),))
    assert find_fits(cue, SETTINGS, Cut(20.0, -3.0)) == ()


def test_a_cut_that_no_cue_can_follow_is_refused(demo: ProjectState) -> None:
    cue = demo.cues[0]
    for cut in (Cut(70.0, 2.0), Cut(50.0, -10.0), Cut(20.0, 0.001)):
        with pytest.raises(PsychoscoreError):
            find_fits(cue, SETTINGS, cut)


def test_versions_are_numbered_on(demo: ProjectState) -> None:
    cue = demo.cues[0]
    assert version_number(demo, "1M3") == "1M3-v2"
    state = demo.with_cue(cue.replace(id="a" * 12, number="1M3-v2", takes=()))
    assert version_number(state, "1M3-v2") == "1M3-v3"
    assert version_number(state, "1M3") == "1M3-v3"
    assert len(version_number(demo, "A" * 16)) == 16


def test_a_lane_keeps_its_values_on_both_sides_of_the_seam() -> None:
    lane = Lane("trauma", ((1.0, 0.0), (9.0, 0.8)))
    out = recut_lane(lane, cut_out(FOUR, 4, 2))
    assert out.value_at(3.999) == pytest.approx(0.3, abs=1e-3)
    assert out.value_at(4.0) == pytest.approx(0.5)
    assert out.value_at(6.5) == pytest.approx(0.75)
    more = recut_lane(lane, put_in(FOUR, 4, (Metre(),)))
    assert more.value_at(4.5) == pytest.approx(0.3)
    assert more.value_at(9.0) == pytest.approx(0.7)
    whole = BarOrder(FOUR, tuple(range(1, 9)), FOUR)
    assert recut_lane(lane, whole) == lane


def test_keys_chords_metres_and_phrases_hold_where_they_held(demo: ProjectState) -> None:
    cue = demo.cues[0].replace(
        locked=(),
        keys=(KeyMark(bar=1, key=Key.parse("Dm")), KeyMark(bar=7, key=Key.parse("Fm"))),
        chords=(ChordMark(bar=1, chord="Dm"), ChordMark(bar=7.5, chord="Am")),
        metres=(MetreMark(bar=8, metre=Metre(3, 4)),),
        phrases=(4, 4, 4, 4),
        fermatas=(Fermata(bar=6), Fermata(bar=12)),
        hits=(),
    )
    fit = next(f for f in find_fits(cue, SETTINGS, Cut(20.0, -3.34)) if f.kind == "bars")
    gone = fit.order.removed
    for bar, source in enumerate(fit.order.sources, 1):
        assert fit.cue.key_at(SETTINGS, bar) == cue.key_at(SETTINGS, source)
        assert fit.cue.metre_per_bar(SETTINGS)[bar - 1] == cue.metre_per_bar(SETTINGS)[source - 1]
    assert sum(fit.cue.phrases) == fit.cue.bars
    assert [each.bar for each in fit.cue.fermatas] == [
        fit.order.place(bar) for bar in (6, 12) if bar not in gone
    ]


def test_a_glide_that_is_cut_keeps_its_tempi() -> None:
    marks = (TempoMark(bar=1, bpm=60, ramp=True), TempoMark(bar=9, bpm=100))
    out = recut_tempo(marks, cut_out(FOUR, 4, 2))
    assert [(round(m.bar), m.bpm, m.ramp) for m in out] == [
        (1, 60, True),
        (4, 75, False),
        (4, 85, True),
        (7, 100, False),
    ]
    bent = nudged((TempoMark(bar=1, bpm=80),), FOUR, Nudge(3.0, 5.0, 1.05))
    assert [(m.bar, m.bpm) for m in bent] == [(1, 80), (3, 84), (5, 80)]


def test_glides_and_fermatas_still_land_within_a_frame(demo: ProjectState) -> None:
    cue = demo.cues[0].replace(
        locked=(),
        tempo=(TempoMark(bar=1, bpm=66, ramp=True), TempoMark(bar=12, bpm=84)),
        fermatas=(Fermata(bar=4.5),),
    )
    for fit in find_fits(cue, SETTINGS, Cut(22.0, -2.5)):
        assert abs(fit.off_frames) < 0.5


def test_bars_that_touch_are_one_stretch() -> None:
    assert stretches([7, 3, 4, 8, 1]) == ((1, 1), (3, 4), (7, 8))


@pytest.mark.parametrize(("at", "offset"), [(0.0, 3.0), (4.0, 3.0), (6.0, 5.0)])
def test_reference_audio_behind_the_cut_goes_with_the_picture(
    demo: ProjectState, at: float, offset: float
) -> None:
    cue = demo.cues[0].replace(reference=ReferenceAudio(file="guide.wav", offset_seconds=5.0))
    fit = find_fits(cue, SETTINGS, Cut(at, -2.0))[0]
    assert fit.cue.reference is not None
    assert fit.cue.reference.offset_seconds == offset
