"""Messages as bytes: strict JSON, never pickles."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from engine.playing.protocol.commands import Command
from engine.playing.protocol.replies import Reply
from engine.playing.protocol.values import Events, Pitch, PlayerEvent, PortChoice, Stroke
from engine.score import TempoMap

Message = Command | Reply

_MESSAGES: Mapping[str, type[Any]] = {
    kind.__name__: kind for kind in (*Command.__args__, *Reply.__args__)
}


def _events_plain(events: Events) -> list[object]:
    return [part for event in events for part in (event.tick, event.data.hex())]


def _events(plain: list[Any]) -> Events:
    return tuple(
        PlayerEvent(tick, bytes.fromhex(data))
        for tick, data in zip(plain[::2], plain[1::2], strict=True)
    )


def _pitches(plain: list[list[int]]) -> tuple[Pitch, ...]:
    return tuple((channel, pitch) for channel, pitch in plain)


_TO_PLAIN: Mapping[str, Callable[[Any], object]] = {
    "events": _events_plain,
    "removed": _events_plain,
    "tempo_map": lambda tempo_map: tempo_map.marks,
    "choice": lambda choice: [choice.kind, choice.name],
}
_FROM_PLAIN: Mapping[str, Callable[[Any], object]] = {
    "events": _events,
    "removed": _events,
    "tempo_map": lambda marks: TempoMap(tuple((tick, bpm) for tick, bpm in marks)),
    "choice": lambda plain: PortChoice(*plain),
    "peers": tuple,
    "names": tuple,
    "inputs": tuple,
    "milliseconds": tuple,
    "at": tuple,
    "moves": lambda plain: tuple(tuple(move) for move in plain),
    "strokes": lambda plain: tuple(Stroke(*stroke) for stroke in plain),
    "notes": _pitches,
    "struck": _pitches,
    "released": _pitches,
}


def encode(message: Message) -> bytes:
    """The bytes of a message."""
    plain: dict[str, object] = {"is": type(message).__name__}
    for each in fields(message):
        value = getattr(message, each.name)
        convert = _TO_PLAIN.get(each.name)
        plain[each.name] = convert(value) if convert else value
    return json.dumps(plain, separators=(",", ":")).encode()


def decode(data: bytes) -> Any:
    """The message of some bytes.

    Raises:
        ValueError, KeyError, TypeError: the bytes are no message of this protocol.
    """
    plain = json.loads(data)
    kind = _MESSAGES[plain.pop("is")]
    return kind(
        **{
            name: _FROM_PLAIN[name](value) if name in _FROM_PLAIN else value
            for name, value in plain.items()
        }
    )
