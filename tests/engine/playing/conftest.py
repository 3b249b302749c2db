"""What the tests of the player share."""

from __future__ import annotations

from tests.jack_server import jack_server

__all__ = ["jack_server"]
