"""Where the Training page finds data sets, runs and models."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.config.layers import default_user_folder
from engine.resources import resource
from engine.user_data import data_sets_folder, runs_folder


@dataclass(frozen=True, slots=True)
class Places:
    """Folders, which need not exist yet. `models` are the user's own, `shipped` ours."""

    data_sets: Path
    runs: Path
    models: Path
    shipped: Path

    @classmethod
    def usual(cls) -> Places:
        """This user's places on this machine."""
        return cls(
            data_sets_folder(),
            runs_folder(),
            default_user_folder() / "models",
            resource("") / "checkpoints",
        )
