"""From a validation error to one sentence that names file, line and the nearest known key.

Knows the models only by their fields; reads no files.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from engine.errors import PsychoscoreError

Location = tuple[str | int, ...]


def explain(
    error: ValidationError,
    model: type[BaseModel],
    source: str,
    place: Callable[[Location], str] = lambda location: "",
) -> PsychoscoreError:
    """The first complaint of a validation as an error for the user.

    Args:
        error: what pydantic found.
        model: the model that was asked for, to suggest the keys it knows.
        source: the file, as the user knows it.
        place: says where a location stands in the file, such as `, line 3, column 5`.
    """
    first = min(error.errors(include_url=False), key=lambda each: each["type"] != "extra_forbidden")
    location: Location = tuple(first["loc"])
    where = f"{source}{place(location)}"
    dotted = ".".join(str(part) for part in location if part != "[key]") or "the whole"
    if first["type"] == "extra_forbidden":
        known = _known_keys(model, location[:-1])
        return PsychoscoreError(
            f"{where}: unknown key {_quoted(dotted)}.", did_you_mean(str(location[-1]), known)
        )
    if location and location[-1] == "[key]":
        return PsychoscoreError(f"{where}: {_quoted(dotted)} cannot be a name here.")
    problem = dict(first)
    return PsychoscoreError(f"{where}: {dotted} {_complaint(problem)}.", _hint(problem))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint with the nearest known words, or with all of them where none is near."""
    choices = sorted(set(known))
    folded = {choice.lower(): choice for choice in choices}
    near = difflib.get_close_matches(word.lower(), folded, n=1, cutoff=0.6)
    near = near or [choice for choice in folded if word and word.lower() in choice]
    near = near or difflib.get_close_matches(word.lower(), folded, n=1, cutoff=0.5)
    if near:
        return f"Did you mean {_quoted(folded[near[0]])}?"
    if not choices:
        return ""
    return f"Known here: {', '.join(choices)}."


def _quoted(text: str) -> str:
    return '"' + text[:80].replace("\n", " ") + '"'


def _shown(value: Any) -> str:
    text = _quoted(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _complaint(problem: dict[str, Any]) -> str:
    kind, context, value = problem["type"], problem.get("ctx") or {}, problem.get("input")
    limits = {
        "greater_than_equal": ("must be at least", "ge"),
        "greater_than": ("must be above", "gt"),
        "less_than_equal": ("must be at most", "le"),
        "less_than": ("must be below", "lt"),
    }
    if kind in limits:
        words, name = limits[kind]
        return f"is {_shown(value)}, but {words} {context[name]:g}"
    if kind == "value_error":
        return f"is not allowed: {str(context['error']).rstrip('.')}"
    if kind == "literal_error":
        return f"is {_shown(value)}, but must be {context['expected']}"
    if kind == "missing":
        return "is missing"
    if kind == "string_pattern_mismatch":
        return f"is {_shown(value)}, which has not the form that is written there"
    wanted = str(problem["msg"]).removeprefix("Input should be ")
    return f"is {_shown(value)}, but must be {wanted[0].lower()}{wanted[1:]}"


def _hint(problem: dict[str, Any]) -> str:
    if problem["type"] != "literal_error":
        return ""
    expected = problem["ctx"]["expected"].replace(" or ", ", ").split(", ")
    near = did_you_mean(str(problem["input"]), [word.strip("'") for word in expected])
    return near if near.startswith("Did") else ""


def _known_keys(model: type[BaseModel], location: Sequence[str | int]) -> tuple[str, ...]:
    """The keys known at a location, found by walking the models along it."""
    current: set[type[BaseModel]] = {model}
    for part in location:
        following: set[type[BaseModel]] = set()
        for each in current:
            field = each.model_fields.get(str(part))
            # A name in a dictionary or an index in a list stays with the same models.
            following |= {each} if field is None else _models_in(field.annotation)
        current = following or current
    return tuple(key for each in current for key in each.model_fields)


def _models_in(annotation: Any) -> set[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    # A value with a form of its own in files says so by an attribute of its schema.
    form = getattr(annotation, "form", None)
    parts = (form,) if isinstance(form, type) else get_args(annotation)
    return {model for part in parts for model in _models_in(part)}
