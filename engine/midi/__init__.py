"""MIDI files, the one door for what comes from anywhere and goes anywhere."""
