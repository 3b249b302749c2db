"""Proof: measures that say how well the music obeys, each beside its floor and its ceiling."""
