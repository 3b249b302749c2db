"""Notated music as a player would play it. Pure values in and out; nothing here knows cues."""
