"""Positions in a stream: which texts are one, and which comes first."""

import pytest

from results.live.cursors import START, Cursor, parse_cursor


@pytest.mark.parametrize(
    ("text", "cursor"),
    [
        ("0", START),
        ("0-0", START),
        ("1700000000000", Cursor(1700000000000, 0)),
        ("1700000000000-7", Cursor(1700000000000, 7)),
        ("007-01", Cursor(7, 1)),
        (f"{2**64 - 1}-7", Cursor(2**64 - 1, 7)),
    ],
)
def test_an_id_of_one_or_two_parts_is_a_position(text, cursor):
    assert parse_cursor(text) == cursor


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "1-",
        "-1",
        "+1",
        "1-2-3",
        "1-*",
        "*",
        "$",
        "error",
        "1.5",
        "1e3",
        "1_0",
        "0x1",
        "1 ",
        " 1",
        "1-1\n",
        "１-１",
        "events:1-1",
        str(2**64),
        f"1-{2**64}",
        "9" * 65,
        "1" * 30,
    ],
)
def test_anything_else_is_no_position(text):
    with pytest.raises(ValueError):
        parse_cursor(text)


def test_behind_the_very_last_id_is_a_range_that_redis_accepts(redis_client):
    cursor = parse_cursor(f"{2**64 - 1}-{2**64 - 1}")
    assert redis_client.xrange("events:abc", min=f"({cursor}") == []


def test_positions_are_ordered_as_numbers():
    texts = ["9-2", "9-10", "10-0", "10-1"]
    assert [str(cursor) for cursor in sorted(map(parse_cursor, texts))] == texts
