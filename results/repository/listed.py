"""Some fields of every listed test, in one or two trips however many there are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from weakref import WeakSet

from redis import ConnectionPool
from redis.exceptions import ResponseError

from results.codec import hashes
from results.counted import CountedTests
from results.keys import TEST_ID
from results.reading import checked, is_wrong_type
from results.repository.asking import Asking
from results.trip import Command, Spread, pipeline

Values = Sequence[bytes | None]
# Checked together, for a pattern takes as long to begin as for fifty ids.
_ID_LINES = re.compile(rb"(?:[A-Za-z0-9_-]{1,64}\n)*")
# Servers that refuse `SORT_RO ... GET` to users with a limited set of keys; a Cluster
# does so always.
_without_sort: WeakSet[ConnectionPool] = WeakSet()


class Listed(NamedTuple):
    """Ids of tests, a column for each field, and how many ids were left out."""

    ids: list[str]
    columns: list[list[bytes | None]]
    skipped: int = 0

    def append(self, test_id: str, values: Values) -> None:
        self.ids.append(test_id)
        for column, value in zip(self.columns, values, strict=True):
            column.append(value)

    def at(self, places: list[int]) -> Listed:
        """Those at these places."""
        columns = [[column[place] for place in places] for column in self.columns]
        return Listed([self.ids[place] for place in places], columns)


class ListedTests(Asking):
    """Reads what the dashboard and the order of the list need to know of all tests."""

    def states(self) -> CountedTests:
        """What each test whose hash exists is up to, in no order."""
        return hashes.decode_states(*self._listed(hashes.STATE))

    def _listed(self, fields: tuple[str, ...]) -> Listed:
        """Each listed test whose hash exists with these fields, and how many ids
        have a key of another type instead."""
        return self._listed_along(fields, ())[0]

    def _listed_along(
        self, fields: tuple[str, ...], along: Sequence[Command]
    ) -> tuple[Listed, list[Any]]:
        """The same, and the replies to further commands of the same trip."""
        found, replies = self._sorted(fields, along)
        if found is None:
            members: Command = ("SMEMBERS", self.keys.all_tests)
            reply, *replies = pipeline(self.client, [members, *along])
            known, unsure = Listed([], [[] for _ in fields]), _ids(checked(reply))
        else:
            known, unsure = _parted(found)
        skipped = 0
        for test_id, values in self._looked_up(unsure, fields):
            if isinstance(values, Exception):
                skipped += 1
            elif values is not None:
                known.append(test_id, values)
        return known._replace(skipped=skipped), replies

    def _sorted(
        self, fields: tuple[str, ...], along: Sequence[Command]
    ) -> tuple[Listed | None, list[Any]]:
        """All ids with their fields by one command; None where it is refused."""
        pool = self.client.connection_pool
        if isinstance(self.client, Spread) or pool in _without_sort:
            return None, []
        patterns = [f"{self.keys.test('*')}->{field}" for field in fields]
        gets = [word for pattern in patterns for word in ("GET", pattern)]
        command = ("SORT_RO", self.keys.all_tests, "BY", "nosort", "GET", "#", *gets)
        reply, *replies = pipeline(self.client, [command, *along])
        if isinstance(reply, ResponseError) and not is_wrong_type(reply):
            _without_sort.add(pool)
            return None, []
        flat = checked(reply)
        width = len(fields) + 1
        ids, *columns = (flat[place::width] for place in range(width))
        names = _all_ids(ids)
        if names is not None:
            return Listed(names, columns), replies
        texts = [member.decode("latin-1") for member in ids]
        places = [place for place, member in enumerate(ids) if _is_id(member)]
        return Listed(texts, columns).at(places), replies

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


def _parted(found: Listed) -> tuple[Listed, list[str]]:
    """Those with a field, and the ids of those without: there may be a hash of other
    fields, or no hash."""
    if not all(None in column or b"" in column for column in found.columns):
        return found, []
    has_field = list(map(any, zip(*found.columns, strict=True)))
    places = [place for place, has in enumerate(has_field) if has]
    unsure = [i for i, has in zip(found.ids, has_field, strict=True) if not has]
    return found.at(places), unsure


def _all_ids(members: list[bytes]) -> list[str] | None:
    """All as text; None when one of them cannot be an id."""
    lines = b"\n".join([*members, b""])
    if lines.count(b"\n") != len(members) or not _ID_LINES.fullmatch(lines):
        return None
    return lines.decode().split("\n")[:-1]


def _ids(members: Iterable[bytes]) -> list[str]:
    return [member.decode() for member in members if _is_id(member)]


def _is_id(member: bytes) -> bool:
    """Whether the member can be a test's id; what cannot is never asked for."""
    return TEST_ID.fullmatch(member.decode("latin-1")) is not None
