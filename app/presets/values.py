"""How a setting is written and read, whatever kind the schema gives it.

Knows leaves and texts; which layer a text is meant for it does not know.
"""

from __future__ import annotations

import re
from typing import Any

from app.widgets.numbers import MINUS
from engine.config.schema import Leaf
from engine.errors import PsychoscoreError
from engine.score import Key

_NOTHING = {"none", "null", "free", "-", "\N{EN DASH}", "\N{EM DASH}"}
_OPEN_WORDS = {"key": "free"}
_RANGE = re.compile(r"(\d{1,3})\s*(?:-|\N{EN DASH}|\.\.|\s|,|to)\s*(\d{1,3})")


def value_text(leaf: Leaf, value: Any) -> str:
    """A value as a cell shows it; a name that is empty stays empty."""
    if value is None:
        return _OPEN_WORDS.get(leaf.kind, "none")
    if leaf.kind == "velocity_range":
        return f"{value[0]}\N{EN DASH}{value[1]}"
    if leaf.kind in ("number", "integer"):
        return f"{value:.10g}".replace("-", MINUS)
    return str(value)


def parse_text(leaf: Leaf, text: str) -> Any:
    """What somebody typed as a value for a leaf; the schema has the last word on it.

    Raises:
        PsychoscoreError: it has not the form or not the range that is wanted there.
    """
    text = text.strip()
    if leaf.optional and text.casefold() in _NOTHING:
        return None
    if leaf.kind in ("number", "integer"):
        return _number(leaf, text)
    if leaf.kind == "velocity_range":
        return _velocity_range(leaf, text)
    if leaf.kind == "key":
        return _key(leaf, text)
    if leaf.choices and text not in leaf.choices:
        raise PsychoscoreError(
            f"{leaf.title} cannot be {_quoted(text)}.", f"Choose {_listed(leaf.choices)}."
        )
    return text


def range_text(leaf: Leaf) -> str:
    """What a leaf takes, in a few words; empty where any text will do."""
    if leaf.choices:
        return _listed(leaf.choices)
    if leaf.minimum is None or leaf.maximum is None:
        return ""
    low, high = (f"{each:g}".replace("-", MINUS) for each in (leaf.minimum, leaf.maximum))
    return f"{low} to {high}"


def _number(leaf: Leaf, text: str) -> int | float:
    compact = "".join(text.split()).replace(",", ".").replace(MINUS, "-")
    percent = compact.endswith("%")
    try:
        value = float(compact.removesuffix("%")) / (100 if percent else 1)
    except ValueError:
        raise PsychoscoreError(
            f"{leaf.title} is a number; {_quoted(text)} is none.", _range_hint(leaf)
        ) from None
    low, high = leaf.minimum, leaf.maximum
    # Written so that NaN, which is neither below nor above anything, is outside as well.
    if low is not None and high is not None and not low <= value <= high:
        raise PsychoscoreError(f"{leaf.title} goes from {range_text(leaf)}; {text} does not fit.")
    if leaf.kind == "integer":
        if value != int(value):
            raise PsychoscoreError(f"{leaf.title} is a whole number; {text} is none.")
        return int(value)
    return int(value) if value == int(value) and "." not in compact else value


def _velocity_range(leaf: Leaf, text: str) -> list[int]:
    match = _RANGE.fullmatch(text)
    if match is None:
        raise PsychoscoreError(f"{leaf.title} is two numbers, such as 48-112.")
    low, high = int(match[1]), int(match[2])
    if not 1 <= low <= high <= 127:
        raise PsychoscoreError(
            f"{leaf.title} runs from soft to loud, between 1 and 127; {text} does not."
        )
    return [low, high]


def _key(leaf: Leaf, text: str) -> str:
    try:
        return str(Key.parse(text))
    except ValueError:
        raise PsychoscoreError(
            f"{leaf.title} cannot be {_quoted(text)}.",
            "Write it like D (tonic alone), Dm, DM or F#m; free leaves it open.",
        ) from None


def _range_hint(leaf: Leaf) -> str:
    return f"It goes from {range_text(leaf)}." if leaf.minimum is not None else ""


def _quoted(text: str) -> str:
    return f"\N{LEFT DOUBLE QUOTATION MARK}{text[:40]}\N{RIGHT DOUBLE QUOTATION MARK}"


def _listed(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
