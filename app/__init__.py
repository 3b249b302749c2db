"""The window. It knows the engine and Qt; it never touches a tensor or a MIDI port."""
