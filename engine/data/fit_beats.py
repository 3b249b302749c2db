"""How `resources/beats.json` is made: the beat finder's weights, from POP909's training songs.

`python -m engine.data.fit_beats POP909.zip OUT.json`

Four fits, each on what the ones before give: places of events in the beat, the firsts of bars,
the pace, the confidence. Onsets are blurred and songs cut and warped, so that transcriptions fit.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.data.beatmap import Beats
from engine.data.beats.bars import hear
from engine.data.beats.events import Events, find_events
from engine.data.beats.find import COARSE, find_beats
from engine.data.beats.learned import Judge, Learned, Linear
from engine.data.beats.levels import DESCRIBED, describe, readings
from engine.data.beats.pulse import PLACES
from engine.data.grid import Performance
from engine.data.pop909 import read_played
from engine.files import write_atomic

Floats = NDArray[np.float64]
_BLUR = 0.006
_NEAR = 0.035
_NEURONS = 16
_EXCERPT = (35.0, 70.0)
_WARP = 0.12


@dataclass(frozen=True, slots=True)
class Song:
    """A performance with the seconds of its beats and whether each begins a bar."""

    played: Performance
    beats: Floats
    firsts: NDArray[np.bool_]

    def events(self) -> Events:
        each = self.played
        return find_events(each.onsets, each.pitches, each.velocities, each.ends - each.onsets)


def fit(path: Path, places: int, levels: int, sure: int) -> Learned:
    """Weights from an archive of POP909, the first three fits from so many songs or excerpts."""
    rng = np.random.default_rng(1)
    torch.manual_seed(1)
    songs = [_blurred(_song(played, beats), rng) for _, played, beats in read_played(path, "train")]
    songs = [songs[index] for index in rng.permutation(len(songs))]
    print(f"{len(songs)} songs")
    nothing = Linear(np.zeros(DESCRIBED), 0.0)
    none = np.zeros(1)
    judge = Judge(none, none + 1, np.zeros((1, 1)), none, none, 0.0)
    found = Learned(_fit_places(songs[:places]), nothing, judge, Linear(np.zeros(4), 0.0))
    excerpts = list(_excerpts(songs, rng, levels + sure))
    found = replace(found, first=_fit_first(songs))
    found = replace(found, level=_fit_level(found, excerpts[:levels]))
    return replace(found, sure=_fit_sure(found, excerpts[levels:]))


def _song(played: Performance, beats: Beats) -> Song:
    firsts = np.zeros(len(beats.times), dtype=np.bool_)
    firsts[list(beats.downbeats)] = True
    heard = (beats.times > played.onsets[0] - 0.3) & (beats.times < played.onsets[-1] + 0.3)
    return Song(played, beats.times[heard], firsts[heard])


def _blurred(song: Song, rng: np.random.Generator) -> Song:
    shift = rng.normal(0.0, _BLUR, len(song.played))
    played = replace(song.played, onsets=song.played.onsets + shift, ends=song.played.ends + shift)
    return replace(song, played=played)


def _excerpts(songs: Sequence[Song], rng: np.random.Generator, count: int) -> Iterator[Song]:
    """Cuts of songs, every other one with a tempo that swings."""
    for index in range(count):
        song = songs[index % len(songs)]
        onsets = song.played.onsets
        length = rng.uniform(*_EXCERPT)
        start = rng.uniform(onsets[0], max(onsets[0], onsets[-1] - length) + 0.1)
        kept = (onsets >= start) & (onsets < start + length)
        inside = (song.beats >= start - 0.1) & (song.beats < start + length)
        turn = 2.0 * np.pi / rng.uniform(20.0, 60.0)
        depth = _WARP * (index % 2)

        def swung(at: Floats, turn: float = turn, depth: float = depth) -> Floats:
            return at + depth / turn * np.sin(turn * at)

        if kept.sum() < 30 or inside.sum() < 12:
            continue
        each = song.played
        played = Performance(
            swung(onsets[kept]), swung(each.ends[kept]), each.pitches[kept], each.velocities[kept]
        )
        yield Song(played, swung(song.beats[inside]), song.firsts[inside])


def _fit_places(songs: Sequence[Song]) -> Floats:
    """Softmax regression of the place of an event in its beat."""
    features, places = [], []
    for song in songs:
        events = song.events()
        inside = (events.times > song.beats[0] - 0.05) & (events.times < song.beats[-1])
        position = np.interp(events.times, song.beats, np.arange(len(song.beats))) % 1.0
        lasts = np.interp(events.times, song.beats[:-1], np.diff(song.beats))
        apart = np.abs((position[:, None] - np.array(PLACES) + 0.5) % 1.0 - 0.5) * lasts[:, None]
        place = np.where(apart.min(axis=1) < _NEAR, apart.argmin(axis=1), len(PLACES))
        features.append(events.features[inside])
        places.append(place[inside])
    x = torch.tensor(np.concatenate(features))
    y = torch.tensor(np.concatenate(places))
    layer = nn.Linear(x.shape[1], len(PLACES) + 1, dtype=torch.float64)
    loss = _descend(layer, lambda: nn.functional.cross_entropy(layer(x), y))
    print(f"places: {len(x)} events, {loss:.3f} nats")
    return torch.cat([layer.weight.T, layer.bias[None]]).detach().numpy()


def _fit_level(learned: Learned, excerpts: Sequence[Song]) -> Linear:
    """The reading that is truest wins: a conditional choice, weighted by how true each is."""
    groups: list[tuple[Tensor, Tensor]] = []
    truths = []
    for song in excerpts:
        events = song.events()
        chances = learned.chances(events)
        found = readings(events, chances, COARSE)
        true = np.array([_agreement(song.beats, pulse.times) for pulse in found])
        truths.append(true)
        if true.max() > 0.8:
            rows = np.stack([describe(pulse, events, learned.first) for pulse in found])
            groups.append((torch.tensor(rows), torch.softmax(torch.tensor(true) * 12.0, 0)))
    layer = nn.Linear(groups[0][0].shape[1], 1, dtype=torch.float64)
    nn.init.zeros_(layer.weight)

    def loss() -> Tensor:
        values = [torch.log_softmax(layer(rows)[:, 0], 0) for rows, _ in groups]
        told = [-(wanted * value).sum() for (_, wanted), value in zip(groups, values, strict=True)]
        return torch.stack(told).mean() + 0.003 * (layer.weight**2).sum()

    _descend(layer, loss)
    chosen = [
        true[int(layer(rows)[:, 0].argmax())]
        for (rows, _), true in zip(groups, (t for t in truths if t.max() > 0.8), strict=True)
    ]
    print(f"pace: {len(groups)} of {len(excerpts)} excerpts, F {np.mean(chosen):.3f} "
          f"(best {np.mean([t.max() for t in truths if t.max() > 0.8]):.3f})")  # fmt: skip
    return Linear(layer.weight[0].detach().numpy(), 0.0)


def _fit_first(songs: Sequence[Song]) -> Judge:
    """A small network that tells the firsts of bars among annotated beats."""
    heard = [hear(song.beats, song.events()) for song in songs if len(song.beats) > 16]
    firsts = [song.firsts for song in songs if len(song.beats) > 16]
    features = np.concatenate(heard)
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    x = torch.tensor((features - mean) / spread, dtype=torch.float32)
    y = torch.tensor(np.concatenate(firsts), dtype=torch.float32)
    net = nn.Sequential(
        nn.Linear(x.shape[1], _NEURONS), nn.Tanh(), nn.Dropout(0.1), nn.Linear(_NEURONS, 1)
    )
    rounds, batch = 8, 4096
    steps = rounds * (len(x) // batch)
    optimiser = torch.optim.AdamW(net.parameters(), 1e-2, weight_decay=0.1)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, 1e-2, total_steps=steps + 1)
    for _ in range(steps):
        drawn = torch.randint(len(x), (batch,))
        loss = nn.functional.binary_cross_entropy_with_logits(net(x[drawn])[:, 0], y[drawn])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        rate.step()
    print(f"firsts: {len(x)} beats, {loss.item():.3f} nats")
    first, last = net[0], net[3]
    assert isinstance(first, nn.Linear) and isinstance(last, nn.Linear)
    layer, offsets, weights = (
        each.detach().double().numpy() for each in (first.weight.T, first.bias, last.weight[0])
    )
    return Judge(mean, spread, layer, offsets, weights, float(last.bias.item()))


def _fit_sure(learned: Learned, excerpts: Sequence[Song]) -> Linear:
    """Log odds that most of the bar lines that are found are right."""
    rows, right = [], []
    for song in excerpts:
        each = song.played
        lengths = each.ends - each.onsets
        found = find_beats(each.onsets, each.pitches, each.velocities, lengths, learned)
        rows.append(found.evidence)
        right.append(_agreement(song.beats[song.firsts], found.times[found.downbeats]) > 0.7)
    x, y = torch.tensor(rows, dtype=torch.float64), torch.tensor(right, dtype=torch.float64)
    layer = nn.Linear(x.shape[1], 1, dtype=torch.float64)

    def loss() -> Tensor:
        told = nn.functional.binary_cross_entropy_with_logits(layer(x)[:, 0], y)
        return told + 0.001 * (layer.weight**2).sum()

    reached = _descend(layer, loss)
    sure = torch.sigmoid(layer(x)[:, 0]) > 0.5
    print(
        f"confidence: {len(x)} excerpts, {y.mean():.2f} right, sure of {sure.double().mean():.2f}, "
        f"of these {y[sure].mean():.2f} right, {reached:.3f} nats"
    )
    return Linear(layer.weight[0].detach().numpy(), float(layer.bias.item()))


def _descend(layer: nn.Module, loss: Callable[[], Tensor]) -> float:
    """Minimise a smooth loss of a layer and return it."""
    optimiser = torch.optim.LBFGS(layer.parameters(), max_iter=60, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimiser.zero_grad()
        value = loss()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    return float(loss().item())


def _agreement(truth: Floats, found: Floats) -> float:
    """F of times within 70 ms; near enough to `mir_eval`'s for fitting."""
    if not len(truth) or not len(found):
        return 0.0
    near = np.abs(truth[:, None] - found).min(axis=1) <= 0.07
    return float(2.0 * near.sum() / (len(truth) + len(found)))


def to_json(learned: Learned) -> bytes:
    """The text of `resources/beats.json`."""

    def short(value: Any) -> Any:
        if isinstance(value, list):
            return [short(each) for each in value]
        return float(f"{value:.4g}")

    first = learned.first
    rows = {
        "places": short(learned.places.tolist()),
        "level": {"weights": short(learned.level.weights.tolist()), "bias": 0.0},
        "first": {
            **{
                name: short(getattr(first, name).tolist())
                for name in ("mean", "spread", "layer", "offsets", "weights")
            },
            "bias": short(first.bias),
        },
        "sure": {
            "weights": short(learned.sure.weights.tolist()), "bias": short(learned.sure.bias)
        },
    }  # fmt: skip
    return (json.dumps(rows) + "\n").encode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("archive", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--places", type=int, default=80, help="songs for the places")
    parser.add_argument("--levels", type=int, default=160, help="excerpts for the pace")
    parser.add_argument("--sure", type=int, default=160, help="excerpts for the confidence")
    args = parser.parse_args()
    torch.set_num_threads(1)
    write_atomic(args.out, to_json(fit(args.archive, args.places, args.levels, args.sure)))


if __name__ == "__main__":
    main()
