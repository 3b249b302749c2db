"""The one root of all errors that a user may see."""

from __future__ import annotations


class PsychoscoreError(Exception):
    """Something a user can understand and act upon.

    Args:
        message: one sentence that names the file and the place.
        hint: what to do about it, or an empty string.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()
