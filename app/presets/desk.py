"""Where the Presets page writes: the values of every layer.

The project's own values and presets are edits with undo; the user's are written to the user's
file at once. Whatever is refused raises and has changed nothing. It knows no widget.
"""

from __future__ import annotations

from collections.abc import Callable

from app.presets.sheet import PresetEntry, Sheet, read_sheet
from app.presets.values import parse_text
from app.session import Session
from engine.config.layers import Layer, resolve
from engine.config.own import OwnSettings
from engine.config.schema import Leaf
from engine.errors import PsychoscoreError
from engine.project.edits import (
    AnyEdit,
    ClearConfigValue,
    SetConfigValue,
    Several,
)


class Desk:
    """Writes settings for a session.

    Args:
        session: owns the project and the user's own settings.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def sheet(self, shown: str | None = None, *, follow: bool = True) -> Sheet:
        """The layers as they are now; see `read_sheet`."""
        configuration = self._session.configuration
        return read_sheet(
            self.project,
            configuration.user,
            configuration.builtin,
            shown=shown,
            follow=follow,
            user_problem=configuration.user_problem,
        )

    # ---- Values

    def set_text(self, sheet: Sheet, layer: Layer, leaf: Leaf, text: str) -> None:
        """Set what somebody typed; an empty text clears.

        Raises:
            PsychoscoreError: the text is no value for this key, or the layer cannot hold it.
        """
        if not text.strip():
            self.clear(sheet, layer, leaf)
            return
        self._require(sheet, layer, leaf)
        value = parse_text(leaf, text)
        if sheet.sets(layer, leaf) and sheet.value(layer, leaf) == value:
            return
        if layer is Layer.PRESET:
            self._write_preset(sheet, sheet.own(layer).with_value(leaf.name, value))
        elif layer is Layer.PROJECT:
            self.commit(SetConfigValue(key=leaf.name, value=value))
        else:
            self.change_user(lambda own: own.with_value(leaf.name, value))

    def clear(self, sheet: Sheet, layer: Layer, leaf: Leaf) -> None:
        """Let a value of a layer fall through; nothing happens where it sets none.

        Raises:
            PsychoscoreError: the layer cannot be written.
        """
        self._require(sheet, layer, leaf)
        if not sheet.sets(layer, leaf):
            return
        if layer is Layer.PRESET:
            self._write_preset(sheet, sheet.own(layer).without(leaf.name))
        elif layer is Layer.PROJECT:
            self.commit(ClearConfigValue(key=leaf.name))
        else:
            self.change_user(lambda own: own.without(leaf.name))

    def promote(self, sheet: Sheet, leaf: Leaf) -> None:
        """Move a value of the project to the user's own settings, for every project.

        Raises:
            PsychoscoreError: the project sets none, or the user's settings cannot be written.
        """
        self._require(sheet, Layer.USER, leaf)
        if not sheet.sets(Layer.PROJECT, leaf):
            raise PsychoscoreError(f"The project sets no {leaf.title} of its own.")
        value = sheet.value(Layer.PROJECT, leaf)
        self.change_user(lambda own: own.with_value(leaf.name, value))
        self.commit(ClearConfigValue(key=leaf.name))

    def replace_project(self, wanted: OwnSettings) -> None:
        """Make the project set exactly this, as one undo step.

        Raises:
            PsychoscoreError: it is not valid; nothing changed.
        """
        self.commit(*_difference(self.project, wanted))

    def replace_user(self, wanted: OwnSettings) -> None:
        """Make the user's own file set exactly this.

        Raises:
            PsychoscoreError: it is not valid, or the disk refuses.
        """
        self.change_user(lambda _own: wanted)

    # ---- Writing

    @property
    def project(self) -> OwnSettings:
        """What the project sets itself, without the gesture that runs."""
        return self._session.undo_stack.state.settings

    def _require(self, sheet: Sheet, layer: Layer, leaf: Leaf) -> None:
        refusal = sheet.refusal(layer, leaf)
        if refusal:
            raise PsychoscoreError(refusal)

    def _write_preset(self, sheet: Sheet, own: OwnSettings) -> None:
        entry = own_entry(sheet)
        # Written whole: a preset whose last value is cleared is empty, not gone.
        self.write(entry.home, lambda layer: layer.with_value(f"presets.{entry.name}", own.data))

    def write(self, home: Layer, change: Callable[[OwnSettings], OwnSettings]) -> None:
        """Change the own settings of the project or of the user.

        Raises:
            PsychoscoreError: the result is not valid, or the disk refuses.
        """
        if home is Layer.PROJECT:
            self.replace_project(change(self.project))
        else:
            self.change_user(change)

    def commit(self, *edits: AnyEdit) -> None:
        """Do edits of the project as one undo step.

        Raises:
            PsychoscoreError: they are not valid, or the layers would contradict each other.
        """
        if not edits:
            return
        edit = edits[0] if len(edits) == 1 else Several(edits=edits)
        after = edit.apply(self._session.undo_stack.state)
        self._check(after.settings, self._session.configuration.user)
        self._session.commit(edit)

    def change_user(self, change: Callable[[OwnSettings], OwnSettings]) -> None:
        """Change the user's own settings; it cannot be undone.

        Raises:
            PsychoscoreError: the result is not valid, or the disk refuses.
        """

        def checked(own: OwnSettings) -> OwnSettings:
            changed = change(own)
            self._check(self.project, changed)
            return changed

        self._session.change_user_settings(checked)

    def _check(self, project: OwnSettings, user: OwnSettings) -> None:
        """Refuse what breaks the layers; layers that are broken already may be mended bit by bit.

        Raises:
            PsychoscoreError: the layers would contradict each other.
        """
        configuration = self._session.configuration
        try:
            resolve(self.project, configuration.user, configuration.builtin)
        except PsychoscoreError:
            return
        resolve(project, user, configuration.builtin)


def own_entry(sheet: Sheet) -> PresetEntry:
    """The shown preset, which may be changed.

    Raises:
        PsychoscoreError: it is built in, or none is shown.
    """
    if sheet.shown is None or sheet.shown.home is Layer.SYSTEM:
        raise PsychoscoreError("Built-in presets stay as they are.", "Copy one to edit it.")
    return sheet.shown


def _difference(before: OwnSettings, after: OwnSettings) -> list[AnyEdit]:
    """Edits by top-level key that lead from one to the other."""
    edits: list[AnyEdit] = [
        ClearConfigValue(key=key) for key in before.data if key not in after.data
    ]
    edits += [
        SetConfigValue(key=key, value=value)
        for key, value in after.data.items()
        if key not in before.data or before.data[key] != value
    ]
    return edits
