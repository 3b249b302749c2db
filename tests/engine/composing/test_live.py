"""Live music with a small random network: each bar obeys its wish and its deadline, without end."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from engine.checkpoint import Model
from engine.composing import vocabulary as v
from engine.composing.live import live, plainest
from engine.composing.live_hold import LIVELINESS, Hold, repeated
from engine.live import BarCommitted, Heard, LiveBar, LiveWish, Pressure, recorded_lanes
from engine.profile import Profile
from engine.score import Key, Metre, Note, TempoMap, Voice
from engine.take import GenerationRequest, NoteComposed, Take, TakeComposed
from engine.temperature import temperature
from tests.engine.tiny import tiny_model

METRE = Metre(3, 4)
CALM, WOUNDED = Profile(0.1, 0.2), Profile(0.9, 0.8)


class ScriptedReins:
    """Lets so many bars through; what is wished and how late it is, each test says by bar."""

    def __init__(
        self,
        bars: int,
        wish: Callable[[int], LiveWish] = lambda bar: LiveWish(CALM),
        pressure: Callable[[int, int], Pressure] = lambda bar, tick: Pressure.NONE,
        heard: int | None = None,
    ) -> None:
        self._bars, self._wish, self._pressure = bars, wish, pressure
        self._heard = bars * METRE.ticks if heard is None else heard
        self.waited: list[int] = []
        self.measured = 0

    def wait_for(self, tick: int, cancelled: Callable[[], bool]) -> bool:
        self.waited.append(tick)
        return len(self.waited) <= self._bars

    def wish(self) -> LiveWish:
        return self._wish(max(len(self.waited), 1))

    def pressure(self, tick: int) -> Pressure:
        return self._pressure(len(self.waited), tick)

    def composed(self) -> None:
        self.measured += 1

    def heard(self) -> Heard:
        return Heard(self._heard, TempoMap(((0, 160.0),)))


@pytest.fixture(scope="module")
def model() -> Model:
    return tiny_model(guidance=2.0)


def asked(**changes: object) -> GenerationRequest:
    plain: dict[str, object] = {"metres": (METRE,), "key": Key(2, "minor"), "seed": 5}
    return GenerationRequest(**(plain | changes))  # type: ignore[arg-type]


def play(model: Model, reins: ScriptedReins) -> tuple[list[LiveBar], Take | None]:
    events = list(live(model, asked(), reins))
    takes = [each.result for each in events if isinstance(each, TakeComposed)]
    bars = [each for each in events if isinstance(each, LiveBar)]
    told = [each.note for each in events if isinstance(each, NoteComposed)]
    assert told == [note for bar in bars for note in bar.notes]
    return bars, takes[0] if takes else None


def test_bars_come_in_time_order_and_each_sounds(model: Model) -> None:
    reins = ScriptedReins(6)
    bars, take = play(model, reins)
    assert [bar.bar for bar in bars] == [1, 2, 3, 4, 5, 6]
    assert reins.waited == [number * METRE.ticks for number in range(7)]
    assert reins.measured == 6
    for number, bar in enumerate(bars):
        assert bar.notes
        assert all(number <= note.onset / METRE.ticks < number + 1 for note in bar.notes)
    assert take is not None and len(take.score.metres) == 6
    assert take.score.controls and take.provenance.model == "tiny"
    assert take.score.tempo_map.bpm(0) == 160.0


def test_the_profile_of_a_bar_is_the_one_wished_when_it_was_begun(model: Model) -> None:
    def wish(bar: int) -> LiveWish:
        return LiveWish(CALM if bar < 4 else WOUNDED)

    bars, take = play(model, ScriptedReins(6, wish))
    calm, _ = play(model, ScriptedReins(6))
    assert [bar.profile for bar in bars] == [CALM] * 3 + [WOUNDED] * 3
    heat = temperature(WOUNDED, asked().temperature).value
    assert [bar.temperature for bar in bars][3:] == [heat] * 3
    assert [bar.notes for bar in bars[:3]] == [bar.notes for bar in calm[:3]]
    assert bars[3].notes != calm[3].notes
    assert take is not None
    lanes = take.provenance.request.lanes
    assert lanes.profiles(range(1, 7)) == tuple(bar.profile for bar in bars)


def test_it_is_committed_before_its_first_note(model: Model) -> None:
    events = list(live(model, asked(), ScriptedReins(2)))
    kinds = [type(event).__name__ for event in events]
    assert kinds[0] == "BarCommitted" and kinds.count("BarCommitted") == 2
    second = kinds.index("BarCommitted", 1)
    assert kinds[second - 1] == "LiveBar"
    assert isinstance(events[second], BarCommitted) and not events[second].held


def test_it_goes_on_far_beyond_the_context() -> None:
    small = tiny_model(context=64)
    bars, take = play(small, ScriptedReins(40))
    assert len(bars) == 40 and all(bar.notes for bar in bars)
    tokens = sum(3 * len(bar.notes) for bar in bars)
    assert tokens > 2 * 64
    assert take is not None and take.score.metres == (METRE,) * 40
    assert take.provenance.request.bars == len(take.provenance.plan) == 40


def test_in_a_hurry_guidance_is_dropped_for_this_bar_alone(model: Model) -> None:
    def pressure(bar: int, tick: int) -> Pressure:
        return Pressure.HURRY if bar == 2 else Pressure.NONE

    bars, _ = play(model, ScriptedReins(3, pressure=pressure))
    assert [bar.unguided for bar in bars] == [False, True, False]
    assert not any(bar.closed for bar in bars)
    plain, _ = play(model, ScriptedReins(3))
    assert bars[0].notes == plain[0].notes and bars[1].notes != plain[1].notes


def test_at_the_deadline_the_bar_is_closed_and_still_sounds(model: Model) -> None:
    def pressure(bar: int, tick: int) -> Pressure:
        return Pressure.CLOSE if bar in (2, 4) else Pressure.NONE

    bars, take = play(model, ScriptedReins(5, pressure=pressure))
    assert [bar.closed for bar in bars] == [False, True, False, True, False]
    assert [len(bar.notes) for bar in bars if bar.closed] == [1, 1]
    assert take is not None and len(take.score.metres) == 5


def test_a_half_written_note_is_completed_when_a_bar_is_closed(model: Model) -> None:
    """Closed at any token, what was written before stays, and the stream goes on lawfully."""
    for calls in range(1, 12):
        asked_so_far = [0]

        def pressure(
            bar: int, tick: int, seen: list[int] = asked_so_far, last: int = calls
        ) -> Pressure:
            seen[0] += bar == 2
            return Pressure.CLOSE if bar == 2 and seen[0] >= last else Pressure.NONE

        bars, _ = play(model, ScriptedReins(3, pressure=pressure))
        plain, _ = play(model, ScriptedReins(3))
        whole = [note for note in plain[1].notes if note in bars[1].notes]
        assert len(bars[1].notes) - len(whole) <= 1 and bars[2].notes


def test_pressure_is_asked_for_the_place_that_is_written(model: Model) -> None:
    places: list[tuple[int, int]] = []

    def pressure(bar: int, tick: int) -> Pressure:
        places.append((bar, tick))
        return Pressure.NONE

    play(model, ScriptedReins(3, pressure=pressure))
    for bar in (1, 2, 3):
        ticks = [tick for number, tick in places if number == bar]
        assert ticks[0] == (bar - 1) * METRE.ticks and ticks == sorted(ticks)


def test_what_was_not_heard_is_not_in_the_take(model: Model) -> None:
    heard = 2 * METRE.ticks + 480
    bars, take = play(model, ScriptedReins(5, heard=heard))
    assert take is not None and len(take.score.metres) == 3
    assert all(note.onset < heard for note in take.score.notes)
    assert play(model, ScriptedReins(3, heard=0))[1] is None


def test_a_cancelled_one_leaves_nothing(model: Model) -> None:
    events = list(live(model, asked(), ScriptedReins(5), lambda: True))
    assert not any(isinstance(event, TakeComposed) for event in events)


def test_held_bars_come_again_until_they_are_let_go(model: Model) -> None:
    def wish(bar: int) -> LiveWish:
        return LiveWish(CALM, hold=2 if 5 <= bar < 10 else 0)

    bars, take = play(model, ScriptedReins(11, wish))
    assert [bar.held for bar in bars] == [False] * 4 + [True] * 5 + [False] * 2
    for number in range(4, 9):
        old, new = bars[2 + number % 2].notes, bars[number].notes
        moved = (number - 2 - number % 2) * METRE.ticks
        assert [note.onset for note in new] == [note.onset + moved for note in old]
        assert [note.pitch for note in new] == [note.pitch for note in old]
        assert all(
            abs(a.velocity - b.velocity) <= LIVELINESS * 4 for a, b in zip(old, new, strict=True)
        )
    assert take is not None and len(take.score.metres) == 11


def test_a_hold_before_there_is_music_waits_for_the_first_bar(model: Model) -> None:
    bars, _ = play(model, ScriptedReins(3, lambda bar: LiveWish(CALM, hold=4)))
    assert [bar.held for bar in bars] == [False, True, True]


def test_nothing_foreign_rings_over_the_seam() -> None:
    chord = (
        Note(0, 480, 60, 80, Voice.MELODY),
        Note(960, 1920, 64, 80, Voice.MELODY),
        Note(1200, 1920, 49, 80, Voice.BASS),
    )
    opening = (Note(0, 480, 52, 80, Voice.BASS),)
    seam = repeated(chord, 0, 1440, 2880, opening, seed=3)
    assert [note.end for note in seam] == [3360, 5760, 4320]
    within = repeated(chord, 0, 1440, 2880, None, seed=3)
    assert [note.duration for note in within] == [480, 1920, 1920]
    assert [n.velocity for n in repeated(chord, 0, 1440, 0, None, seed=4)] != [
        n.velocity for n in within
    ]


def test_a_region_goes_round() -> None:
    hold = Hold(3, 5)
    assert [hold.advance() for _ in range(7)] == [3, 4, 5, 3, 4, 5, 3]


def test_the_plainest_token_closes_or_repeats() -> None:
    allowed = np.zeros(v.SIZE, dtype=bool)
    allowed[v.VELOCITY.start : v.VELOCITY.stop] = True
    before = [v.VELOCITY.start + 9, v.DURATION.start]
    assert plainest(allowed, before) == v.VELOCITY.start + 9
    assert plainest(allowed, []) == v.VELOCITY.start
    allowed[v.POSITION.start + 7 : v.POSITION.stop] = True
    assert plainest(allowed, before) == v.POSITION.start + 7
    allowed[v.EOS] = True
    assert plainest(allowed, before) == v.EOS


def test_lanes_are_recorded_as_steps_and_only_where_something_moved() -> None:
    lanes = recorded_lanes([CALM, CALM, Profile(0.5, 0.2)])
    assert [lane.name for lane in lanes.lanes] == ["trauma"]
    assert lanes.lanes[0].points == ((1.0, 0.1), (3.0, 0.1), (3.0, 0.5))
