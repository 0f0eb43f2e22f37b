"""The run index against a model that reads every record: whatever a writer does.

One case is excepted by name: members exchanged for as many others while the counts at
both ends stay the same (`manage.py check_index` is for it). Where that happened, and
only there, the test repairs the index as the command does.
"""

import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from results.analysis.ranges import TimeRange
from results.codec import facts
from results.domain import IndexBuilding, Window
from results.keys import Keys
from results.repository import ResultRepository
from results.run_index.building import Builder, BuildingElsewhere
from results.run_index.head import decode
from results.run_index.use import IndexUse
from tests import state_model
from tests.factories import DAY, HOUR, NOW, NOW_SCORE, TEST_ID, store_test, to_member
from tests.small_parts import few_records_a_trip

KEY = f"results:{TEST_ID}"
NAMES = Keys().index(TEST_ID)

ids = st.sampled_from([f"r{n}" for n in range(6)])
scores = st.sampled_from(
    [NOW_SCORE - DAY * days for days in (0, 0.5, 1, 2, 29, 30, 31)]
    + [NOW_SCORE - HOUR * n for n in (1, 2, 3, 5, 8)]
    + [NOW_SCORE + 300.001, NOW_SCORE + DAY, -1.0]
)
corrupt = st.sampled_from([b"bad", b"[]", b"\xff", b'{"run_id": "r1", "passed": 1}'])
members = st.builds(
    lambda run_id, passed, copy: to_member(
        {"run_id": run_id, "passed": passed, "copy": copy}
    ),
    ids,
    st.booleans(),
    st.integers(0, 2),
)
numbers = st.integers(0, 30)
writes = st.one_of(
    st.tuples(st.just("add"), members | corrupt, scores),
    st.tuples(st.just("add"), members | corrupt, scores),
    st.tuples(st.just("delete"), numbers),
    st.tuples(st.just("replace"), numbers, members, scores),
    st.tuples(st.just("trim"), st.integers(1, 12)),
    st.tuples(st.just("clear"), st.just(0)),
)
losses = st.tuples(st.just("lose"), st.sampled_from(NAMES.content))
# What happens while a builder reads: at each of its chunks the next of these.
meanwhile = st.lists(writes | st.just(("build",)) | losses, max_size=4)
steps = st.one_of(
    writes,
    writes,
    losses,
    st.tuples(st.just("uptime"), st.sampled_from([1, 24, 720])),
    st.tuples(st.just("run"), ids),
    st.tuples(st.just("timeline"), st.sampled_from([0, 12, 48])),
    st.tuples(st.just("build"), meanwhile, st.integers(1, 6)),
)
histories = st.dictionaries(members | corrupt, scores, max_size=25)


class World:
    """A writer, two processes that read, and what the records say."""

    def __init__(self, client, history, schedule):
        client.flushdb()
        self.schedule = schedule
        store_test(client, schedule=schedule)
        self.client = client
        if history:
            client.zadd(KEY, dict(history))
        self.readers = [ResultRepository(client, index=IndexUse()) for _ in range(2)]

    def stored(self):
        """Every member with its score, newest first, in the order of Redis."""
        return self.client.zrevrange(KEY, 0, -1, withscores=True)

    def do(self, step):
        getattr(self, f"_{step[0]}")(*step[1:])

    def _add(self, member, score):
        self.client.zadd(KEY, {member: score})

    def _delete(self, rank):
        self.client.zremrangebyrank(KEY, rank, rank)

    def _replace(self, rank, member, score):
        self._delete(rank)
        self._add(member, score)

    def _trim(self, keep):
        self.client.zremrangebyrank(KEY, 0, -keep - 1)

    def _clear(self, _nothing):
        self.client.delete(KEY)

    def _lose(self, key):
        self.client.delete(key)

    def _build(self, events=(), chunks=99):
        waiting, left = list(events), [chunks]

        def on_time():
            left[0] -= 1
            if left[0] < 0:
                raise IndexBuilding
            if waiting:
                self.do(waiting.pop())

        try:
            Builder(self.client, Keys(), TEST_ID, on_time).cover(float("-inf"))
        except (BuildingElsewhere, IndexBuilding):
            pass

    def _uptime(self, hours):
        window = Window.trailing(hours, NOW)
        wanted = counted(self.stored(), hours)
        for reader in self.readers:
            self.except_exchanges()
            found = reader.window_runs(TEST_ID, window)
            assert (
                found.passed,
                found.failed,
                found.skipped,
                found.future_runs,
            ) == wanted

    def _run(self, run_id):
        copies = [read(m) for m, _ in self.stored() if read(m)]
        wanted = next((copy for copy in copies if copy[0] == run_id), None)
        for reader in self.readers:
            self.except_exchanges()
            try:
                fields = reader.run(TEST_ID, run_id).fields
            except LookupError:
                assert wanted is None
            else:
                found = (fields["run_id"], fields["passed"], fields["copy"])
                assert found == wanted

    def _timeline(self, hours_later):
        """What a process remembers of the history is part of the answer."""
        later = timedelta(hours=hours_later)
        newest = {}
        for member, score in self.stored():
            if run := read(member):
                newest.setdefault(run[0], (score, *run[:2]))
        end = NOW_SCORE + hours_later * HOUR
        points = state_model.kept(sorted(newest.values()), end)
        expected = 3 * HOUR if self.schedule else state_model.interval(points)
        wanted = state_model.seconds(points, expected, NOW_SCORE - 2 * DAY, end)
        ranges = [TimeRange.trailing(timedelta(hours=24), NOW + later)]
        for reader in self.readers:
            self.except_exchanges()
            found = reader.timeline(TEST_ID, NOW + later, ranges)
            states = found.timeline.states(NOW - timedelta(days=2), NOW + later)
            seconds = [part.total_seconds() for part in states]
            assert seconds == pytest.approx(wanted, abs=0.001)
            assert sum(span.runs for span in found.timeline.spans) == len(points)
            assert found.newest == tuple(points[-50:])
            inside = state_model.counts(points, end - DAY, end + 300, True)
            assert (found.counts[0].passed, found.counts[0].failed) == inside

    def except_exchanges(self):
        """Repair what no count can show: as many other members between equal ends."""
        head = decode(self.client.get(NAMES.head))
        if head is None:
            return
        pipe = self.client.pipeline()
        for command in head.checks(KEY, NAMES):
            pipe.execute_command(*command)
        if head.holds(pipe.execute()) and self.indexed() != self.sighted(head):
            assert len(self.indexed()) == len(self.sighted(head))
            assert ends(self.indexed()) == ends(self.sighted(head))
            self.client.delete(*NAMES)

    def indexed(self):
        """(digest, time) of every member that the index speaks of."""
        known = {
            k: facts.decode(v) for k, v in self.client.hgetall(NAMES.facts).items()
        }
        found = []
        for key in (NAMES.passed, NAMES.failed):
            for run_id, score in self.client.zrange(key, 0, -1, withscores=True):
                found.append((known.pop(run_id).digest, score))
        assert not known
        for key in (NAMES.corrupt, NAMES.duplicates):
            for digest, score in self.client.zrange(key, 0, -1, withscores=True):
                found.append((digest.decode(), score))
        return sorted(found)

    def sighted(self, head):
        """The same of every member that is stored, as far as the index reaches."""
        return sorted(
            (facts.sight(member).digest, score)
            for member, score in self.stored()
            if head.covers(score)
        )


def ends(members):
    """The counts that are compared, and where."""
    times = [score for _, score in members]
    return (max(times), times.count(max(times)), min(times), times.count(min(times)))


def read(member):
    """(run id, passed, copy) of a member by plain means; None for a corrupt one."""
    try:
        record = json.loads(member)
    except ValueError:
        return None
    if not isinstance(record, dict) or not isinstance(record["passed"], bool):
        return None
    return record["run_id"], record["passed"], record["copy"]


def counted(stored, hours):
    """passed, failed, skipped and future runs, by plain means."""
    start, end = NOW_SCORE - hours * HOUR, NOW_SCORE + 300
    newest, skipped = {}, 0
    for member, score in stored:
        if run := read(member):
            newest.setdefault(run[0], (score, run[1]))
        else:
            skipped += start <= score <= end
    inside = [passed for score, passed in newest.values() if start <= score <= end]
    ahead = sum(score > end for score, _ in newest.values())
    return inside.count(True), inside.count(False), skipped, ahead


@pytest.fixture(scope="module", autouse=True)
def small_chunks():
    """A few records a trip, so that small histories have many parts."""
    with few_records_a_trip():
        yield


@pytest.fixture(scope="module")
def world(server_client):
    return lambda *given: World(server_client, *given)


def everything(world):
    for hours in (1, 24, 720):
        world.do(("uptime", hours))
    for n in range(6):
        world.do(("run", f"r{n}"))
    world.do(("timeline", 0))


@settings(max_examples=100)
@given(histories, st.sampled_from(["", "0 */3 * * *"]), st.lists(steps, max_size=25))
def test_the_index_answers_as_the_records_do(world, history, schedule, actions):
    present = world(history, schedule)
    for action in actions:
        present.do(action)
    everything(present)
