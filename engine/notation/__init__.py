"""Scores as written music. It knows no files but MusicXML, no projects and no windows.

Written by hand on the standard library: music21 brings joblib, jsonpickle and matplotlib, partitura
brings scipy and lxml, and neither decides what this package is about, which is hands, values,
spelling and triplets.
"""
