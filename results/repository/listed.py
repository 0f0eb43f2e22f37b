"""Some fields of every listed test, in one or two trips however many there are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from weakref import WeakSet

from redis import ConnectionPool
from redis.exceptions import ResponseError

from results.codec import hashes
from results.domain import CountedTests
from results.keys import TEST_ID
from results.reading import checked, is_wrong_type
from results.repository.asking import Asking
from results.trip import Command, pipeline

Values = list[bytes | None]
# Servers that refuse `SORT_RO ... GET`: clusters, and users with a limited set of keys.
_without_sort: WeakSet[ConnectionPool] = WeakSet()


class ListedTests(Asking):
    """Reads what the dashboard and the order of the list need to know of all tests."""

    def states(self) -> CountedTests:
        """What each test whose hash exists is up to, in no order."""
        rows, skipped = self._rows(hashes.STATE)
        states = [hashes.decode_state(test_id, *values) for test_id, values in rows]
        return CountedTests(tuple(states), skipped)

    def _rows(self, fields: tuple[str, ...]) -> tuple[list[tuple[str, Values]], int]:
        """Each listed test whose hash exists with these fields, and how many ids
        have a key of another type instead."""
        found = self._sorted(fields)
        if found is None:
            (reply,) = pipeline(self.client, [("SMEMBERS", self.keys.all_tests)])
            unknown = _ids(checked(reply))
            rows: dict[str, Values] = {}
        else:
            rows = {test_id: values for test_id, values in found if any(values)}
            # No such field: there may be a hash of other fields, or no hash.
            unknown = [test_id for test_id, _ in found if test_id not in rows]
        skipped = 0
        for test_id, values in self._looked_up(unknown, fields):
            if isinstance(values, Exception):
                skipped += 1
            elif values is not None:
                rows[test_id] = values
        return list(rows.items()), skipped

    def _sorted(self, fields: tuple[str, ...]) -> list[tuple[str, Values]] | None:
        """All ids with their fields by one command; None where it is refused."""
        if self.client.connection_pool in _without_sort:
            return None
        patterns = [f"{self.keys.test('*')}->{field}" for field in fields]
        gets = [word for pattern in patterns for word in ("GET", pattern)]
        command = ("SORT_RO", self.keys.all_tests, "BY", "nosort", "GET", "#", *gets)
        (reply,) = pipeline(self.client, [command])
        if isinstance(reply, ResponseError) and not is_wrong_type(reply):
            _without_sort.add(self.client.connection_pool)
            return None
        flat = checked(reply)
        width = len(fields) + 1
        columns = [flat[place::width] for place in range(width)]
        named = zip(columns[0], zip(*columns[1:], strict=True), strict=True)
        return [(i.decode(), list(v)) for i, v in named if _is_id(i)]

    def _looked_up(
        self, test_ids: list[str], fields: tuple[str, ...]
    ) -> Iterable[tuple[str, Values | Exception | None]]:
        """The fields of each test in one trip; None where there is no hash."""
        asked: list[Command] = []
        for test_id in test_ids:
            key = self.keys.test(test_id)
            asked += [("HMGET", key, *fields), ("EXISTS", key)]
        replies = pipeline(self.client, asked)
        for place, test_id in enumerate(test_ids):
            values: Any = replies[2 * place]
            if is_wrong_type(values):
                yield test_id, values
            else:
                exists = checked(replies[2 * place + 1])
                yield test_id, checked(values) if exists else None


def _ids(members: Iterable[bytes]) -> list[str]:
    return [member.decode() for member in members if _is_id(member)]


def _is_id(member: bytes) -> bool:
    """Whether the member can be a test's id; what cannot is never asked for."""
    return TEST_ID.fullmatch(member.decode("latin-1")) is not None
