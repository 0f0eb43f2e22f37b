"""Timelines of many tests against a model that reads every record: in full and
briefly, whatever writers, recorders and other processes do before, and meanwhile.

Meanwhile is between two trips, and between two commands of one. What is told about a
test then is what was so at one moment of the question.
"""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis.exceptions import ResponseError

from results.analysis.ranges import TimeRange
from results.domain import UnreadableKey
from results.keys import Keys
from results.recorder import Recorder
from results.repository import ResultRepository, learning, recalling
from results.run_index import building_many
from results.run_index.building import Builder, BuildingElsewhere
from results.run_index.building_many import build_short
from results.run_index.head import decode
from results.run_index.use import IndexUse
from tests.factories import HOUR, MINUTE, NOW, NOW_SCORE, store_test
from tests.recording import run_at
from tests.small_parts import few_records_a_trip
from tests.test_index_model import corrupt, ends, facts, members

IDS = ["one", "three", "two"]
PATCHED = (recalling, learning, building_many)

tests = st.sampled_from(IDS)
scores = st.sampled_from(
    [NOW_SCORE - HOUR * n for n in (0, 0.5, 1, 2, 3, 5, 8, 30, 700)]
    + [NOW_SCORE + MINUTE * n for n in (5, 6, 30)]
    + [-1.0]
)
stored = members | corrupt
numbers = st.integers(0, 9)
writes = st.one_of(
    st.tuples(st.just("add"), tests, stored, scores),
    st.tuples(st.just("delete"), tests, numbers),
    st.tuples(st.just("trim"), tests, st.integers(1, 6)),
    st.tuples(st.just("clear"), tests),
    st.tuples(st.just("forget"), tests),
    st.tuples(st.just("mistype"), tests),
    st.tuples(st.just("record"), tests, st.integers(-90, 4), st.booleans()),
    st.tuples(st.just("record"), tests, st.integers(-90, 4), st.booleans()),
)
others = st.one_of(
    st.tuples(
        st.just("lose"), tests, st.sampled_from(range(len(Keys().index("").content)))
    ),
    st.tuples(st.just("build"), tests),
    st.tuples(st.just("build_many")),
)
schedules = st.tuples(
    st.just("schedule"), tests, st.sampled_from(["", "0 * * * *", "* * * * *", "bad"])
)
# One event, and how many commands of which trip come before it.
meanwhile = st.none() | st.tuples(
    writes | others, st.integers(0, 4), st.integers(0, 40)
)
reads = st.tuples(st.just("read"), st.sampled_from([0, 0, 1, 20, 40]), meanwhile)
steps = st.one_of(writes, others, schedules, reads, reads)
histories = st.dictionaries(
    tests, st.dictionaries(stored, scores, max_size=12), min_size=1
)


class World:
    """Writers, two processes that read, one of them briefly; one without an index."""

    def __init__(self, client, histories):
        client.flushdb()
        self.client = client
        for test_id in IDS:
            store_test(client, test_id, schedule="0 * * * *")
            if history := histories.get(test_id):
                client.zadd(Keys().results(test_id), history)
        self.readers = {
            few: ResultRepository(client, index=IndexUse()) for few in (100, 0)
        }
        self.without = ResultRepository(client, index=IndexUse("off"))
        self.recorder = Recorder(client, keep_runs=8)
        self.recorded = 0

    def do(self, step):
        try:
            getattr(self, f"_{step[0]}")(*step[1:])
        except (ResponseError, UnreadableKey) as refusal:
            # Nobody writes where the key is of another type.
            assert "WRONGTYPE" in str(refusal) or isinstance(refusal, UnreadableKey)
            assert step[0] != "read"

    def _add(self, test_id, member, score):
        self.client.zadd(Keys().results(test_id), {member: score})

    def _delete(self, test_id, rank):
        self.client.zremrangebyrank(Keys().results(test_id), rank, rank)

    def _trim(self, test_id, keep):
        self.client.zremrangebyrank(Keys().results(test_id), 0, -keep - 1)

    def _clear(self, test_id):
        self.client.delete(Keys().results(test_id))

    def _forget(self, test_id):
        self.client.delete(*Keys().of_test(test_id))

    def _mistype(self, test_id):
        self.client.set(Keys().results(test_id), "no sorted set")

    def _record(self, test_id, minutes, passed):
        self.recorded += 1
        run = run_at(minutes, f"n{self.recorded}", passed) | {"test_id": test_id}
        self.recorder.record_run(test_id, run)

    def _schedule(self, test_id, schedule):
        self.client.hset(Keys().test(test_id), "schedule", schedule)

    def _lose(self, test_id, place):
        self.client.delete(Keys().index(test_id).content[place])

    def _build(self, test_id):
        try:
            Builder(self.client, Keys(), test_id, lambda: None).cover(float("-inf"))
        except BuildingElsewhere:
            pass

    def _build_many(self):
        build_short(self.client, Keys(), IDS, lambda: None)

    def _read(self, minutes, event):
        now = NOW + timedelta(minutes=minutes)
        for few, reader in self.readers.items():
            self.except_exchanges()
            states = [self.told(self.without, now)]
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(recalling, "FEW", few)
                if event:
                    self.interrupt(patch, now, states, *event)
                    event = None
                found = self.told(reader, now)
            for test_id in IDS:
                if found[test_id] not in [state[test_id] for state in states]:
                    assert self.is_exchanged(test_id), (test_id, found, states)

    def interrupt(self, patch, now, states, event, trips, commands):
        pipeline, left = recalling.pipeline, [trips]

        def interrupted(client, asked):
            left[0] -= 1
            if left[0] != -1:
                return pipeline(client, asked)
            first = pipeline(client, asked[:commands])
            self.do(event)
            states.append(self.told(self.without, now))
            return first + pipeline(client, asked[commands:])

        for module in PATCHED:
            patch.setattr(module, "pipeline", interrupted)

    def told(self, repository, now):
        """What is said of each test; None where nothing can be."""
        ranges = [
            TimeRange.trailing(timedelta(hours=24), now),
            TimeRange.between(None, NOW - timedelta(hours=2), now),
        ]
        found = repository.observed(IDS, now, ranges)
        return {i: figures(found[i], now) if i in found else None for i in IDS}

    def except_exchanges(self):
        for test_id in IDS:
            self.is_exchanged(test_id)

    def is_exchanged(self, test_id):
        """Whether there are as many other members between equal ends, which no count
        can show; the index is repaired then."""
        names, results = Keys().index(test_id), Keys().results(test_id)
        head = decode(self.client.get(names.head))
        if head is None:
            return False
        pipe = self.client.pipeline()
        for command in head.checks(results, names):
            pipe.execute_command(*command)
        if not head.holds(pipe.execute(raise_on_error=False)):
            return False
        indexed, sighted = self.indexed(names), self.sighted(results, head)
        if indexed == sighted:
            return False
        assert len(indexed) == len(sighted)
        assert ends(indexed) == ends(sighted)
        self.client.delete(*names)
        return True

    def indexed(self, names):
        known = self.client.hgetall(names.facts)
        found = []
        for key in names.sets:
            for name, score in self.client.zrange(key, 0, -1, withscores=True):
                raw = known.get(name)
                found.append(
                    (facts.decode(raw).digest if raw else name.decode(), score)
                )
        return sorted(found)

    def sighted(self, results, head):
        return sorted(
            (facts.sight(member).digest, score)
            for member, score in self.client.zrange(results, 0, -1, withscores=True)
            if head.covers(score)
        )


def figures(observed, now):
    line = observed.timeline
    moments = [now - timedelta(hours=n) for n in (1, 9, 48)]
    states = [line.states(moment, now) for moment in moments]
    runs = sum(span.runs for span in line.spans)
    return observed.counts, observed.newest, line.expected, runs, line.oldest, states


@pytest.fixture(scope="module", autouse=True)
def small_chunks():
    """A few records a trip, so that small histories have many parts."""
    with few_records_a_trip():
        yield


@pytest.fixture(scope="module")
def world(server_client):
    return lambda *given: World(server_client, *given)


@settings(max_examples=100)
@given(histories, st.lists(steps, max_size=20))
def test_timelines_are_those_that_the_records_tell(world, history, actions):
    present = world(history)
    for action in actions:
        present.do(action)
    present.do(("read", 0, None))
