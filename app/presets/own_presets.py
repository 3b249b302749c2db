"""The presets of the project and of the user: make, rename, delete, take the sound of a cue."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter, ValidationError

from app.presets.choice import has_one_tempo
from app.presets.desk import Desk, own_entry
from app.presets.sheet import PRESET_LEAVES, PROFILE_KEYS, PresetEntry, Sheet
from app.session import Session
from engine.config.layers import Layer
from engine.config.own import OwnSettings
from engine.config.schema import Name
from engine.errors import PsychoscoreError
from engine.project.edits import AnyEdit, ClearConfigValue, SetConfigValue

_NAME: TypeAdapter[str] = TypeAdapter(Name)


class OwnPresets:
    """Keeps the presets that are not built in.

    Args:
        session: has the cue whose sound a preset may take.
        desk: writes.
    """

    def __init__(self, session: Session, desk: Desk) -> None:
        self._session, self._desk = session, desk

    def create(self, sheet: Sheet, name: str, home: Layer, own: OwnSettings) -> None:
        """Add a preset to the project's or the user's own.

        Raises:
            PsychoscoreError: the name is not allowed or taken, or the disk refuses.
        """
        self._require_name(sheet, name)
        self._desk.write(home, lambda layer: layer.with_value(f"presets.{name}", own.data))

    def rename(self, sheet: Sheet, name: str) -> None:
        """Give the shown preset another name; who chose it here goes on with it.

        Raises:
            PsychoscoreError: it is built in, the name is not allowed or taken, or the disk
                refuses.
        """
        entry = own_entry(sheet)
        if name == entry.name:
            return
        self._require_name(sheet, name)

        def renamed(layer: OwnSettings) -> OwnSettings:
            presets = {
                name if each == entry.name else each: value
                for each, value in layer.get("presets", {}).items()
            }
            return layer.with_values({"presets": presets, **_reference(layer, entry, name)})

        if entry.home is Layer.PROJECT:
            self._desk.write(entry.home, renamed)
            return
        # Both names stand while the project turns to the new one, so no moment is without.
        self.create(sheet, name, entry.home, entry.own)
        if self._desk.project.get("preset") == entry.name:
            self._desk.commit(SetConfigValue(key="preset", value=name))
        self._desk.change_user(
            lambda own: own.with_values(_reference(own, entry, name)).without(
                f"presets.{entry.name}"
            )
        )

    def delete(self, sheet: Sheet) -> None:
        """Remove the shown preset; who chose it here chooses none.

        Raises:
            PsychoscoreError: it is built in, or the disk refuses.
        """
        entry = own_entry(sheet)
        key = f"presets.{entry.name}"
        hides = entry.name in self._names_beside(entry)
        edits: list[AnyEdit] = []
        if self._desk.project.get("preset") == entry.name and not hides:
            edits.append(ClearConfigValue(key="preset"))
        if entry.home is Layer.PROJECT:
            self._desk.commit(ClearConfigValue(key=key), *edits)
            return
        if edits:
            self._desk.commit(*edits)
        self._desk.change_user(
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
        if has_one_tempo(asked.cue):
            values["music.tempo"] = asked.cue.tempo[0].bpm
        if asked.key is not None and asked.key.mode is not None:
            values["music.mode"] = asked.key.mode
        return OwnSettings().with_values(values)

    def free_name(self, sheet: Sheet, stem: str) -> str:
        """`stem`, or `stem 2`, `stem 3`, ... that no preset has."""
        taken = {entry.name.casefold() for entry in sheet.presets}
        name, number = stem, 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem[:58]} {number}"
        return name

    def _names_beside(self, entry: PresetEntry) -> set[str]:
        """The names of the presets that `entry` does not hold itself but may hide."""
        configuration = self._session.configuration
        names = set(configuration.builtin)
        if entry.home is Layer.PROJECT:
            names |= set(configuration.user.get("presets", {}))
        return names

    def _require_name(self, sheet: Sheet, name: str) -> None:
        try:
            _NAME.validate_python(name)
        except ValidationError:
            raise PsychoscoreError(
                "A preset's name has letters, digits, spaces, - and _, 64 at most."
            ) from None
        if any(entry.name.casefold() == name.casefold() for entry in sheet.presets):
            raise PsychoscoreError(f"There is a preset {name} already.")


def _reference(layer: OwnSettings, entry: PresetEntry, name: str) -> dict[str, Any]:
    return {"preset": name} if layer.get("preset") == entry.name else {}
