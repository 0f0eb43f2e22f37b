"""Many short histories are indexed at once, as one by one."""

import pytest
from redis.exceptions import NoPermissionError

from results.domain import IndexBuilding
from results.keys import Keys
from results.repository import ResultRepository
from results.run_index import building_many
from results.run_index.building import Builder
from results.run_index.building_many import build_short
from results.run_index.head import decode
from results.run_index.use import Deadline, IndexUse
from tests.factories import NOW, NOW_SCORE, ago, make_run, store_runs, store_test

IDS = [f"test-{n}" for n in range(7)]


def fill(client, test_id, count=12):
    """Runs of either outcome, two of one time, a later copy, a corrupt, a large one."""
    store_test(client, test_id)
    runs = [(make_run(f"r{n}", n % 3 > 0), ago(hours=n - n % 2)) for n in range(count)]
    runs += [(make_run("r5", error="again"), ago(hours=3.5)), (b"{bad", ago(hours=2))]
    store_runs(
        client, test_id, runs + [(make_run("big", raw="x" * 300_000), ago(minutes=1))]
    )


@pytest.fixture
def filled(redis_client):
    for place, test_id in enumerate(IDS):
        fill(redis_client, test_id, 2 + 5 * place)
    return redis_client


def build(client, ids=IDS, on_time=lambda: None):
    return dict(build_short(client, Keys(), ids, on_time))


def content(client, test_id):
    """All that an index holds, without the name of its generation."""
    names = Keys().index(test_id)
    head = decode(client.get(names.head))
    sets = [client.zrange(key, 0, -1, withscores=True) for key in names.sets]
    hashes = client.hgetall(names.facts), client.hgetall(names.large)
    return head and head._replace(generation=""), sets, hashes


def locks(client):
    return client.exists(*(Keys().index(test_id).building for test_id in IDS))


def test_what_is_built_at_once_is_what_a_builder_builds(filled):
    heads = build(filled)
    assert len(heads) == len(IDS)
    for test_id in IDS:
        names, at_once = Keys().index(test_id), content(filled, test_id)
        assert heads[names.head] == decode(filled.get(names.head))
        filled.delete(*names)
        Builder(filled, Keys(), test_id, lambda: None).cover(float("-inf"))
        assert at_once == content(filled, test_id)
        assert at_once[0].has_large and at_once[0].is_complete
    assert locks(filled) == 0


def test_more_tests_take_no_more_commands_each_and_few_trips(filled):
    filled.config_resetstat()
    build(filled)
    calls = filled.info("commandstats")
    assert calls["cmdstat_exec"]["calls"] == calls["cmdstat_watch"]["calls"] == 1
    assert calls["cmdstat_zrevrange"]["calls"] == len(IDS)


@pytest.mark.parametrize(
    "change",
    [
        lambda client, names: client.set(names.head, b"9 of a later version"),
        lambda client, names: client.lpush(names.head, "of another type"),
        lambda client, names: client.set(names.building, "somebody else's"),
        lambda client, names: client.delete("results:test-3"),
        lambda client, names: client.set("results:test-3", "of another type"),
    ],
)
def test_what_is_not_simple_is_left_alone(filled, change):
    names = Keys().index("test-3")
    change(filled, names)
    before = [filled.dump(key) for key in (names.head, names.building)]
    assert len(build(filled)) == len(IDS) - 1
    assert [filled.dump(key) for key in (names.head, names.building)] == before
    assert not filled.exists(names.facts)


def test_long_histories_are_left_to_their_own_builders(filled, monkeypatch):
    monkeypatch.setattr(building_many, "MOST_RECORDS", 20)
    assert len(build(filled)) == 4
    monkeypatch.setattr(building_many, "MOST_RECORDS", 2000)
    monkeypatch.setattr(building_many, "SHORT_BYTES", 300_000)
    assert build(filled) == {}


def test_a_group_is_as_large_as_one_part_of_a_long_history(filled, monkeypatch):
    monkeypatch.setattr(building_many, "CHUNK_BYTES", 700_000)
    filled.config_resetstat()
    assert len(build(filled)) == len(IDS)
    assert filled.info("commandstats")["cmdstat_exec"]["calls"] == 4


def test_runs_that_arrive_meanwhile_may_be_too_many(filled, monkeypatch):
    monkeypatch.setattr(building_many, "ROOM", 0)
    assert build(filled) == {}
    assert locks(filled) == 0


def test_whoever_is_slower_changes_nothing(filled, monkeypatch):
    theirs = Keys().index("test-2").head
    read = building_many._read

    def overtaken(client, tests):
        yield from read(client, tests)
        client.set(theirs, b"1 begun by another process")

    monkeypatch.setattr(building_many, "_read", overtaken)
    assert build(filled) == {}
    assert filled.get(theirs) == b"1 begun by another process"
    assert locks(filled) == 0
    assert not filled.exists(*(Keys().index(i).facts for i in IDS))


def test_a_lock_that_ran_out_is_the_next_ones(filled, monkeypatch):
    lock = Keys().index("test-2").building
    read = building_many._read

    def too_late(client, tests):
        yield from read(client, tests)
        client.set(lock, "another's")

    monkeypatch.setattr(building_many, "_read", too_late)
    assert build(filled) == {}
    assert filled.get(lock) == b"another's"
    assert locks(filled) == 1


def test_a_user_who_may_not_write_is_told(filled, reading_client):
    with pytest.raises(NoPermissionError):
        build(reading_client)


def test_a_user_who_may_not_ask_for_sizes_has_them_built_alone(filled, reading_client):
    rules = ("+@write", "-memory|usage")
    filled.execute_command("ACL", "SETUSER", "reading", *rules)
    assert build(reading_client) == {}
    repository = ResultRepository(reading_client, index=IndexUse("on"))
    assert len(repository.timelines(IDS, NOW)) == len(IDS)


def test_when_there_is_no_time_left_what_is_built_stays(filled, monkeypatch):
    monkeypatch.setattr(building_many, "MOST_TESTS", 2)
    groups = []

    def on_time():
        if len(groups) == 2:
            raise IndexBuilding("no time left")
        groups.append(1)

    with pytest.raises(IndexBuilding):
        build(filled, on_time=on_time)
    built = [i for i in IDS if filled.exists(Keys().index(i).head)]
    assert len(built) == 4 and locks(filled) == 0
    assert len(build(filled)) == 3


def test_an_answer_about_many_tests_says_how_far_their_indexes_are(
    api, filled, monkeypatch
):
    """Two parts of the work a request; a test without runs needs no index."""
    store_test(filled, "never-ran")
    monkeypatch.setattr(building_many, "MOST_TESTS", 2)
    left = []

    def check(_deadline):
        if not left:
            raise IndexBuilding("no time left")
        left.pop()

    def answer():
        left[:] = ["one", "two"]
        return api.get("/api/outages")

    monkeypatch.setattr(Deadline, "check", check)
    for ready in (5, 8):
        response = answer()
        (error,) = response.json()["errors"]
        assert (response.status_code, error["code"]) == (503, "index_building")
        assert f"({ready} of 8 so far)" in error["detail"]
    assert answer().status_code == 200


def test_timelines_of_a_new_store_take_few_trips(filled, trips):
    repository = ResultRepository(filled, index=IndexUse())
    found = repository.timelines(IDS, NOW)
    # A look; counts, sizes, locks and records; all points; and another look. Writing
    # goes another way.
    assert len(trips) == 7
    without = ResultRepository(filled, index=IndexUse("off")).timelines(IDS, NOW)
    assert [f.newest for f in found] == [f.newest for f in without]
    assert [f.timeline.spans for f in found] == [f.timeline.spans for f in without]


def test_another_process_reads_the_histories_together(filled, trips):
    ResultRepository(filled, index=IndexUse()).timelines(IDS, NOW)
    trips.clear()
    ResultRepository(filled, index=IndexUse()).timelines(IDS, NOW)
    assert len(trips) == 3


def test_a_history_that_changed_since_it_was_indexed_is_mended(filled):
    ResultRepository(filled, index=IndexUse()).timelines(IDS, NOW)
    store_runs(filled, "test-1", [(make_run("new", False), NOW_SCORE + 1)])
    repository = ResultRepository(filled, index=IndexUse())
    assert repository.timelines(IDS, NOW)[1].timeline.newest.last_id == "new"
