"""Each value says its layer; the temperature adds up to what is used."""

from __future__ import annotations

from engine.config.layers import builtin_presets, resolve
from engine.config.own import OwnSettings
from engine.lanes import Lane
from engine.project.cue import new_cue
from engine.project.cue_marks import OwnProfile, TempoMark
from engine.project.why import why_dimension, why_temperature, why_tempo

RESOLUTION = resolve(
    OwnSettings().with_values({"preset": "tragedy", "temperature.base_temperature": 0.6}),
    OwnSettings().with_values({"temperature.trauma_weight": 0.2}),
    builtin_presets(),
)


def test_a_dimension_names_lane_cue_preset_and_system() -> None:
    cue = new_cue("1M3").replace(
        profile=OwnProfile(entropy=0.4), lanes=(Lane("entropy", ((1.0, 0.2), (5.0, 0.6))),)
    )
    found = why_dimension(cue, RESOLUTION, "entropy", 3.0)
    assert (found.value, found.source) == ("0.40", "the lane at bar 3")
    assert found.hides[0] == "0.40 from cue 1M3"
    assert found.hides[-1].endswith("from the system")
    muted = cue.replace(lanes=(Lane("entropy", ((1.0, 0.2),), True),))
    assert why_dimension(muted, RESOLUTION, "entropy", 3.0).source == "cue 1M3"
    plain = why_dimension(new_cue("1M3"), RESOLUTION, "trauma", 1.0)
    assert plain.source == "preset tragedy"


def test_the_temperature_is_told_term_by_term() -> None:
    cue = new_cue("1M3").replace(profile=OwnProfile(trauma=0.5, entropy=0.4, rsi_imaginary=0.8))
    head, base, entropy, trauma, estranged = why_temperature(cue, RESOLUTION, 1.0)
    assert head.value == "0.80 = 0.60 + 0.20 - 0.10 + 0.10"
    assert base.source == "the project" and base.hides
    assert entropy.source.startswith("Entropy 0.40 from cue 1M3")
    assert "times 0.20 from your settings" in trauma.source
    assert "is above 0.50 from the system: adds 0.10" in estranged.source


def test_a_temperature_that_is_kept_in_its_range_says_so() -> None:
    hot = resolve(
        OwnSettings().with_values({"temperature.base_temperature": 2.5}),
        OwnSettings(),
        builtin_presets(),
    )
    *_, last = why_temperature(new_cue("1M1"), hot, 1.0)
    assert (last.title, last.value) == ("Kept to the highest temperature", "1.50")


def test_a_tempo_names_its_mark() -> None:
    assert why_tempo(new_cue("1M1"), RESOLUTION, 1.0).key == "music.tempo"
    cue = new_cue("1M1").replace(tempo=(TempoMark(bar=1, bpm=96), TempoMark(bar=5, bpm=60)))
    found = why_tempo(cue, RESOLUTION, 6.0)
    assert (found.value, found.source) == ("60", "the tempo mark of cue 1M1 at bar 5")
