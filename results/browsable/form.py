"""An endpoint's query parameters as a form, made from what validates them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from rest_framework import serializers
from rest_framework.fields import empty


@dataclass(frozen=True, slots=True)
class Input:
    """One parameter: how it is asked for, what it is now, and what it may be."""

    name: str
    kind: str
    value: str
    default: str
    hint: str
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    max_length: int | None = None


def inputs(serializer: serializers.Serializer[Any], given: QueryDict) -> list[Input]:
    """An input a parameter, filled with what was given or else with its default."""
    return [_input(name, field, given) for name, field in serializer.fields.items()]


def _input(name: str, field: Any, given: QueryDict) -> Input:
    default = _default(field)
    kind = _kind(field)
    return Input(
        name=name,
        kind=kind,
        value=_shown(given.get(name) or default, kind),
        default=default,
        hint=_hint(field),
        choices=_choices(field, default),
        minimum=getattr(field, "min_value", None),
        maximum=getattr(field, "max_value", None),
        max_length=getattr(field, "max_length", None),
    )


def _default(field: Any) -> str:
    if field.default is empty:
        return ""
    is_switch = isinstance(field, serializers.BooleanField)
    return str(field.default).lower() if is_switch else str(field.default)


def _kind(field: Any) -> str:
    if isinstance(field, serializers.IntegerField):
        return "number"
    one_of = (serializers.BooleanField, serializers.ChoiceField)
    return "choice" if isinstance(field, one_of) else "text"


def _choices(field: Any, default: str) -> tuple[str, ...]:
    if isinstance(field, serializers.BooleanField):
        return ("true", "false") if default else ("", "true", "false")
    named = tuple(str(choice) for choice in getattr(field, "choices", ()))
    return named if default or not named else ("", *named)


def _shown(value: str, kind: str) -> str:
    """What was given, where the input can hold it: a browser complains otherwise."""
    fits = kind != "number" or (value.isascii() and value.isdecimal())
    return value if fits else ""


def _hint(field: Any) -> str:
    """E.g. `Runs a page. 1 to 100, 20 unless given.`"""
    said = str(field.help_text or "").replace("`", "")
    if _kind(field) != "number":
        return said
    unless_given = "" if field.default is empty else f", {field.default:,} unless given"
    return f"{said} {field.min_value:,} to {field.max_value:,}{unless_given}.".strip()
