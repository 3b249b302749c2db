"""Where the shipped files lie: presets, schema, theme, fonts, checkpoints, examples.

`resources/` stands beside the packages in a checkout, in an editable install and in a wheel alike,
so one rule serves all three. This file does not know what any resource means.
"""

from __future__ import annotations

from pathlib import Path

from engine.errors import PsychoscoreError

_FOLDER = Path(__file__).resolve().parent.parent / "resources"


def resource(name: str) -> Path:
    """The path of a shipped file or folder, given with forward slashes below `resources/`.

    Args:
        name: for example ``"presets/tragedy.json"``; an empty name is the folder itself.

    Raises:
        PsychoscoreError: nothing of that name is shipped.
        ValueError: the name leaves the folder.
    """
    path = (_FOLDER / name).resolve()
    if not path.is_relative_to(_FOLDER):
        raise ValueError(f"{name!r} leaves the resources folder")
    if not path.exists():
        raise PsychoscoreError(
            f"The installation lacks resources/{name}.", "Install PSYCHOSCORE again."
        )
    return path
