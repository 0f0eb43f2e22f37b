"""`migrate_timing`: which tests it takes, what it says, what it does not touch."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from results.connection import use_store
from tests.factories import NOW_SCORE, TEST_ID, make_run
from tests.recording import everything

TIMING = f"timing:{TEST_ID}"


@pytest.fixture
def command(api):
    def run(*test_ids, **options):
        out = StringIO()
        call_command("migrate_timing", *test_ids, stdout=out, **options)
        return out.getvalue()

    return run


@pytest.fixture
def legacy(redis_client):
    """Two tests with a legacy member each; one of them has no hash and no listing."""
    for test_id in (TEST_ID, "orphan"):
        run = make_run(test_id=test_id)
        redis_client.zadd(f"results:{test_id}", {json.dumps(run): NOW_SCORE})
        redis_client.zadd(f"timing:{test_id}", {"12340": NOW_SCORE, "77": NOW_SCORE})
    redis_client.zadd(TIMING, {"nan:1": 1, "12340:x": 1})
    return redis_client


def test_the_command_rewrites_what_it_is_told(command, legacy):
    said = command(TEST_ID, TEST_ID)
    line = (
        f"{TEST_ID}: 4 timing members, 1 rewritten, 1 in order, "
        "1 kept (of no single run among the results), 1 unreadable\n"
    )
    assert said.count(line) == 1
    assert said.endswith("Tests done: 1.\n")
    assert legacy.zscore(TIMING, "12340:a1b2c3d4") == NOW_SCORE
    assert legacy.zscore("timing:orphan", "12340") == NOW_SCORE


def test_the_command_rewrites_all_tests_orphans_included(command, legacy):
    said = command(all=True)
    assert "orphan: 2 timing members, 1 rewritten" in said
    assert said.endswith("Tests done: 2.\n")
    assert legacy.zscore("timing:orphan", "12340:a1b2c3d4") == NOW_SCORE
    legacy.zrem("timing:orphan", "77")
    assert "orphan: 1 timing members, 0 rewritten, 1 in order\n" in command("orphan")


def test_the_command_can_only_say_what_it_would_do(command, legacy):
    before = everything(legacy)
    assert "2 timing members, 1 would be rewritten" in command(all=True, dry_run=True)
    assert everything(legacy) == before


def test_the_command_has_a_prefix(command, legacy, settings):
    settings.REDIS_KEY_PREFIX = "site:"
    assert command(all=True).endswith("Tests done: 0.\n")
    with pytest.raises(CommandError, match=f"there is no test {TEST_ID}"):
        command(TEST_ID)


@pytest.mark.parametrize(
    ("test_ids", "reason"),
    [
        ([TEST_ID, "nobody"], "there is no test nobody"),
        ([TEST_ID, "no*body"], "'no\\*body' is no test id"),
    ],
)
def test_the_command_names_a_test_that_is_not_there(command, legacy, test_ids, reason):
    before = everything(legacy)
    with pytest.raises(CommandError, match=reason):
        command(*test_ids)
    assert everything(legacy) == before


def test_the_command_wants_either_tests_or_all(command):
    for test_ids, all_tests in (([], False), ([TEST_ID], True)):
        with pytest.raises(CommandError, match="name one test or more, or say --all"):
            command(*test_ids, all=all_tests)


def test_the_command_does_the_others_beside_a_wrong_key(command, legacy):
    legacy.set("timing:broken", "text")
    with pytest.raises(CommandError, match="timing:broken is a string"):
        command(all=True)
    assert legacy.zscore("timing:orphan", "12340:a1b2c3d4") == NOW_SCORE


def test_the_command_says_when_the_store_fails(command):
    use_store("redis://127.0.0.1:1/0")
    with pytest.raises(CommandError, match="^the store failed: "):
        command(all=True)
