"""What in a new OpenAPI document breaks clients that were generated from an old one.

For an API that is only read: a request may say no less than before, and an answer holds
nothing that an old client would not expect. Only what our documents use is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]
# Whichever way they change, some generated type or check is another one.
FIXED = ("$ref", "format", "pattern")
LOWEST, HIGHEST = ("minimum", "minLength"), ("maximum", "maxLength")


@dataclass(frozen=True)
class Break:
    """`subject` is what a change log has to name: `Run.error`, `get_test: limit`."""

    subject: str
    what: str

    def __str__(self) -> str:
        return f"`{self.subject}` {self.what}"


def breaks(before: Schema, after: Schema) -> list[Break]:
    """Every change that some client would notice, in the order of the old document."""
    return [*_operations(before, after), *_components(before, after)]


def _operations(before: Schema, after: Schema) -> Iterator[Break]:
    for path, methods in before["paths"].items():
        for method, old in methods.items():
            name = old["operationId"]
            new = after["paths"].get(path, {}).get(method)
            if new is None:
                yield Break(name, f"is gone from {method.upper()} {path}")
            elif new["operationId"] != name:
                yield Break(name, f"is called {new['operationId']}")
            else:
                yield from _parameters(name, old, new)
                yield from _answers(name, old, new)


def _parameters(name: str, old: Schema, new: Schema) -> Iterator[Break]:
    before, after = _by_name(old), _by_name(new)
    for key, parameter in before.items():
        subject = f"{name}: {parameter['name']}"
        if key not in after:
            yield Break(subject, "is gone")
            continue
        # What may be sent is turned around: there, less is a break.
        for change in _beyond(after[key]["schema"], parameter["schema"]):
            yield Break(subject, f"accepts less ({change})")
    for key, parameter in after.items():
        if parameter.get("required") and not before.get(key, {}).get("required"):
            yield Break(f"{name}: {parameter['name']}", "is required")


def _by_name(operation: Schema) -> dict[tuple[str, str], Schema]:
    return {(p["in"], p["name"]): p for p in operation.get("parameters", [])}


def _answers(name: str, old: Schema, new: Schema) -> Iterator[Break]:
    for status, answer in old["responses"].items():
        if status not in new["responses"]:
            yield Break(f"{name}: {status}", "is gone")
            continue
        found = new["responses"][status].get("content", {})
        for media, content in answer.get("content", {}).items():
            if media not in found:
                yield Break(f"{name}: {status}", f"is no {media}")
            else:
                for change in _beyond(content["schema"], found[media]["schema"]):
                    yield Break(f"{name}: {status}", f"is another ({change})")


def _components(before: Schema, after: Schema) -> Iterator[Break]:
    schemas = after["components"]["schemas"]
    for name, old in before["components"]["schemas"].items():
        if name not in schemas:
            yield Break(name, "is gone, or called otherwise")
            continue
        new = schemas[name]
        for change in _beyond(old, new):
            yield Break(name, f"is another ({change})")
        yield from _fields(name, old, new)


def _fields(name: str, old: Schema, new: Schema) -> Iterator[Break]:
    found = new.get("properties", {})
    for field, schema in old.get("properties", {}).items():
        subject = f"{name}.{field}"
        if field not in found:
            yield Break(subject, "is gone")
            continue
        if field in old.get("required", []) and field not in new.get("required", []):
            yield Break(subject, "may be missing")
        for change in _beyond(schema, found[field]):
            yield Break(subject, f"is another ({change})")


def _beyond(expected: Schema, given: Schema) -> Iterator[str]:
    """In what the given may be something unexpected; nothing when it always fits."""
    further = _types(given) - _types(expected)
    if further and not (further == {"integer"} and "number" in _types(expected)):
        yield f"type {'/'.join(sorted(further))}"
    if _types(expected) and not _types(given):
        yield "type"
    yield from (k for k in FIXED if expected.get(k) != given.get(k))
    if "enum" in expected and not set(given.get("enum", ["?"])) <= set(
        expected["enum"]
    ):
        yield "enum"
    yield from (k for k in LOWEST if _is_looser(expected.get(k), given.get(k), 1))
    yield from (k for k in HIGHEST if _is_looser(expected.get(k), given.get(k), -1))
    if "additionalProperties" in expected and "additionalProperties" not in given:
        yield "no further fields"
    if "items" in expected:
        yield from _beyond(expected["items"], given.get("items", {}))
    for member in given.get("anyOf", []) + given.get("oneOf", []):
        if member not in expected.get("anyOf", []) + expected.get("oneOf", []):
            yield str(member.get("$ref", member)).rpartition("/")[2]


def _types(schema: Schema) -> set[str]:
    types = schema.get("type", [])
    return {types} if isinstance(types, str) else set(types)


def _is_looser(expected: float | None, given: float | None, sign: int) -> bool:
    if expected is None:
        return False
    return given is None or sign * given < sign * expected
