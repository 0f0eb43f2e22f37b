"""Outages as they are read: the same with an index, without, and by reading alone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from results import scanning
from results.analysis.outage_causes import OutageQuestion
from results.analysis.ranges import TimeRange
from results.domain import UnknownTest, UnknownTests
from results.repository import ResultRepository
from results.run_index.use import IndexUse
from tests import state_model
from tests.factories import (
    MINUTE,
    NOW,
    NOW_SCORE,
    TEST_ID,
    make_run,
    store_run,
    store_runs,
    store_test,
    to_member,
)
from tests.test_repository_timelines import (  # noqa: F401  (a fixture among them)
    readers,
    runs,
    stored,
    without_ties_of_one_id,
)

ANY = OutageQuestion(TimeRange.between(None, None, NOW))


def tell(client, outcomes, test_id=TEST_ID, **fields):
    told = []
    for n, mark in enumerate(outcomes):
        score = NOW_SCORE - (len(outcomes) - n) * 15 * MINUTE
        error = {"error": f"Step {n} failed"} if mark == "F" else {}
        told.append((make_run(f"r{n}", mark == ".", score, **error, **fields), score))
    store_runs(client, test_id, told)


def test_a_page_tells_what_its_runs_said(store, repository):
    store_test(store)
    tell(store, ".FF.F")
    page = repository.outages(TEST_ID, ANY, NOW).page(0, 20)
    assert [(row.outage.id, row.error, row.last_error) for row in page.items] == [
        ("r4", "Step 4 failed", "Step 4 failed"),
        ("r1", "Step 1 failed", "Step 2 failed"),
    ]
    assert (page.total, page.skipped) == (2, 0)
    assert len({row.fingerprint for row in page.items}) == 1
    everywhere = repository.all_outages(None, ANY, NOW).page(0, 20)
    assert everywhere.items == page.items
    assert len(repository.outages(TEST_ID, ANY, NOW)) == 2


def test_groups_are_the_same_by_every_way_to_read(store, repository):
    store_test(store)
    store_test(store, "other")
    tell(store, "F.F.")
    tell(store, "...F", "other")
    [group] = repository.outage_groups(None, ANY, NOW)[:20]
    assert group.test_ids == (TEST_ID, "other")
    assert (group.outages, group.failed_runs, group.is_happening) == (3, 3, True)
    assert group.error == "Step 3 failed"
    assert group.last_seen == NOW - timedelta(minutes=15)


def test_the_newest_copy_of_a_run_says_what_failed(store, repository):
    store_test(store)
    store_run(store, TEST_ID, make_run("r1", False, error="old"), NOW_SCORE - 60)
    store_run(store, TEST_ID, make_run("r1", False, error="new"), NOW_SCORE - 30)
    store_run(store, TEST_ID, b"not json", NOW_SCORE - 20)
    [row] = repository.outages(TEST_ID, ANY, NOW)[:20]
    assert (row.error, row.outage.failed_runs) == ("new", 1)


def test_an_unknown_test_has_no_outages(store, repository):
    with pytest.raises(UnknownTest):
        repository.outages(TEST_ID, ANY, NOW).page(0, 1)
    with pytest.raises(UnknownTests):
        repository.all_outages(["a", "b"], ANY, NOW).page(0, 1)


def test_incidents_of_a_wrong_type_cost_no_more_than_their_word(store, repository):
    store_test(store)
    tell(store, "F")
    store.set(f"incidents:{TEST_ID}", "text")
    [row] = repository.outages(TEST_ID, ANY, NOW)[:20]
    assert (row.outage.id, row.alert_sent) == ("r0", None)
    assert row.is_alert_unreadable
    store.delete(f"incidents:{TEST_ID}")
    [row] = repository.outages(TEST_ID, ANY, NOW)[:20]
    assert not row.is_alert_unreadable


def test_an_error_is_cut_once_it_is_scrubbed(redis_client):
    store_test(redis_client)
    run = make_run("r1", False, error="x" * 5000)
    store_run(redis_client, TEST_ID, run, NOW_SCORE - 60)
    repository = ResultRepository(redis_client, index=IndexUse())
    [row] = repository.outages(TEST_ID, ANY, NOW)[:20]
    assert row.error == "x" * 500


def test_a_page_costs_what_it_shows(redis_client, monkeypatch):
    """Facts and incidents of the page alone, however many outages there are."""
    store_test(redis_client)
    tell(redis_client, "F." * 300)
    repository = ResultRepository(redis_client, index=IndexUse("on"))
    asked = []
    monkeypatch.setattr(
        "results.repository.outages.read_many",
        lambda client, items, commands: asked.extend(map(commands, items)) or [],
    )
    with pytest.raises(KeyError):
        repository.outages(TEST_ID, ANY, NOW).page(0, 5)
    [commands] = asked
    assert [c[0] for c in commands].count("LRANGE") == 5
    assert len(next(c for c in commands if c[0] == "HMGET" and ":facts" in c[1])) == 7


@settings(max_examples=100)
@given(
    st.lists(runs, max_size=20).map(without_ties_of_one_id),
    st.integers(1, 3),
    st.integers(1, 3),
)
def test_outages_are_those_of_the_plain_model(
    readers, history, opening, closing  # noqa: F811
):
    members, copies = stored(history)
    points = state_model.kept(state_model.newest_copies(copies), NOW_SCORE)
    wanted = state_model.outages(points, 15 * MINUTE, NOW_SCORE, opening, closing)
    asked = replace(ANY, open_after=opening, close_after=closing)
    for reader in readers(members, schedule="*/15 * * * *"):
        page = reader.outages(TEST_ID, asked, NOW).page(0, 20)
        found = [row.outage for row in reversed(page.items)]
        assert page.total == len(wanted)
        assert [(o.id, o.failed_runs, o.last_id, o.recovery_id) for o in found] == [
            (row[0], row[2], row[3], row[5]) for row in wanted
        ]
        assert [o.down.total_seconds() for o in found] == pytest.approx(
            [row[-1] for row in wanted], abs=1e-3
        )
        everywhere = reader.all_outages([TEST_ID], asked, NOW).page(0, 20)
        assert everywhere.items == page.items


def test_runs_that_are_gone_have_no_facts():
    members = [(b"not json", 2.0), (to_member(make_run("r1", False)), 1.0)]
    found = scanning.facts_of("results:x", members, {"r1", "gone"})
    assert list(found) == ["r1"] and found["r1"].passed is False
    assert scanning.facts_of("results:x", [], {"gone"}) == {}
