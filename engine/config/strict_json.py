"""JSON that people edit: read strictly, every complaint with file, line and column.

The standard reader keeps the last of two equal keys, takes NaN and forgets where a key stood;
the readers with positions on PyPI have not been kept up. This one is a small recursive descent
over the text. It does not know what any key means.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from engine.config.sentences import Location, explain
from engine.errors import PsychoscoreError

MAXIMUM_BYTES = 8_000_000
MAXIMUM_DEPTH = 32
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,38})(\.\d{1,400})?([eE][-+]?\d{1,4})?(?![\w.+])")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_SPACE = re.compile(r"[ \t\n\r]*")
_WORDS = {"true": True, "false": False, "null": None}
_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file; lines and columns count from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"


def place_of(text: str, start: int) -> Place:
    """The place of a character."""
    line_start = text.rfind("\n", 0, start) + 1
    return Place(text.count("\n", 0, start) + 1, start - line_start + 1)


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON file that was read: its value, and where each key and list item stands."""

    value: Any
    source: str
    text: str = field(repr=False)
    starts: Mapping[Location, int] = field(repr=False)

    def where(self, location: Location) -> str:
        """`, line 3, column 5` for a location, or for the nearest one around it."""
        for length in range(len(location), -1, -1):
            start = self.starts.get(location[:length])
            if start is not None:
                return f", {place_of(self.text, start)}"
        return ""

    def validated(self, model: type[_Model]) -> _Model:
        """This document as a value of a model.

        Raises:
            PsychoscoreError: names file, line, and for an unknown key the nearest known one.
        """
        try:
            return model.model_validate_json(json.dumps(self.value))
        except ValidationError as error:
            raise explain(error, model, self.source, self.where) from error


def read_json(path: Path, limit: int = MAXIMUM_BYTES) -> Document:
    """Read a JSON file strictly.

    Args:
        path: the file, named as it is in every complaint.
        limit: the most bytes that it may have.

    Raises:
        PsychoscoreError: it cannot be read, is larger, or is not strict JSON in UTF-8.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except OSError as error:
        raise PsychoscoreError(
            f"{path} cannot be read: {(error.strerror or str(error)).lower()}."
        ) from error
    if len(data) > limit:
        raise PsychoscoreError(f"{path} has more than {limit / 1e6:g} MB.", "It was not read.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PsychoscoreError(f"{path}, line {line}: this is not UTF-8 text.") from error
    return parse_json(text, str(path))


def parse_json(text: str, source: str) -> Document:
    """Read JSON text strictly.

    Raises:
        PsychoscoreError: the text is not JSON, holds NaN, Infinity or a number beyond all
            use, gives a key twice, or is nested more than 32 deep; names line and column.
    """
    reader = _Reader(text, source)
    value = reader.document()
    return Document(value, source, text, reader.starts)


class _Reader:
    def __init__(self, text: str, source: str) -> None:
        self.text = text
        self.source = source
        self.at = 0
        self.starts: dict[Location, int] = {}

    def refuse(self, message: str, at: int | None = None) -> NoReturn:
        place = place_of(self.text, self.at if at is None else at)
        raise PsychoscoreError(f"{self.source}, {place}: {message}.")

    def skip(self) -> str:
        """Move past white space and give the next character, empty at the end."""
        match = _SPACE.match(self.text, self.at)
        assert match is not None
        self.at = match.end()
        return self.text[self.at : self.at + 1]

    def document(self) -> Any:
        if not self.skip():
            self.refuse("the file is empty")
        value = self.value(())
        if self.skip():
            self.refuse("there is more after the end of the value")
        return value

    def value(self, location: Location) -> Any:
        following = self.skip()
        if not location or not isinstance(location[-1], str):
            self.starts[location] = self.at
        if len(location) > MAXIMUM_DEPTH:
            self.refuse(f"nested more than {MAXIMUM_DEPTH} deep")
        if following == "{":
            return self.object(location)
        if following == "[":
            return self.array(location)
        if following == '"':
            return self.string()
        return self.scalar()

    def object(self, location: Location) -> dict[str, Any]:
        self.at += 1
        result: dict[str, Any] = {}
        if self.skip() == "}":
            self.at += 1
            return result
        while True:
            if self.skip() != '"':
                self.refuse("a key in double quotes is expected here")
            start = self.at
            key = self.string()
            if key in result:
                self.refuse(f'the key "{key[:80]}" is given twice', start)
            self.starts[(*location, key)] = start
            if self.skip() != ":":
                self.refuse("a colon is expected here")
            self.at += 1
            result[key] = self.value((*location, key))
            if self.comma_or("}"):
                return result

    def array(self, location: Location) -> list[Any]:
        self.at += 1
        result: list[Any] = []
        if self.skip() == "]":
            self.at += 1
            return result
        while True:
            result.append(self.value((*location, len(result))))
            if self.comma_or("]"):
                return result

    def comma_or(self, closing: str) -> bool:
        """True past the closing bracket, False past a comma."""
        found = self.skip()
        if found not in (",", closing) or not found:
            self.refuse(f'a comma or "{closing}" is expected here')
        self.at += 1
        return found == closing

    def string(self) -> str:
        match = _STRING.match(self.text, self.at)
        if match is None:
            self.refuse("this string does not end, or holds a character that must be escaped")
        text: str = json.loads(match[0])
        try:
            text.encode()
        except UnicodeEncodeError:
            self.refuse("half of a surrogate pair is no character")
        self.at = match.end()
        return text

    def scalar(self) -> Any:
        for word, value in _WORDS.items():
            if re.compile(rf"{word}\b").match(self.text, self.at):
                self.at += len(word)
                return value
        match = _NUMBER.match(self.text, self.at)
        if match is None:
            if re.compile(r"-?(NaN|Infinity)\b", re.IGNORECASE).match(self.text, self.at):
                self.refuse("NaN and Infinity are not allowed")
            self.refuse("a value is expected here")
        number: int | float = float(match[0]) if match[1] or match[2] else int(match[0])
        if not isfinite(number):
            self.refuse("this number is too large")
        self.at = match.end()
        return number


def to_json(value: Any, indent: int = 0) -> str:
    """JSON for people: two spaces, order kept, lists of plain values on one line."""
    inner, outer = "\n" + "  " * (indent + 1), "\n" + "  " * indent
    if isinstance(value, Mapping) and value:
        rows = (f"{_plain(str(key))}: {to_json(each, indent + 1)}" for key, each in value.items())
        return "{" + inner + f",{inner}".join(rows) + outer + "}"
    if isinstance(value, list | tuple) and any(isinstance(each, Mapping) for each in value):
        return (
            "["
            + inner
            + f",{inner}".join(to_json(each, indent + 1) for each in value)
            + (outer + "]")
        )
    return _plain(dict(value) if isinstance(value, Mapping) else value)


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
