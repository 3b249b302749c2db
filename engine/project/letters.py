"""The letters by which takes are called."""

from __future__ import annotations


def letter(index: int) -> str:
    """A, B, ... Z, AA, AB, ... for the take at `index`, from 0."""
    index, last = divmod(index, 26)
    return (letter(index - 1) if index else "") + chr(ord("A") + last)
