"""What a verdict leads to: the old model kept, the new one used, either of them heard.

Owns which folders and names the old and the new model of a verdict have now; the page tells it
when to look again.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from app.session import ModelState, Session
from app.training.checkpoints_card import CheckpointsCard
from app.training.follower import Follower
from app.training.listening import Listening
from app.training.places import Places
from app.training.verdict_card import VerdictCard
from engine.training.install import model_names
from engine.training.run_folder import KeptCheckpoint
from engine.training.story import RunState


class VerdictDesk(QObject):
    """Answers the buttons of a verdict card.

    Args:
        follower: of the run that is judged.
        checkpoints: which uses and sounds the new model.
    """

    def __init__(
        self,
        session: Session,
        places: Places,
        follower: Follower,
        checkpoints: CheckpointsCard,
        listening: Listening,
        card: VerdictCard,
    ) -> None:
        super().__init__(card)
        self._session, self._places, self._follower = session, places, follower
        self._checkpoints, self._listening, self._card = checkpoints, listening, card
        self._state: RunState | None = None
        card.keep_wished.connect(self.keep_old)
        card.use_wished.connect(self.use_new)
        card.hear_old_wished.connect(self._hear_old)
        card.hear_new_wished.connect(self._hear_new)
        listening.changed.connect(self._show_heard)
        session.devices_changed.connect(self._show)

    def show_state(self, state: RunState | None) -> None:
        """Show what the run's story tells now."""
        self._state = state
        self._show()

    def keep_old(self) -> None:
        """Compose with the model that the run began from."""
        name = self._old_name()
        if name:
            self._session.use_model(name)

    def use_new(self) -> None:
        """Compose with the checkpoint that was judged."""
        kept = self._judged()
        if kept is not None:
            self._checkpoints.use(kept)

    def _judged(self) -> KeptCheckpoint | None:
        """The checkpoint that the verdict is on, where it is still kept."""
        run, verdict = self._follower.run, self._follower.story.verdict
        if run is None or verdict is None:
            return None
        step = verdict.judged.checkpoint
        return next((each for each in run.checkpoints() if each.step == step), None)

    def _old_name(self) -> str:
        """The old model of the verdict, where it can still be chosen."""
        verdict = self._follower.story.verdict
        models = model_names(self._places.shipped, self._places.models)
        names = {each.name for each in models}
        return verdict.judged.old if verdict and verdict.judged.old in names else ""

    def _old_folder(self) -> Path | None:
        name = self._old_name()
        models = model_names(self._places.shipped, self._places.models)
        return next((each.folder for each in models if each.name == name), None)

    def _hear_old(self) -> None:
        folder = self._old_folder()
        run = self._follower.run
        if folder is not None and run is not None:
            self._listening.toggle(folder, run.path / "cues")

    def _hear_new(self) -> None:
        kept = self._judged()
        if kept is not None:
            self._checkpoints.hear(kept)

    def _show(self) -> None:
        story, run, state = self._follower.story, self._follower.run, self._state
        in_use = ""
        if story.verdict is not None and self._session.model.state is ModelState.READY:
            kept = self._judged()
            used = self._session.model.name
            if kept is not None and kept.model and used == kept.model:
                in_use = "new"
            elif used == story.verdict.judged.old:
                in_use = "old"
        can_judge = state in (RunState.ENDED, RunState.LOST) and bool(story.log) and story.step > 0
        self._card.show_story(story, state, can_judge=can_judge and run is not None, in_use=in_use)
        self._card.keep.setEnabled(in_use != "old" and bool(self._old_name()))
        self._card.use.setEnabled(in_use != "new" and self._judged() is not None)
        self._show_heard()

    def _show_heard(self) -> None:
        kept = self._judged()
        places = {"old": self._old_folder(), "new": kept.folder if kept else None}

        def named(folder: Path | None) -> str:
            return next((name for name, each in places.items() if folder and each == folder), "")

        self._card.show_heard(named(self._listening.waiting), named(self._listening.heard))
