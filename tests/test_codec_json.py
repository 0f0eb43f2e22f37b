"""JSON of unknown writers: what is corrupt, what is repaired, what is kept."""

import pytest

from results.codec.strict_json import parse, parse_object
from results.domain import CorruptMember

TWO_53 = 2**53


def nested(depth, innermost=b""):
    return b"[" * depth + innermost + b"]" * depth


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no json",
        b'{"a": 1',
        b'{"a": 1} trailing',
        b"{'a': 1}",
        b'{"a": 01}',
        b'{"a": "\x00"}',
        b'\xef\xbb\xbf{"a": 1}',
        b'{"a": "\xff"}',
        b'{"a": "\xed\xa0\x80"}',
        '{"a": 1}'.encode("utf-16"),
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": -1e999}',
        b'{"a": ' + b"9" * 400 + b".0}",
        b'{"a": 9007199254740993}',
        b'{"a": -9007199254740993}',
        b'{"a": ' + b"9" * 5000 + b"}",
        nested(201),
        nested(201, b"1"),
        b'{"a":' * 201 + b"1" + b"}" * 201,
        nested(100_000),
    ],
)
def test_what_a_client_could_not_read_is_corrupt(raw):
    with pytest.raises(CorruptMember):
        parse(raw)


@pytest.mark.parametrize("raw", [b"[]", b"1", b'"text"', b"null", b"true"])
def test_a_record_is_an_object_and_nothing_else(raw):
    with pytest.raises(CorruptMember):
        parse_object(raw)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'{"a": 9007199254740992}', {"a": TWO_53}),
        (b'{"a": -9007199254740992}', {"a": -TWO_53}),
        (b'{"a": 1e308}', {"a": 1e308}),
        (b'{"a": 9007199254740993.5}', {"a": 9007199254740993.5}),
        (b'{"a": 0.' + b"3" * 5000 + b"}", {"a": 1 / 3}),
        (b'{"a": "1234567890123456789012"}', {"a": "1234567890123456789012"}),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b'{"a": 1, "a": 12345678901234567.5}', {"a": 12345678901234567.5}),
        (b' \n{"a": []}\t', {"a": []}),
        ('{"a": "grüße \U0001f600"}'.encode(), {"a": "grüße \U0001f600"}),
        (b'{"a": "\\ud83d\\ude00"}', {"a": "\U0001f600"}),
    ],
)
def test_what_a_client_can_read_is_kept(raw, value):
    assert parse(raw) == value


@pytest.mark.parametrize("innermost", [b"", b"1", b'"a"'])
def test_two_hundred_levels_are_not_too_deep(innermost):
    assert parse(nested(200, innermost))


def test_many_brackets_side_by_side_are_not_deep():
    assert len(parse(b"[" + b",".join([b"[[]]"] * 300) + b"]")) == 300


def test_brackets_inside_text_are_not_deep():
    assert parse(b'{"a": "' + b"[{" * 300 + b'"}') == {"a": "[{" * 300}


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'{"a": "x\\ud83dy"}', {"a": "x\ufffdy"}),
        (b'{"a": ["\\ude00", 1, null]}', {"a": ["\ufffd", 1, None]}),
        (b'{"\\ud83d": {"b": "\\ud83d"}}', {"\ufffd": {"b": "\ufffd"}}),
    ],
)
def test_lone_surrogates_become_the_replacement_character(raw, value):
    assert parse(raw) == value


def test_the_reason_never_quotes_the_content():
    with pytest.raises(CorruptMember) as caught:
        parse(b'{"password": "hunter2')
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None
