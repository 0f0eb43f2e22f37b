"""Rows as lines of a file."""

import pytest

from results.exports.lines import cell, chunked, csv_lines, ndjson_lines


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (12340, "12340"),
        (-1.5, "-1.5"),
        ("plain", "plain"),
        ("+1", "'+1"),
        ("@SUM", "'@SUM"),
        ("\tx", "'\tx"),
        ("\uff1dx", "'\uff1dx"),
        ("a=b", "a=b"),
        ("a\0b", "a\ufffdb"),
    ],
)
def test_a_cell_is_plain_text(value, text):
    assert cell(value) == text


def test_lines_are_sent_in_chunks():
    lines = [b"x" * 1000] * 200
    chunks = list(chunked(iter(lines)))
    assert b"".join(chunks) == b"".join(lines)
    assert [len(chunk) for chunk in chunks] == [66_000, 66_000, 66_000, 2_000]
    assert list(chunked([])) == [b""]


def test_a_lone_surrogate_spoils_no_file():
    assert list(csv_lines(["a"], [{"a": "\ud800"}]))[0] == b"a\r\n?\r\n"


def test_what_is_no_json_is_no_line():
    with pytest.raises(TypeError):
        list(ndjson_lines([{"a": object()}]))
