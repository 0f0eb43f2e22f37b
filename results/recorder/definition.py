"""A test's definition: checked, as hash fields, and with its secrets remembered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from redis import Redis
from redis.client import Pipeline

from results.codec import hashes
from results.keys import Keys
from results.recorder.fields import checked_text, encoded, json_text, time_text
from results.recorder.outcome import wrong_type
from results.watched import watched

TEXTS = ("name", "url", "goal", "schedule", "schedule_id", "alert_webhook")
TIMES = ("last_run_at", "created_at", "updated_at")
CHOICES = {
    "status": ("active", "paused", "error"),
    "last_result": ("passed", "failed", "error", "pending", ""),
}
Fields = dict[Any, Any]


def definition_fields(fields: Mapping[str, Any]) -> Fields:
    """The hash fields of these values, None being empty; `ValueError` names a field."""
    return {name: encoded(_text_of(name, value)) for name, value in fields.items()}


def save_definition(
    client: Redis, keys: Keys, test_id: str, definition: Fields, now: str
) -> None:
    """Write the hash, remember what it hides and hid, and list the test."""
    test, hidden = keys.test(test_id), keys.hidden(test_id)

    def attempt(pipe: Pipeline) -> None:
        secrets = _secrets(pipe, test, definition)
        pipe.multi()
        if secrets:
            pipe.sadd(hidden, *secrets)
        pipe.hset(test, mapping={"id": test_id, **definition})
        pipe.hsetnx(test, "created_at", now)
        pipe.execute()

    watched(client, (test,), attempt)
    client.sadd(keys.all_tests, test_id)


def _secrets(pipe: Pipeline, test: str, definition: Fields) -> set[bytes]:
    """What the hash hides now, and what it will hide."""
    found: Any = pipe.type(test)
    if found not in (b"none", b"hash"):
        raise wrong_type(test, found.decode())
    before: dict[str, Any] = dict(
        zip(hashes.SECRET, pipe.hmget(test, hashes.SECRET), strict=True)
    )
    secrets = hashes.decode_secrets(before, set())[0]
    secrets |= hashes.decode_secrets(before | definition, set())[0]
    return {encoded(secret) for secret in secrets if secret}


def _text_of(name: str, value: Any) -> str:
    if name == "variables":
        return json_text([_variable(v, i) for i, v in enumerate(_listed(value))])
    if name in CHOICES:
        return _chosen(name, "" if value is None else value)
    if name not in TEXTS + TIMES:
        raise ValueError(f"{name} is no field of a test")
    if value is None or value == "":
        return ""
    return time_text(value, name) if name in TIMES else checked_text(value, name)


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list | tuple | None):
        raise ValueError("variables must be a list")
    return list(value or ())


def _variable(variable: Any, index: int) -> dict[str, str | bool]:
    path = f"variables[{index}]"
    if not isinstance(variable, Mapping):
        raise ValueError(f"{path} must be an object")
    if set(variable) - {"name", "value", "hidden"}:
        raise ValueError(f"{path} may have name, value and hidden, nothing else")
    hidden = variable.get("hidden", False)
    if not isinstance(hidden, bool):
        raise ValueError(f"{path}.hidden must be true or false")
    return {
        "name": checked_text(variable.get("name"), f"{path}.name"),
        "value": checked_text(variable.get("value"), f"{path}.value"),
        "hidden": hidden,
    }


def _chosen(name: str, value: Any) -> str:
    if value not in CHOICES[name]:
        raise ValueError(f"{name} must be one of {', '.join(CHOICES[name])}")
    return str(value)
