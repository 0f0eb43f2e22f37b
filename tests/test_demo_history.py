"""The generated month, and how it gets into a store."""

from datetime import datetime, timedelta, timezone

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from results.codec.times import from_text
from results.demo import own_suite, seeding
from results.demo.catalogue import API_KEY, DASHBOARD, HISTORY_PAGES, TESTS
from results.demo.defining import is_paused, keep_defined
from results.demo.generating import generated_runs, run_id
from results.demo.seeding import Found, look
from results.demo.weather import slowdown
from results.domain import Window
from results.metrics import uptime
from results.recorder import Recorder
from results.repository import ResultRepository
from tests.stored_events import recent_entries

NOW = datetime(2026, 3, 4, 10, 7, 31, 123456, tzinfo=timezone.utc)
URL = "http://127.0.0.1:8000"


# Enough for every test to have runs, and quick to write.
DAYS = 6


def seed(recorder, now=NOW, hear=None):
    return seeding.seed(recorder, URL, now, hear or hear_nothing, DAYS)


def hear_nothing(name: str, done: int, total: int) -> None:
    pass


@pytest.fixture(scope="module")
def month():
    return {test.id: list(generated_runs(test, NOW)) for test in TESTS}


@pytest.fixture(scope="module")
def days():
    return {test.id: list(generated_runs(test, NOW, DAYS)) for test in TESTS}


@pytest.fixture
def seeded(redis_client):
    recorder = Recorder(redis_client)
    seed(recorder)
    return recorder


def test_the_same_moment_generates_the_same_month(month):
    again = list(generated_runs(DASHBOARD, NOW))
    assert again == month[DASHBOARD.id]


def test_five_tests_run_for_thirty_days_on_their_schedules(month):
    assert len(month) == 5
    assert month[DASHBOARD.id][0]["started_at"].startswith("2026-02-02T10:15")
    assert month[DASHBOARD.id][-1]["started_at"].startswith("2026-03-04T10:00")
    assert {
        test.id: len(month[test.id]) for test in TESTS if test.status == "active"
    } == {
        "dashboard-sums": 2880,
        "docs-page": 1440,
        "openapi-document": 720,
        "broken-changelog": 1440,
    }
    assert 6500 < sum(map(len, month.values())) < 8500


def test_every_run_is_marked_as_the_demos_and_has_an_id_of_its_own(month):
    for runs in month.values():
        assert {run["triggered_by"] for run in runs} == {"demo"}
        assert len({run["run_id"] for run in runs}) == len(runs)


def test_run_ids_of_a_test_never_meet_in_a_hundred_years():
    minute = timedelta(minutes=1)
    near = {run_id("docs-page", NOW + i * minute) for i in range(20_000)}
    assert len(near) == 20_000
    assert run_id("docs-page", NOW) != run_id("docs-page", NOW + timedelta(days=36_500))


def test_no_run_ends_in_the_future_and_a_paused_test_has_no_recent_one(month):
    ends = {id: from_text(runs[-1]["completed_at"]) for id, runs in month.items()}
    assert max(ends.values()) <= NOW
    assert ends[HISTORY_PAGES.id] < NOW - timedelta(days=3)


def test_steps_and_outcome_of_every_run_agree(month):
    for run in (run for runs in month.values() for run in runs):
        steps = run["step_results"]
        assert run["steps_passed"] == sum(step["passed"] for step in steps)
        assert run["passed"] == (run["steps_passed"] == run["steps_total"])
        assert run["passed"] == (run["error"] is None)
        assert all(step["passed"] for step in steps[:-1])
        assert run["duration_ms"] == pytest.approx(
            sum(step["duration_ms"] for step in steps), abs=len(steps)
        )


def test_every_run_stores_what_its_steps_were_to_do(month):
    for test in TESTS:
        said = test.check.descriptions()
        for run in month[test.id]:
            plan = run["plan"]["steps"]
            assert [step["step_number"] for step in plan] == list(
                range(1, run["steps_total"] + 1)
            )
            assert [step["description"] for step in plan] == said


def test_the_health_of_steps_says_what_they_do(api, seeded):
    since = {"from": (NOW - timedelta(days=DAYS)).isoformat(), "to": NOW.isoformat()}
    body = api.get(f"/api/tests/{DASHBOARD.id}/steps", since).json()
    told = [step["description"] for step in body["steps"]]
    assert told == DASHBOARD.check.descriptions()


def test_failures_come_in_clusters_and_alone_and_some_steps_are_retried(month):
    outcomes = [run["passed"] for run in month[DASHBOARD.id]]
    text = "".join("." if passed else "F" for passed in outcomes)
    assert "FFF" in text
    assert ".F." in text
    passed = [run for run in month[DASHBOARD.id] if run["passed"]]
    retried = [r for r in passed if any(s["retry_count"] for s in r["step_results"])]
    assert 0 < len(retried) < len(passed) / 10


def test_only_steps_that_ask_somebody_are_left_without_an_answer(month):
    silent = [
        step["step_number"]
        for run in month[DASHBOARD.id]
        for step in run["step_results"]
        if "no answer" in step["details"]
    ]
    assert set(silent) == {1, 4}


def test_the_changelog_has_been_broken_for_two_days(month):
    newest = month["broken-changelog"][-90:]
    assert not any(run["passed"] for run in newest)
    assert sum(run["passed"] for run in month["broken-changelog"]) > 1300


def test_durations_have_a_rhythm_and_a_drift_that_a_release_ends():
    monday = datetime(2026, 3, 2, tzinfo=timezone.utc)
    same = timedelta(days=1)
    assert slowdown(monday.replace(hour=15), same) > slowdown(
        monday.replace(hour=3), same
    )
    before, after = timedelta(days=12.5), timedelta(days=11.5)
    assert slowdown(monday, before) > slowdown(monday, after)


def test_a_seeded_store_answers_as_any_other(seeded, days):
    repository = ResultRepository(seeded.client)
    assert {test.id for test in repository.tests().tests} == {*days, own_suite.ID}
    for test_id, runs in days.items():
        failed = [run["run_id"] for run in runs if not run["passed"]]
        window = Window.trailing(720, NOW)
        sums = uptime(test_id, window, repository.window_runs(test_id, window))
        assert (sums.total_runs, sums.failed_runs) == (len(runs), len(failed))
        assert [i.fields["run_id"] for i in repository.incidents(test_id)] == failed[
            ::-1
        ]
        assert repository.timing(test_id).page(0, 1).total == len(runs)
        assert (
            recent_entries(repository.client, test_id, 50)[-1].fields["type"]
            == "eval_complete"
        )
    assert repository.test("docs-page").url == f"{URL}/docs"
    assert is_paused(repository, HISTORY_PAGES.id)


def test_the_products_own_tests_are_one_of_the_tests(seeded):
    repository = ResultRepository(seeded.client)
    [run] = repository.runs(own_suite.ID)
    cases = own_suite.REPORT.read_text().count("<testcase ")
    assert run.passed and run.fields["steps_passed"] == cases > 200
    assert run.fields["started_at"] == "2026-03-04T09:07:31.123456Z"
    assert "test_architecture" in run.fields["step_results"][0]["details"]


def test_the_hidden_value_is_stored_and_never_served(seeded):
    repository = ResultRepository(seeded.client)
    stored = seeded.client.zrange(seeded.keys.results(DASHBOARD.id), 0, -1)
    assert sum(API_KEY.encode() in member for member in stored) > 400
    events = seeded.client.xrange(seeded.keys.events(DASHBOARD.id))
    assert API_KEY in str(events)
    assert API_KEY not in str([run.fields for run in repository.runs(DASHBOARD.id)])
    assert API_KEY not in str(recent_entries(repository.client, DASHBOARD.id, 50))
    assert API_KEY not in str(repository.test(DASHBOARD.id))
    assert "***" in str(recent_entries(repository.client, DASHBOARD.id, 50))


def test_only_an_empty_store_is_seeded(redis_client):
    recorder = Recorder(redis_client)
    assert look(recorder) is Found.NOTHING
    redis_client.set("something", "else")
    assert look(recorder) is Found.OTHER_DATA


def test_an_interrupted_seeding_is_completed_and_a_complete_one_is_not_repeated(
    redis_client, days
):
    recorder = Recorder(redis_client)
    heard = 0

    def interrupt(name: str, done: int, total: int) -> None:
        nonlocal heard
        heard += 1
        if heard == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        seed(recorder, hear=interrupt)
    assert look(recorder) is Found.PART_OF_A_MONTH
    later = NOW + timedelta(hours=7)
    assert seed(recorder, later) == sum(map(len, days.values()))
    assert look(recorder) is Found.MONTH
    for test_id, runs in days.items():
        assert redis_client.zcard(recorder.keys.results(test_id)) == len(runs)
        assert redis_client.hget(recorder.keys.test(test_id), "last_result") == (
            b"passed" if runs[-1]["passed"] else b"failed"
        )


def test_progress_is_told_from_nothing_to_all(redis_client):
    heard = []
    seed(Recorder(redis_client), hear=lambda *told: heard.append(told))
    assert heard[0] == (DASHBOARD.name, 0, 576)
    assert heard[3] == (DASHBOARD.name, 576, 576)


def test_a_store_that_is_away_for_a_moment_only_delays_the_seeding(
    redis_client, monkeypatch
):
    monkeypatch.setattr(seeding, "PAUSES_SECONDS", (0, 0))
    recorder = Recorder(redis_client)
    record_runs, failures = recorder.record_runs, iter([True, True, False])

    def failing_twice(test_id, runs):
        if next(failures, False):
            raise RedisConnectionError("away")
        return record_runs(test_id, runs)

    monkeypatch.setattr(recorder, "record_runs", failing_twice)
    seed(recorder)
    assert look(recorder) is Found.MONTH


def test_a_store_that_stays_away_ends_the_seeding(redis_client, monkeypatch):
    monkeypatch.setattr(seeding, "PAUSES_SECONDS", (0, 0))
    recorder = Recorder(redis_client)

    def failing(test_id, runs):
        raise RedisConnectionError("away")

    monkeypatch.setattr(recorder, "record_runs", failing)
    with pytest.raises(RedisConnectionError):
        seed(recorder)
    assert look(recorder) is Found.PART_OF_A_MONTH


def test_tests_that_are_missing_are_defined_and_moved_ones_corrected(redis_client):
    recorder, repository = Recorder(redis_client), ResultRepository(redis_client)
    keep_defined(recorder, repository, URL, NOW)
    assert repository.test("docs-page").created_at == NOW
    recorder.save_test("docs-page", status="paused")
    keep_defined(recorder, repository, "http://127.0.0.1:9000", NOW)
    moved = repository.test("docs-page")
    assert (moved.url, moved.status) == ("http://127.0.0.1:9000/docs", "paused")
    assert not is_paused(repository, "no-such-test")


def test_a_prefix_keeps_the_demo_apart(redis_client):
    from results.keys import Keys

    redis_client.set("other:tests:all", "x")
    recorder = Recorder(redis_client, Keys("mine:"))
    assert look(recorder) is Found.NOTHING
    seed(recorder)
    assert look(recorder) is Found.MONTH
    assert all(key.startswith((b"mine:", b"other:")) for key in redis_client.keys())
