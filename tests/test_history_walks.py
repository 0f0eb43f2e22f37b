"""Pages by cursor against a model that reads every record: all orders, all filters."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from results.analysis.asking import RunFilter, RunQuestion
from results.analysis.ranges import TimeRange
from results.codec.cursors import Cursor
from results.repository import ResultRepository, anchors, candidates, tied
from results.run_index.use import IndexUse
from tests.factories import HOUR, NOW, NOW_SCORE, TEST_ID, store_test, to_member
from tests.history_model import asked_of, newest_first

KEY = f"results:{TEST_ID}"
# Few times, so that ties are the rule, and some ids more than once.
scores = st.sampled_from(
    [NOW_SCORE - HOUR * n for n in (0, 1, 1, 1, 2, 3)] + [-1.0, NOW_SCORE + 300.001]
)
members = st.builds(
    lambda number, passed, duration, trigger, copy: to_member(
        {
            "run_id": f"r{number}",
            "passed": passed,
            "duration_ms": duration,
            "triggered_by": trigger,
            "copy": copy,
        }
    ),
    st.integers(0, 30),
    st.booleans(),
    st.sampled_from([None, 1, 2, 2.5, 3]),
    st.sampled_from([None, "cron", "me", "x" * 250]),
    st.integers(0, 1),
)
corrupt = st.sampled_from([b"bad", b"[]", b"\xff", b'{"run_id": "r1", "passed": 1}'])
histories = st.dictionaries(members | corrupt, scores, max_size=30)
ranges = st.sampled_from(
    [
        None,
        TimeRange.trailing(timedelta(hours=1), NOW),
        TimeRange.between(NOW - timedelta(hours=3), NOW - timedelta(hours=1), NOW),
        TimeRange.between(None, NOW - timedelta(hours=1), NOW),
        TimeRange.between(NOW - timedelta(hours=1), None, NOW),
    ]
)
filters = st.builds(
    RunFilter,
    st.sampled_from([None, None, True, False]),
    st.sampled_from([frozenset(), frozenset(), frozenset({"cron", "?"})]),
    st.sampled_from([None, None, 2]),
    st.sampled_from([None, None, 2.5]),
)
questions = st.builds(RunQuestion, filters, ranges, st.booleans())
limits = st.integers(1, 7)


@pytest.fixture(scope="module", autouse=True)
def small_steps():
    """A few members a trip, so that small histories need many of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(anchors, "SEARCHED", 2)
        patch.setattr(tied, "CHUNK", 2)
        patch.setattr(candidates, "MOST_EXAMINED", 4)
        patch.setattr(candidates, "LARGEST_BATCH", 3)
        yield


@pytest.fixture(scope="module", params=["auto", "off"])
def stage(request, server_client):
    """Fills the store, and reads it with an index or without."""

    def fill(history):
        server_client.flushdb()
        store_test(server_client)
        if history:
            server_client.zadd(KEY, dict(history))
        return ResultRepository(server_client, index=IndexUse(request.param))

    return fill


def page_of(repository, asked, limit, position=None, is_back=False, offset=0):
    cursor = Cursor(position, is_back) if position else None
    question = RunQuestion(asked.runs, asked.within, asked.newest_first, cursor)
    return repository.asked_runs(TEST_ID, question).page(offset, limit)


def walk(repository, asked, limit, meanwhile=lambda: None):
    """All pages from the first one on."""
    pages = [page_of(repository, asked, limit)]
    while pages[-1].next:
        meanwhile()
        pages.append(page_of(repository, asked, limit, pages[-1].next))
        assert len(pages) < 200
    return pages


def walk_back(repository, asked, limit, page):
    """All pages before one, the first one first."""
    pages = []
    while page.previous:
        page = page_of(repository, asked, limit, page.previous, is_back=True)
        pages.insert(0, page)
        assert len(pages) < 200
    return pages


def shown(pages):
    return [dict(run.fields) for page in pages for run in page.items]


def wanted(history, asked):
    found = asked_of(history, asked)
    return found if asked.newest_first else found[::-1]


def as_shown(stored):
    """Of what is stored, the fields that tell the records of this test apart."""
    return [key_of(one.record) for one in stored if one.record]


def key_of(record):
    return (record["run_id"], record["passed"], record["copy"], record["duration_ms"])


def keys(pages):
    return [key_of(run) for run in shown(pages)]


@settings(max_examples=150)
@given(histories, questions, limits)
def test_walking_there_and_back_meets_everything_once(stage, history, asked, limit):
    repository, expected = stage(history), wanted(history, asked)
    pages = walk(repository, asked, limit)
    assert keys(pages) == as_shown(expected)
    assert pages[0].previous is None and pages[-1].next is None
    totals = {page.total for page in pages}
    assert totals == {None if asked.runs.needs_facts else len(expected)}
    assert sum(page.skipped for page in pages) == len(expected) - len(keys(pages))
    if not asked.runs.needs_facts:
        assert all(len(p.items) + p.skipped == limit for p in pages[:-1])
    back = [*walk_back(repository, asked, limit, pages[-1]), pages[-1]]
    assert back[0].previous is None
    assert keys(back) == as_shown(expected)


@settings(max_examples=100)
@given(histories, questions, limits, st.integers(0, 12))
def test_a_page_by_offset_is_where_a_walk_comes_by(
    stage, history, asked, limit, offset
):
    repository, expected = stage(history), wanted(history, asked)
    if asked.runs.needs_facts:
        return
    page = page_of(repository, asked, limit, offset=offset)
    assert keys([page]) == as_shown(expected[offset : offset + limit])
    if page.next:
        rest = page_of(repository, asked, 99, page.next)
        assert keys([rest]) == as_shown(expected[offset + limit :])
    if page.previous:
        before = page_of(repository, asked, 99, page.previous, is_back=True)
        assert keys([before]) == as_shown(expected[:offset])
    assert bool(page.next) == (offset + limit < len(expected))


@settings(max_examples=100)
@given(histories, limits)
def test_the_first_pages_by_offset_lead_into_a_walk(stage, history, limit):
    repository, expected = stage(history), newest_first(history)
    for offset in range(0, len(expected) + 1, limit):
        page = repository.runs(TEST_ID).page(offset, limit)
        assert bool(page.next) == (offset + limit < len(expected))
        if page.next:
            rest = page_of(repository, RunQuestion(), 99, page.next)
            assert keys([rest]) == as_shown(expected[offset + limit :])
        assert bool(page.previous) == (0 < offset < len(expected))
        if page.previous:
            before = page_of(repository, RunQuestion(), 99, page.previous, True)
            assert keys([before]) == as_shown(expected[:offset])


changes = st.one_of(
    st.tuples(st.just("add"), st.integers(0, 10**6)),
    st.tuples(st.just("trim"), st.integers(1, 4)),
    st.tuples(st.just("delete"), st.integers(0, 30)),
    st.just(("nothing", 0)),
)


@settings(max_examples=150)
@given(histories, questions, limits, st.lists(changes, max_size=30))
def test_a_walk_meets_once_whatever_is_there_all_the_time(
    stage, server_client, history, asked, limit, events
):
    """Between two pages a writer adds, trims or deletes: late runs, too."""
    repository, waiting = stage(history), list(events)
    survivors = set(history)

    def meanwhile():
        kind, number = waiting.pop() if waiting else ("nothing", 0)
        if kind == "add":
            record = {"run_id": f"n{number}", "passed": True, "duration_ms": 2}
            record |= {"triggered_by": "cron", "copy": 0}
            # A time of its own: among those of the history.
            at = NOW_SCORE - 4 * HOUR + 5 * HOUR * number / 1e6 + 0.0001
            server_client.zadd(KEY, {to_member(record): at})
        if kind == "trim":
            server_client.zremrangebyrank(KEY, 0, number - 1)
        if kind == "delete":
            server_client.zremrangebyrank(KEY, number, number)
        survivors.intersection_update(server_client.zrange(KEY, 0, -1))

    pages = walk(repository, asked, limit, meanwhile)
    found = keys(pages)
    if pages[-1].previous and not asked.runs.needs_facts:
        before = page_of(repository, asked, limit, pages[-1].previous, is_back=True)
        assert before.items or before.skipped
    assert len(found) == len(set(found))
    copies = [one.record["run_id"] for one in newest_first(history) if one.record]
    steady = [
        one
        for one in wanted(history, asked)
        if one.member in survivors
        # Where an older copy went or came to count, it is another run.
        and (one.record is None or copies.count(one.record["run_id"]) == 1)
    ]
    assert [key for key in found if key in as_shown(steady)] == as_shown(steady)
