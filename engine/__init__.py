"""The engine: music, models and MIDI. It does not know there is a window."""
