"""The tools of the piano roll: what a press in it means."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tool(StrEnum):
    SELECT = "select"
    DRAW = "draw"
    ERASE = "erase"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class ToolFace:
    """How a tool is offered: icon, key, and one sentence."""

    tool: Tool
    icon: str
    key: str
    words: str


FACES = (
    ToolFace(Tool.SELECT, "select", "V", "Select, move and resize notes"),
    ToolFace(Tool.DRAW, "pencil", "B", "Draw notes"),
    ToolFace(Tool.ERASE, "eraser", "E", "Erase notes"),
    ToolFace(Tool.SPLIT, "scissors", "S", "Split notes"),
)
