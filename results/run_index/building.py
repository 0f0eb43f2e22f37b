"""Brings an index up to the results: a little behind, or built from the newest on.

An index is built in place, from the newest run to the oldest, some MB at a time. Each
part is written as a whole together with the head, which says how far the index
reaches; so what is there can be used at once, a build that ended early goes on where
it was, and nobody ever sees a half. Several processes may mend at once: the head is
watched, and whoever was slower looks again. Building takes a lock besides, lest two
read the same megabytes.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from redis import Redis
from redis.exceptions import WatchError

from results.keys import Keys
from results.reading import checked
from results.run_index.change import CannotMend, Span
from results.run_index.differing import differing_spans
from results.run_index.head import Head, decode, is_newer
from results.run_index.records import OnTime, RecordReader
from results.run_index.writing import drop, write_span
from results.trip import transaction

# A builder that died is followed by another one after this time.
LOCK_MS = 5000
# Each try mends all differences of its moment; a writer that adds more between is
# followed this often.
TRIES = 20


class BuildingElsewhere(Exception):
    """Another process builds this index, or a later version of this product."""


class Builder:
    """Catches up and builds the index of one test.

    Raises `BuildingElsewhere`, what `on_time` raises, redis-py's errors where our
    user may not write, and `UnreadableKey` when the results are of another type.
    """

    def __init__(
        self, client: Redis, keys: Keys, test_id: str, on_time: OnTime
    ) -> None:
        self._client = client
        self._results = keys.results(test_id)
        self._names = keys.index(test_id)
        self._reader = RecordReader(client, self._results, on_time)
        self._on_time = on_time

    def cover(self, start: float) -> None:
        """Return when every run from `start` on was indexed a moment ago."""
        for _ in range(TRIES):
            self._on_time()
            with suppress(WatchError):
                if self._is_mended() and self._is_built(start):
                    return
        raise BuildingElsewhere("the results change faster than they are indexed")

    def _seen(self) -> tuple[bytes | None, Head | None]:
        (raw,) = transaction(self._client, [("GET", self._names.head)])
        if is_newer(raw):
            raise BuildingElsewhere("a later version keeps this index")
        if isinstance(raw, Exception):
            # The name is ours: what another type does there is nobody's.
            drop(self._client, self._names)
            return None, None
        return raw, decode(raw)

    def _is_mended(self) -> bool:
        """Whether the index agrees with the results; if not, it was changed."""
        raw, head = self._seen()
        if head is None:
            return True
        checks = head.checks(self._results, self._names)
        counts = transaction(self._client, checks)
        checked(counts[0])
        if head.holds(counts):
            return True
        try:
            self._mend(raw, head)
        except CannotMend:
            drop(self._client, self._names)
        return False

    def _mend(self, raw: bytes | None, head: Head) -> None:
        spans = differing_spans(self._client, self._results, self._names, head)
        for span in spans:
            found = self._reader.span(span)
            args = (self._client, self._names, raw, span, found, head.is_complete)
            head = write_span(*args)
            raw = head.encode().encode()
        if not spans:
            raise CannotMend("the index contradicts itself")

    def _is_built(self, start: float) -> bool:
        """Whether the index reaches back to `start`; if not, it does so now."""
        raw, head = self._seen()
        if head is not None and head.covers(start):
            return True
        with self._lock():
            while head is None or not head.covers(start):
                self._client.pexpire(self._names.building, LOCK_MS)
                head = self._extended(raw, head)
                if head is None:
                    return True
                raw = head.encode().encode()
        return False

    def _extended(self, raw: bytes | None, head: Head | None) -> Head | None:
        """The index with some older runs; None when there is nothing to index."""
        found, is_all = self._reader.before(head.oldest if head else None)
        if not found and head is None:
            return None
        low = repr(found[-1][1]) if found else "-inf"
        high = f"({head.oldest!r}" if head else "+inf"
        span = Span(low, high, head is None, bool(found))
        return write_span(self._client, self._names, raw, span, found, is_all)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        token = secrets.token_hex(8)
        key = self._names.building
        if not self._client.set(key, token, nx=True, px=LOCK_MS):
            raise BuildingElsewhere("another process builds this index")
        try:
            yield
        finally:
            release(self._client, key, token)


def release(client: Redis, key: str, token: str) -> None:
    """Delete a builder's lock, unless it is another's by now."""
    with client.pipeline() as pipe, suppress(WatchError):
        pipe.watch(key)  # type: ignore[no-untyped-call]
        if pipe.get(key) == token.encode():
            pipe.multi()
            pipe.delete(key)
            pipe.execute()
