"""The test hash: an allow-list of fields leaves it, scrubbed; values never do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from results.codec import strict_json, times
from results.counted import CountedTests
from results.domain import CorruptMember, SyntheticTest, Variable
from results.public_url import public_url
from results.scrub import Scrubber

TEXTS = ("name", "url", "goal", "schedule", "status", "last_result")
SHOWN = (*TEXTS, "last_run_at", "created_at", "updated_at")
# Read to know what must not leave; `id` tells a definition from a stray field.
SECRET = ("id", "variables", "alert_webhook")
FIELDS = SHOWN + SECRET

# What the dashboard counts: nothing of it is shown, so nothing has to be scrubbed.
STATE = ("status", "last_result", "last_run_at", "schedule", "created_at")

Hash = Mapping[str, bytes | None]
# One field of many tests.
Column = Sequence[bytes | None]


def decode_test(test_id: str, stored: Hash, scrubber: Scrubber) -> SyntheticTest:
    """The test as it may be shown; unreadable times and variables are None."""
    texts = {name: _text(stored.get(name)) for name in TEXTS}
    return SyntheticTest(
        id=test_id,
        name=_scrubbed(texts["name"], scrubber),
        # Scrubbed first: hiding a parameter could cut a hidden value in two.
        url=public_url(_scrubbed(texts["url"], scrubber)),
        goal=_scrubbed(texts["goal"], scrubber),
        schedule=texts["schedule"],
        status=texts["status"] or "active",
        last_result=texts["last_result"] or None,
        last_run_at=decode_time(stored.get("last_run_at")),
        created_at=decode_time(stored.get("created_at")),
        updated_at=decode_time(stored.get("updated_at")),
        variables=_shown_variables(stored),
    )


def decode_states(
    ids: Sequence[str], columns: Sequence[Column], skipped: int
) -> CountedTests:
    """The fields `STATE` of the tests, read as `decode_test` reads them."""
    statuses, last_results, last_runs, schedules, created = columns
    return CountedTests(
        ids,
        _texts(statuses, "active"),
        _texts(last_results, None),
        [decode_time(raw) if raw else None for raw in last_runs],
        _texts(schedules, None),
        _Times(created),
        skipped,
    )


class _Times:
    """A column of times, each decoded when it is asked for: few are."""

    def __init__(self, column: Column) -> None:
        self._column = column

    def __getitem__(self, place: int) -> datetime | None:
        return decode_time(self._column[place])


def _texts(column: Column, empty: str | None) -> list[str | None]:
    """The column as text; thousands of tests have a handful of different values."""
    known = {raw: _text(raw) or empty for raw in set(column)}
    return [known[raw] for raw in column]


# Between two looks at thousands of tests a handful of them ran.
@lru_cache(maxsize=16_384)
def decode_time(raw: bytes | None) -> datetime | None:
    """A time of the hash, as `decode_test` reads it."""
    return times.from_text(_text(raw))


def decode_secrets(stored: Hash, former: set[bytes]) -> tuple[set[str], bool]:
    """Every text that must not leave, and whether that is known to be all of it.

    `former` are the values that our recorder remembers. Not known: the hash is gone,
    or its `variables` cannot be read (CONTRACT, `test:{id}`).
    """
    secrets = {_decoded(value) for value in former}
    if webhook := _text(stored.get("alert_webhook")):
        secrets.add(webhook)
    if not stored.get("id") and not stored.get("variables"):
        return secrets, False
    try:
        hidden = [item for item in _variables(stored) if _is_hidden(item)]
        secrets.update(_secret_text(item.get("value")) for item in hidden)
    except CorruptMember:
        return secrets, False
    return secrets, True


def _shown_variables(stored: Hash) -> tuple[Variable, ...] | None:
    try:
        variables = _variables(stored)
    except CorruptMember:
        return None
    return tuple(
        Variable(name, _is_hidden(item))
        for item in variables
        if isinstance(name := item.get("name"), str)
    )


def _variables(stored: Hash) -> list[dict[str, object]]:
    raw = stored.get("variables")
    parsed = strict_json.parse(raw) if raw else []
    if not isinstance(parsed, list) or not all(isinstance(i, dict) for i in parsed):
        raise CorruptMember("variables are no array of objects")
    return parsed


def _is_hidden(variable: Mapping[str, object]) -> bool:
    """Anything but a plain no hides: a writer's `"true"` must not show a password."""
    return variable.get("hidden") not in (None, False, 0, "", "false", "False")


def _secret_text(value: object) -> str:
    if isinstance(value, dict | list):
        raise CorruptMember("a hidden value is no scalar")
    return "" if value is None else str(value)


def _scrubbed(text: str | None, scrubber: Scrubber) -> str | None:
    return None if text is None else scrubber.text(text)


def _text(raw: bytes | None) -> str | None:
    return None if raw is None else _decoded(raw)


def _decoded(raw: bytes) -> str:
    return raw.decode(errors="replace")
