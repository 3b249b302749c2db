"""The edit of a cue's reference audio."""

from __future__ import annotations

from typing import Any, Literal

from engine.project.cue import Cue
from engine.project.edit import CueEdit
from engine.project.reference_audio import ReferenceAudio

ReferenceAct = Literal["add", "replace", "move", "gain", "mute", "unmute", "remove"]
_WORDS: dict[ReferenceAct, str] = {
    "add": "Add Reference Audio",
    "replace": "Replace Reference Audio",
    "move": "Move Reference Audio",
    "gain": "Reference Audio Gain",
    "mute": "Mute Reference Audio",
    "unmute": "Unmute Reference Audio",
    "remove": "Remove Reference Audio",
}


class SetReferenceAudio(CueEdit):
    """Lay audio under the cue, change how it lies there, or take it away."""

    kind: Literal["set_reference_audio"] = "set_reference_audio"
    reference: ReferenceAudio | None = None
    act: ReferenceAct

    @property
    def text(self) -> str:
        return _WORDS[self.act]

    def changes(self, cue: Cue) -> dict[str, Any]:
        return {"reference": self.reference}
