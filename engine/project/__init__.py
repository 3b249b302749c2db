"""Projects, cues and takes as values and on disk, and the edits that change them."""
