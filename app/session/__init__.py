"""The session and the values that it shows to others."""

from app.session.session import Session
from app.session.values import (
    CueSnapshot,
    GenerationSnapshot,
    ModelSnapshot,
    ModelState,
    PortSnapshot,
    TakeSnapshot,
    TransportSnapshot,
    Trouble,
)

__all__ = [
    "CueSnapshot",
    "GenerationSnapshot",
    "ModelSnapshot",
    "ModelState",
    "PortSnapshot",
    "Session",
    "TakeSnapshot",
    "TransportSnapshot",
    "Trouble",
]
