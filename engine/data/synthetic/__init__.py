"""Synthetic pairs: a rule composer that writes eight bars for a wished profile."""
