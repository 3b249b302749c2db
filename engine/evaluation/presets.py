"""Q15: presets that sound different from the same seed, and temperature that opens the choice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.checkpoint import Model
from engine.config.layers import builtin_presets, resolve
from engine.config.own import OwnSettings
from engine.evaluation.clips import ClipStore, Setting
from engine.evaluation.heat import token_entropies
from engine.evaluation.parts import Materials
from engine.evaluation.rows import EvaluationEvent, Measured, Progress, Row
from engine.evaluation.statistics import groups_p, spearman
from engine.evaluation.sweeps import attribute_means
from engine.profile import Profile
from engine.project.cue import new_cue
from engine.take import GenerationRequest
from engine.temperature import TemperatureSettings, temperature

Floats = NDArray[np.float64]

PRESETS = ("tragedy", "comedy", "experimental")
ATTRIBUTES = ("onset_rate", "velocity_mean", "mode_score")
DIFFERS, WANTED = 0.01, 3
RHO_GOAL = 0.95
COLDEST, HOTTEST, HEATS = 0.4, 1.3, 10
_BARS = 8
_FIRST_SEED, _HEAT_SEED, _TEST_SEED = 8000, 8500, 100


def measure_presets(materials: Materials) -> Iterator[EvaluationEvent]:
    """The Q15 rows."""
    size = materials.size
    yield from measure_preset_contrast(materials.store, size.seeds)
    yield from measure_heat(materials.model, materials.product, max(size.seeds // 4, 1))


def measure_preset_contrast(store: ClipStore, seeds: int) -> Iterator[EvaluationEvent]:
    """Do three named attributes differ between the presets by more than seeds make them?"""
    requests = [each for preset in PRESETS for each in preset_requests(preset, seeds)]
    yield from store.compose(requests, "Q15, presets")
    scores = store.of(requests)
    found = {
        name: attribute_means(scores, name).reshape(len(PRESETS), seeds) for name in ATTRIBUTES
    }
    yield from map(Measured, contrast_rows(found))


def preset_requests(preset: str, seeds: int) -> tuple[GenerationRequest, ...]:
    """What a project of this preset, with nothing set itself, asks for: one request a seed."""
    chosen = OwnSettings().with_value("preset", preset)
    settings = resolve(chosen, OwnSettings(), builtin_presets()).settings
    cue = new_cue("1M1", bars=_BARS)
    return tuple(cue.request(settings, seed=_FIRST_SEED + seed) for seed in range(seeds))


def contrast_rows(found: dict[str, Floats]) -> Iterator[Row]:
    """The rows, from (presets, seeds) means of each named attribute."""
    tested = {name: groups_p(values, seed=_TEST_SEED) for name, values in found.items()}
    count = sum(p <= DIFFERS for p in tested.values())
    yield Row(
        "Q15.presets",
        f"attributes that differ between {', '.join(PRESETS)}",
        float(count),
        "attributes",
        note=f"p at most {DIFFERS:g} when the presets are shuffled within each seed",
    ).at_least(WANTED)
    for name, values in found.items():
        means = zip(PRESETS, values.mean(axis=1), strict=True)
        told = ", ".join(f"{preset} {mean:.3g}" for preset, mean in means)
        yield Row(
            f"Q15.{name}",
            f"presets differ in {name.replace('_', ' ')}",
            tested[name],
            "p",
            note=f"{told}; {values.shape[1]} seeds of each",
        ).at_most(DIFFERS)


def measure_heat(model: Model, setting: Setting, seeds: int) -> Iterator[EvaluationEvent]:
    """Does the mean entropy of tokens rise when nothing but the base temperature does?"""
    heats = np.linspace(COLDEST, HOTTEST, HEATS)
    found = np.zeros((HEATS, seeds))
    for at, heat in enumerate(heats):
        found[at] = token_entropies(model, heat_requests(setting, float(heat), seeds))
        yield Progress("Q15, temperature", at + 1, HEATS)
    yield Measured(heat_row(heats, found))


def heat_requests(setting: Setting, heat: float, seeds: int) -> tuple[GenerationRequest, ...]:
    """Requests whose schedule comes to this temperature by its base alone."""
    rest = temperature(Profile(), TemperatureSettings(base_temperature=0.0, minimum=0.0))
    base = TemperatureSettings(base_temperature=heat - rest.unclamped)
    return tuple(
        replace(setting.request(Profile(), _BARS, _HEAT_SEED + seed), temperature=base)
        for seed in range(seeds)
    )


def heat_row(heats: Sequence[float] | Floats, found: Floats) -> Row:
    """The row, from (temperatures, seeds) mean entropies in nats."""
    means = found.mean(axis=1)
    told = ", ".join(f"{mean:.2f}" for mean in means)
    return Row(
        "Q15.temperature",
        f"token entropy with temperature {COLDEST:g}-{HOTTEST:g}",
        spearman(heats, means),
        "Spearman",
        note=f"nats at each of {len(means)} temperatures: {told}; {found.shape[1]} seeds",
    ).at_least(RHO_GOAL)
