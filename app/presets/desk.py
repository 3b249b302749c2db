"""Where the Presets page writes: values of every layer, presets, the choice of one.

The project's own values and presets are edits with undo; the user's are written to the user's
file at once. Whatever is refused raises and has changed nothing. It knows no widget.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from app.presets.sheet import PRESET_LEAVES, PresetEntry, Sheet, read_sheet
from app.presets.values import parse_text
from app.session import Session
from engine.config.layers import Layer, resolve
from engine.config.own import OwnSettings
from engine.config.schema import Leaf, Name
from engine.cue import Cue
from engine.cue_edits import LaneName
from engine.edits import (
    AnyEdit,
    ClearConfigValue,
    SetConfigValue,
    SetProfileValue,
    SetTempo,
    Several,
)
from engine.errors import PsychoscoreError
from engine.profile import DIMENSION_BY_NAME

PROFILE_KEYS = {
    "trauma": "profile.trauma",
    "entropy": "profile.entropy",
    "rsi_real": "profile.rsi.real",
    "rsi_imaginary": "profile.rsi.imaginary",
}
_DIMENSIONS: tuple[LaneName, ...] = get_args(LaneName)
_NAME: TypeAdapter[str] = TypeAdapter(Name)


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
            self._project,
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
            self._commit(SetConfigValue(key=leaf.name, value=value))
        else:
            self._change_user(lambda own: own.with_value(leaf.name, value))

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
            self._commit(ClearConfigValue(key=leaf.name))
        else:
            self._change_user(lambda own: own.without(leaf.name))

    def promote(self, sheet: Sheet, leaf: Leaf) -> None:
        """Move a value of the project to the user's own settings, for every project.

        Raises:
            PsychoscoreError: the project sets none, or the user's settings cannot be written.
        """
        self._require(sheet, Layer.USER, leaf)
        if not sheet.sets(Layer.PROJECT, leaf):
            raise PsychoscoreError(f"The project sets no {leaf.title} of its own.")
        value = sheet.value(Layer.PROJECT, leaf)
        self._change_user(lambda own: own.with_value(leaf.name, value))
        self._commit(ClearConfigValue(key=leaf.name))

    def replace_project(self, wanted: OwnSettings) -> None:
        """Make the project set exactly this, as one undo step.

        Raises:
            PsychoscoreError: it is not valid; nothing changed.
        """
        self._commit(*_difference(self._project, wanted))

    def replace_user(self, wanted: OwnSettings) -> None:
        """Make the user's own file set exactly this.

        Raises:
            PsychoscoreError: it is not valid, or the disk refuses.
        """
        self._change_user(lambda _own: wanted)

    # ---- The chosen preset

    def held_by_cue(self, sheet: Sheet) -> tuple[str, ...]:
        """What the cue sets by hand and the shown preset would set too, in words."""
        if sheet.shown is None:
            return ()
        own, cue = sheet.shown.own, self._session.cue
        held = [
            DIMENSION_BY_NAME[name].title
            for name, key in PROFILE_KEYS.items()
            if own.sets(key) and getattr(cue.profile, name) is not None
        ]
        if own.sets("music.tempo") and _has_one_tempo(cue):
            held.append("Tempo")
        return tuple(held)

    def stays_in_cue(self, sheet: Sheet) -> tuple[str, ...]:
        """What of the cue hides the shown preset however it is chosen, in words."""
        if sheet.shown is None:
            return ()
        own, cue = sheet.shown.own, self._session.cue
        stays = [
            f"the {DIMENSION_BY_NAME[lane.name].title} lane"
            for lane in cue.lanes
            if own.sets(PROFILE_KEYS[lane.name]) and not lane.muted
        ]
        if own.sets("music.tempo") and cue.tempo and not _has_one_tempo(cue):
            stays.append("the tempo map")
        if own.sets("music.mode") and any(mark.key.mode for mark in cue.keys):
            stays.append("the mode of its key")
        return tuple(stays)

    def choose(self, sheet: Sheet, *, move_sliders: bool) -> None:
        """Choose the shown preset for the project, as one undo step.

        Args:
            sheet: shows the preset, or none to choose none.
            move_sliders: also let go what the cue sets by hand, see `held_by_cue`.

        Raises:
            PsychoscoreError: the layers would contradict each other.
        """
        name = sheet.shown.name if sheet.shown else None
        edits: list[AnyEdit] = self._releases(sheet) if move_sliders else []
        if name != sheet.chosen:
            falls_through = self._session.configuration.user.get("preset") == name
            if falls_through and name is None:
                edits.append(ClearConfigValue(key="preset"))
            else:
                edits.append(SetConfigValue(key="preset", value=name))
        self._commit(*edits)

    def _releases(self, sheet: Sheet) -> list[AnyEdit]:
        cue, held = self._session.cue, self.held_by_cue(sheet)
        edits: list[AnyEdit] = [
            SetProfileValue(cue=cue.id, name=name, value=None)
            for name in _DIMENSIONS
            if DIMENSION_BY_NAME[name].title in held
        ]
        if "Tempo" in held:
            edits.append(SetTempo(cue=cue.id, tempo=(), fermatas=cue.fermatas))
        return edits

    # ---- Own presets

    def create(self, sheet: Sheet, name: str, home: Layer, own: OwnSettings) -> None:
        """Add a preset to the project's or the user's own.

        Raises:
            PsychoscoreError: the name is not allowed or taken, or the disk refuses.
        """
        self._require_name(sheet, name)
        self._write(home, lambda layer: layer.with_value(f"presets.{name}", own.data))

    def rename(self, sheet: Sheet, name: str) -> None:
        """Give the shown preset another name; who chose it here goes on with it.

        Raises:
            PsychoscoreError: it is built in, the name is not allowed or taken, or the disk
                refuses.
        """
        entry = self._own_entry(sheet)
        if name == entry.name:
            return
        self._require_name(sheet, name)

        def renamed(layer: OwnSettings) -> OwnSettings:
            presets = {
                name if each == entry.name else each: value
                for each, value in layer.get("presets", {}).items()
            }
            return layer.with_values({"presets": presets, **self._reference(layer, entry, name)})

        if entry.home is Layer.PROJECT:
            self._write(entry.home, renamed)
            return
        # Both names stand while the project turns to the new one, so no moment is without.
        self.create(sheet, name, entry.home, entry.own)
        if self._project.get("preset") == entry.name:
            self._commit(SetConfigValue(key="preset", value=name))
        self._change_user(
            lambda own: own.with_values(self._reference(own, entry, name)).without(
                f"presets.{entry.name}"
            )
        )

    def delete(self, sheet: Sheet) -> None:
        """Remove the shown preset; who chose it here chooses none.

        Raises:
            PsychoscoreError: it is built in, or the disk refuses.
        """
        entry = self._own_entry(sheet)
        key = f"presets.{entry.name}"
        hides = entry.name in self._names_beside(entry)
        edits: list[AnyEdit] = []
        if self._project.get("preset") == entry.name and not hides:
            edits.append(ClearConfigValue(key="preset"))
        if entry.home is Layer.PROJECT:
            self._commit(ClearConfigValue(key=key), *edits)
            return
        if edits:
            self._commit(*edits)
        self._change_user(
            lambda own: (
                own.without("preset") if own.get("preset") == entry.name and not hides else own
            ).without(key)
        )

    def sound_of_the_cue(self, sheet: Sheet) -> OwnSettings:
        """What a preset must set so that it sounds like the cue at rest does now."""
        asked = self._session.asked
        values: dict[str, Any] = {}
        if sheet.current is not None:
            values = {
                key: resolved.value
                for key, resolved in sheet.current.values.items()
                if key in PRESET_LEAVES and resolved.layer is not Layer.SYSTEM
            }
        profile = asked.lanes.profile
        values |= {key: round(profile.get(name), 4) for name, key in PROFILE_KEYS.items()}
        if _has_one_tempo(asked.cue):
            values["music.tempo"] = asked.cue.tempo[0].bpm
        return OwnSettings().with_values(values)

    def free_name(self, sheet: Sheet, stem: str) -> str:
        """`stem`, or `stem 2`, `stem 3`, ... that no preset has."""
        taken = {entry.name.casefold() for entry in sheet.presets}
        name, number = stem, 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem[:58]} {number}"
        return name

    # ---- Writing

    @property
    def _project(self) -> OwnSettings:
        return self._session.undo_stack.state.settings

    def _reference(self, layer: OwnSettings, entry: PresetEntry, name: str) -> dict[str, Any]:
        return {"preset": name} if layer.get("preset") == entry.name else {}

    def _names_beside(self, entry: PresetEntry) -> set[str]:
        """The names of the presets that `entry` does not hold itself but may hide."""
        configuration = self._session.configuration
        names = set(configuration.builtin)
        if entry.home is Layer.PROJECT:
            names |= set(configuration.user.get("presets", {}))
        return names

    def _own_entry(self, sheet: Sheet) -> PresetEntry:
        if sheet.shown is None or sheet.shown.home is Layer.SYSTEM:
            raise PsychoscoreError("Built-in presets stay as they are.", "Copy one to edit it.")
        return sheet.shown

    def _require(self, sheet: Sheet, layer: Layer, leaf: Leaf) -> None:
        refusal = sheet.refusal(layer, leaf)
        if refusal:
            raise PsychoscoreError(refusal)

    def _require_name(self, sheet: Sheet, name: str) -> None:
        try:
            _NAME.validate_python(name)
        except ValidationError:
            raise PsychoscoreError(
                "A preset's name has letters, digits, spaces, - and _, 64 at most."
            ) from None
        if any(entry.name.casefold() == name.casefold() for entry in sheet.presets):
            raise PsychoscoreError(f"There is a preset {name} already.")

    def _write_preset(self, sheet: Sheet, own: OwnSettings) -> None:
        entry = self._own_entry(sheet)
        # Written whole: a preset whose last value is cleared is empty, not gone.
        self._write(entry.home, lambda layer: layer.with_value(f"presets.{entry.name}", own.data))

    def _write(self, home: Layer, change: Callable[[OwnSettings], OwnSettings]) -> None:
        if home is Layer.PROJECT:
            self.replace_project(change(self._project))
        else:
            self._change_user(change)

    def _commit(self, *edits: AnyEdit) -> None:
        if not edits:
            return
        edit = edits[0] if len(edits) == 1 else Several(edits=edits)
        after = edit.apply(self._session.undo_stack.state)
        self._check(after.settings, self._session.configuration.user)
        self._session.commit(edit)

    def _change_user(self, change: Callable[[OwnSettings], OwnSettings]) -> None:
        def checked(own: OwnSettings) -> OwnSettings:
            changed = change(own)
            self._check(self._project, changed)
            return changed

        self._session.change_user_settings(checked)

    def _check(self, project: OwnSettings, user: OwnSettings) -> None:
        """Refuse what breaks the layers; layers that are broken already may be mended bit by bit.

        Raises:
            PsychoscoreError: the layers would contradict each other.
        """
        configuration = self._session.configuration
        try:
            resolve(self._project, configuration.user, configuration.builtin)
        except PsychoscoreError:
            return
        resolve(project, user, configuration.builtin)


def _has_one_tempo(cue: Cue) -> bool:
    return len(cue.tempo) == 1 and cue.tempo[0].bar <= 1


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
