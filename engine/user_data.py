"""Where this user's bulky things lie: imported data sets and training runs."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

DATA_VARIABLE = "PSYCHOSCORE_DATA"


def user_data_folder() -> Path:
    """The folder that PSYCHOSCORE_DATA names where it may be written, else the system's place.

    It need not exist yet. A folder of archives that may only be read is not written to.
    """
    named = os.environ.get(DATA_VARIABLE)
    if named and os.access(named, os.W_OK):
        return Path(named)
    return platformdirs.user_data_path("psychoscore", appauthor=False)


def data_sets_folder() -> Path:
    """Where imported data sets lie unless the user says otherwise."""
    return user_data_folder() / "datasets"


def runs_folder() -> Path:
    """Where training runs lie unless the user says otherwise."""
    return user_data_folder() / "runs"
