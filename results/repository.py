"""The one door to what is stored: knows keys and commands, returns domain values.

Every read of a test asks in the same MULTI whether the test is known and what is
secret about it, so that no reader can forget either. Redis errors pass through:
`results.exceptions` says once what they mean to a client.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar, cast

from redis import Redis
from redis.client import Pipeline

from results import scanning, unreadable
from results.codec import events, hashes, records, timing
from results.domain import (
    CorruptMember,
    Incident,
    Page,
    Run,
    StreamEntry,
    SyntheticTest,
    TestListing,
    TimingPoint,
    UnknownTest,
    UnreadableKey,
    Window,
    WindowRuns,
)
from results.history import History
from results.keys import TEST_ID, Keys
from results.reading import (
    Answer,
    checked,
    is_wrong_type,
    named,
    queue_hash,
    read_many,
    read_test,
    scrubber_of,
)
from results.scanning import Scored
from results.scrub import Scrubber

Record = TypeVar("Record", Run, Incident)

# A scan starts small, for records may be huge, and then asks for this much a trip.
FIRST_CHUNK = 8
LARGEST_CHUNK = 500
CHUNK_BYTES = 4 * 1024 * 1024
# Where the newest run is unreadable, the dashboard looks this far behind it.
READABLE_WITHIN = 20


class ResultRepository:
    """Reads one installation's tests, runs, timing, incidents and events.

    `client` must return bytes. Raises `UnknownTest`, `UnknownRun`, `UnreadableKey`
    and redis-py's errors.
    """

    def __init__(self, client: Redis, keys: Keys | None = None) -> None:
        self.client = client
        self.keys = keys or Keys()

    def ping(self) -> None:
        """Return when the server answers; writes nothing."""
        self.client.ping()

    def tests(self) -> TestListing:
        """Every test whose hash exists, in no order."""
        with self.client.pipeline(transaction=False) as pipe:
            pipe.smembers(self.keys.all_tests)
            members = checked(pipe.execute(raise_on_error=False)[0])
        ids = [m.decode() for m in members if TEST_ID.fullmatch(m.decode("latin-1"))]
        found, skipped = [], 0
        for test_id, replies in read_many(self.client, ids, self._queue_listed):
            exists, stored, former = replies
            if is_wrong_type(stored):
                skipped += 1
            elif exists:
                fields = named(stored, hashes.FIELDS)
                scrubber = scrubber_of(stored, former, hashes.FIELDS)
                found.append(self._decoded_test(test_id, fields, scrubber))
        return TestListing(tuple(found), skipped)

    def test(self, test_id: str) -> SyntheticTest:
        """One test; with data and no hash it has its id and nothing else."""
        answer = self._read(test_id, lambda pipe: None, hashes.FIELDS)
        return self._decoded_test(test_id, answer.stored, answer.scrubber)

    def require_known(self, test_id: str) -> None:
        """Return when the test is known."""
        self._read(test_id, lambda pipe: None)

    def runs(self, test_id: str) -> History[Run]:
        """Newest first by score; ties in one stable order (by member, descending)."""
        key = self.keys.results(test_id)

        def queue(pipe: Pipeline, start: int, stop: int) -> None:
            pipe.zcard(key)
            pipe.zrevrange(key, start, stop)

        return History(self._record_pages(test_id, key, queue, records.decode_run))

    def incidents(self, test_id: str) -> History[Incident]:
        """In list order, which is newest first."""
        key = self.keys.incidents(test_id)

        def queue(pipe: Pipeline, start: int, stop: int) -> None:
            pipe.llen(key)
            pipe.lrange(key, start, stop)

        return History(self._record_pages(test_id, key, queue, records.decode_incident))

    def timing(self, test_id: str) -> History[TimingPoint]:
        """Newest first by score, from all three member encodings."""
        key = self.keys.timing(test_id)

        def queue(pipe: Pipeline, start: int, stop: int) -> None:
            pipe.zcard(key)
            pipe.zrevrange(key, start, stop, withscores=True)

        def fetch(offset: int, limit: int) -> Page[TimingPoint]:
            total, members = self._read(
                test_id, lambda pipe: queue(pipe, *_ranks(offset, limit))
            ).replies
            points = unreadable.left_out(
                key, members, lambda pair: timing.decode_member(*pair)
            )
            return Page(points, total, len(members) - len(points))

        return History(fetch)

    def run(self, test_id: str, run_id: str) -> Run:
        """The newest copy of one run, whole up to 16 MB."""
        scrubber, members = self._scan(test_id)
        return scanning.find_run(self.keys.results(test_id), members, run_id, scrubber)

    def window_runs(self, test_id: str, window: Window) -> WindowRuns:
        """Outcomes in the window, each run id once: its newest copy counts."""
        key = self.keys.results(test_id)
        return scanning.outcomes_in(window, key, self._scan(test_id)[1])

    def newest_runs(self, test_ids: Iterable[str]) -> dict[str, Run | None]:
        """The newest readable run of each test, without its further fields."""
        found: dict[str, Run | None] = {}
        for test_id, replies in read_many(self.client, test_ids, self._queue_newest):
            stored, former, members = replies
            if is_wrong_type(members):
                found[test_id] = None
                continue
            scrubber = scrubber_of(stored, former, hashes.SECRET)
            found[test_id] = self._newest_readable(test_id, members, scrubber)
        return found

    def recent_entries(self, test_id: str, count: int) -> list[StreamEntry]:
        """The newest entries of the event stream, oldest of them first."""
        key = self.keys.events(test_id)
        answer = self._read(test_id, lambda pipe: pipe.xrevrange(key, count=count))
        return _entries(test_id, answer, answer.replies[0][::-1])

    def entries_after(self, test_id: str, cursor: str, count: int) -> list[StreamEntry]:
        """Entries right after the stream id `cursor`, oldest first."""
        key = self.keys.events(test_id)
        answer = self._read(
            test_id, lambda pipe: pipe.xrange(key, min=f"({cursor}", count=count)
        )
        return _entries(test_id, answer, answer.replies[0])

    def _read(
        self,
        test_id: str,
        queue: Callable[[Pipeline], object],
        fields: tuple[str, ...] = hashes.SECRET,
    ) -> Answer:
        return read_test(self.client, self.keys, test_id, queue, fields)

    def _record_pages(
        self,
        test_id: str,
        key: str,
        queue: Callable[[Pipeline, int, int], None],
        decode: records.Decode[Record],
    ) -> Callable[[int, int], Page[Record]]:
        def fetch(offset: int, limit: int) -> Page[Record]:
            answer = self._read(test_id, lambda p: queue(p, *_ranks(offset, limit)))
            total, members = answer.replies
            sized = records.whole_or_summary(members)
            found = unreadable.left_out(
                key, sized, lambda pair: decode(pair[0], answer.scrubber, pair[1])
            )
            return Page(found, total, len(members) - len(found))

        return fetch

    def _scan(self, test_id: str) -> tuple[Scrubber, Iterator[Scored]]:
        """All scored members, newest first, in chunks of bounded size.

        By rank from the newest end: a run that arrives meanwhile shifts the rest and
        is met twice rather than missed.
        """
        key = self.keys.results(test_id)

        def queue(pipe: Pipeline) -> None:
            pipe.zrevrange(key, 0, FIRST_CHUNK - 1, withscores=True)

        answer = self._read(test_id, queue)
        return answer.scrubber, self._chunks(key, answer.replies[0])

    def _chunks(self, key: str, chunk: list[Scored]) -> Iterator[Scored]:
        start, size = 0, FIRST_CHUNK
        while chunk:
            yield from chunk
            start += size
            average = max(1, sum(len(member) for member, _ in chunk) // len(chunk))
            size = max(1, min(LARGEST_CHUNK, CHUNK_BYTES // average))
            found = self.client.zrevrange(key, start, start + size - 1, withscores=True)
            chunk = cast(list[Scored], found)

    def _queue_listed(self, pipe: Pipeline, test_id: str) -> None:
        pipe.exists(self.keys.test(test_id))
        queue_hash(pipe, self.keys, test_id, hashes.FIELDS)

    def _queue_newest(self, pipe: Pipeline, test_id: str) -> None:
        queue_hash(pipe, self.keys, test_id, hashes.SECRET)
        pipe.zrevrange(self.keys.results(test_id), 0, 0)

    def _newest_readable(
        self, test_id: str, members: list[bytes], scrubber: Scrubber
    ) -> Run | None:
        for member in members:
            try:
                return records.decode_run(member, scrubber, whole=False)
            except CorruptMember:
                return self._next_readable(test_id)
        return None

    def _next_readable(self, test_id: str) -> Run | None:
        try:
            return next(iter(self.runs(test_id)[:READABLE_WITHIN]), None)
        except (UnknownTest, UnreadableKey):
            return None  # gone, or replaced, since the first look

    def _decoded_test(
        self, test_id: str, stored: hashes.Hash | Exception, scrubber: Scrubber
    ) -> SyntheticTest:
        if isinstance(stored, Exception):
            raise UnreadableKey(self.keys.test(test_id))
        if not any(stored.values()):
            return SyntheticTest(test_id)
        return hashes.decode_test(test_id, stored, scrubber)


def _ranks(offset: int, limit: int) -> tuple[int, int]:
    """Half-open to inclusive: Redis reads `0 -1` as everything, `1 0` as nothing."""
    return (offset, offset + limit - 1) if limit else (1, 0)


def _entries(test_id: str, answer: Answer, stored: list[Any]) -> list[StreamEntry]:
    return [
        events.decode_entry(test_id, entry_id, fields, answer.scrubber)
        for entry_id, fields in stored
    ]
