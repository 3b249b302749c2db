"""Sessions whose first cue is played exactly as written, for tests of other things."""

from __future__ import annotations

from app.session import Session
from engine.project.history import History


def unperformed(session: Session) -> Session:
    """The session with a performance amount of 0 in all its cues; nothing to undo, saved."""
    state = session.state
    for cue in state.cues:
        state = state.with_cue(cue.replace(performance=0.0))
    session.begin(state, History(), saved=True)
    return session
