"""A process that has read nothing yet, and has no time for everything at once."""

import pytest

from results.domain import IndexBuilding
from results.repository import ResultRepository, learning
from results.run_index import building_many
from results.run_index.use import IndexUse
from tests.factories import MINUTE, NOW, NOW_SCORE, make_run, store_runs, store_test

IDS = [f"t{n}" for n in range(12)]


@pytest.fixture
def hurried(redis_client, monkeypatch):
    """A repository that gives up after five steps: an index, a group of histories."""
    monkeypatch.setattr(building_many, "MOST_TESTS", 1)
    monkeypatch.setattr(learning, "CHUNK", 17)
    repository = ResultRepository(redis_client, index=IndexUse())
    for number, test_id in enumerate(IDS):
        store_test(redis_client, test_id)
        runs = [
            (make_run(f"r{n}", n % 3 > 0), NOW_SCORE - n * MINUTE)
            for n in range(5 + number)
        ]
        store_runs(redis_client, test_id, runs)

    def on_time():
        looks = iter(range(5))

        def check():
            if next(looks, None) is None:
                raise IndexBuilding("no time left")

        return check

    monkeypatch.setattr(repository, "_on_time", on_time)
    return repository


@pytest.mark.parametrize(("are_built", "expected"), [(False, 4), (True, 1)])
def test_each_request_gets_further_until_one_answers(
    hurried, redis_client, are_built, expected
):
    if are_built:
        # By another process: this one knows nothing of it.
        for test_id in IDS:
            hurried.timeline(test_id, NOW)
        hurried.index = IndexUse()
    refused = 0
    while True:
        try:
            found = hurried.timelines(IDS, NOW)
        except IndexBuilding:
            refused += 1
            assert refused < 9
        else:
            break
    assert refused == expected
    runs = [sum(s.runs for s in one.timeline.spans) for one in found]
    assert sorted(runs) == list(range(5, 17))
