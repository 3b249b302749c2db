"""Scores as audio files. It knows neither projects nor windows."""
