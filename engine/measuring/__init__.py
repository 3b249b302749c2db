"""Measuring music: rulers (one a file), attributes, ranks in a reference, keys, analysis."""
