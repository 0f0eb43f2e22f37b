"""`load_dump`: the whole file or nothing, as it is or moved to now."""

import json
from datetime import datetime, timezone
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from results.connection import use_store
from results.recorder import Recorder
from tests.dumps import FILE, line_of
from tests.factories import NOW_SCORE, TEST_ID

RESULTS = f"results:{TEST_ID}"


@pytest.fixture
def command(api, tmp_path):
    """Run the command on lines of its own, against the empty server."""

    def run(*lines, **options):
        file = tmp_path / "dump.jsonl"
        file.write_bytes(b"\n".join(lines))
        out = StringIO()
        call_command("load_dump", str(file), stdout=out, **options)
        return out.getvalue()

    return run


def test_the_command_loads_under_the_prefix(command, redis_client, settings):
    settings.REDIS_KEY_PREFIX = "site:"
    said = command(line_of(RESULTS, "zset", [["x", NOW_SCORE]]))
    assert redis_client.keys() == [f"site:{RESULTS}".encode()]
    assert "Keys loaded: 1, newest run: 2026-02-16T12:00:00Z." in said


def test_the_command_loads_without_a_run(command):
    assert "Keys loaded: 1.\n" in command(line_of("tests:all", "set", [TEST_ID]))


def test_after_a_shift_redis_gives_ids_of_the_present(command, redis_client):
    before = datetime.now(timezone.utc)
    command(*FILE.read_bytes().splitlines(), shift_to_now=True)
    for test_id in ("3f9ac21b", "5c118e90", "a07d5e44"):
        key = f"events:{test_id}"
        entry_id = Recorder(redis_client).log_event(test_id, "error", "Broken.")
        assert int(entry_id.split("-")[0]) / 1000 >= before.timestamp() - 1
        [(_, fields)] = redis_client.xrevrange(key, count=1)
        [_, (moved_id, moved_fields)] = redis_client.xrevrange(key, count=2)
        written = datetime.fromisoformat(moved_fields[b"timestamp"].decode())
        assert int(moved_id.split(b"-")[0]) == int(written.timestamp() * 1000)
    newest = max(
        redis_client.zrange(key, -1, -1, withscores=True)[0][1]
        for key in redis_client.keys("results:*")
    )
    assert 60 <= datetime.now(timezone.utc).timestamp() - newest < 90


@pytest.mark.parametrize("key", ["results:3f9ac21b", "timing:3f9ac21b"])
def test_after_a_shift_records_still_agree_with_their_scores(
    command, redis_client, key
):
    command(*FILE.read_bytes().splitlines(), shift_to_now=True)
    records = redis_client.zrange("results:3f9ac21b", 0, -1, withscores=True)
    scores = [score for _, score in redis_client.zrange(key, 0, -1, withscores=True)]
    assert scores == [
        datetime.fromisoformat(json.loads(member)["started_at"]).timestamp()
        for member, _ in records
    ]


def test_the_command_names_existing_keys_and_replaces_them_when_told(
    command, redis_client
):
    redis_client.set("tests:all", "before")
    line = line_of("tests:all", "set", [TEST_ID])
    with pytest.raises(CommandError, match="already: tests:all; nothing was loaded"):
        command(line)
    assert redis_client.get("tests:all") == b"before"
    command(line, replace=True)
    assert redis_client.smembers("tests:all") == {TEST_ID.encode()}


def test_the_command_names_the_bad_line_and_loads_nothing(command, redis_client):
    with pytest.raises(CommandError, match=r"dump.jsonl: line 2: not JSON; nothing"):
        command(line_of("tests:all", "set", [TEST_ID]), b"{")
    assert redis_client.keys() == []


def test_the_command_names_a_file_that_is_not_there(api, tmp_path):
    with pytest.raises(CommandError, match="missing.jsonl: No such file"):
        call_command("load_dump", str(tmp_path / "missing.jsonl"))


def test_the_command_says_when_the_store_refuses(command, redis_client, settings):
    use_store("redis://127.0.0.1:1/0")
    with pytest.raises(CommandError, match="^the store refused the dump: "):
        command(line_of("tests:all", "set", [TEST_ID]))
