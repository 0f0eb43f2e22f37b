"""The load client: what it makes of a server's bytes, and of what listeners got."""

from types import SimpleNamespace

import pytest

from benchmarks.live.figures import at_most, beside, percentile
from benchmarks.live.verdict import judge, total
from benchmarks.live.wire import BadResponse, Event, ResponseParser

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
CHUNKED = HEAD + b"transfer-encoding: chunked\r\n\r\n"
ONE = b'event: message\nid: 1-0\ndata: {"sent":"1.5"}\n\n'
TWO = b'id: 2-0\ndata: {"n":"2"}\n\n'
GAP = b'event: reset\ndata: {"reason":"trimmed"}\n\n'
EVENTS = [
    Event("message", "1-0", {"sent": "1.5"}, 1.5),
    Event("reset", None, {"reason": "trimmed"}, None),
    Event("message", "2-0", {"n": "2"}, None),
]


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def fed(parser: ResponseParser, *reads: bytes) -> list[Event]:
    return [event for read in reads for event in parser.feed(read)]


def test_events_are_found_wherever_the_bytes_are_cut():
    body = chunk(b": open\nretry: 1500\n\n") + chunk(ONE + GAP[:9])
    whole = CHUNKED + body + chunk(GAP[9:] + TWO) + chunk(b"")
    for at in range(len(whole)):
        parser = ResponseParser()
        assert fed(parser, whole[:at], whole[at:]) == EVENTS
        assert (parser.status, parser.retry_seconds) == (200, 1.5)
        assert parser.is_over and parser.comments == 1


def test_the_same_bytes_are_the_same_events_for_the_next_listener():
    read = chunk(ONE + TWO)
    first, second = ResponseParser(), ResponseParser()
    fed(first, CHUNKED)
    fed(second, CHUNKED)
    found = first.feed(read)
    assert [event.id for event in found] == ["1-0", "2-0"]
    assert second.feed(read) is found


def test_known_bytes_within_an_unfinished_event_are_not_taken_for_events():
    read = chunk(TWO)
    parser = ResponseParser()
    assert [event.id for event in fed(parser, CHUNKED, read)] == ["2-0"]
    assert fed(parser, chunk(b"event: reset\n")) == []
    assert [event.name for event in fed(parser, read)] == ["reset"]


def test_a_refusal_has_a_status_and_no_events():
    parser = ResponseParser()
    refusal = b"HTTP/1.1 503 Busy\r\ncontent-length: 2\r\n\r\n{}"
    assert fed(parser, refusal) == []
    assert parser.status == 503


def test_a_stream_that_is_not_chunked_is_refused():
    with pytest.raises(BadResponse):
        ResponseParser().feed(HEAD + b"\r\n")


def test_a_parser_begins_anew_with_the_next_connection():
    parser = ResponseParser()
    fed(parser, CHUNKED, chunk(ONE)[:10])
    parser.reset()
    assert fed(parser, CHUNKED, chunk(ONE)) == EVENTS[:1]


def listener(*ids: str) -> SimpleNamespace:
    return SimpleNamespace(ids=list(ids))


@pytest.mark.parametrize(
    ("ids", "told"),
    [
        ("abc", "1 of 1 exact"),
        ("ab", "0 of 1 exact; 1 lost, 0 repeated, 0 not stored"),
        ("abbc", "0 of 1 exact; 0 lost, 1 repeated, 0 not stored"),
        ("abxc", "0 of 1 exact; 0 lost, 0 repeated, 1 not stored"),
        ("acb", "0 of 1 exact; 0 lost, 0 repeated, 0 not stored"),
    ],
)
def test_only_every_event_once_and_in_order_is_exact(ids, told):
    verdict = judge([listener(*ids)], list("abc"))
    assert str(verdict) == told
    assert verdict.is_exact == (ids == "abc")


def test_nobody_is_not_everybody():
    assert not judge([], ["1-0"]).is_exact


def test_verdicts_of_several_streams_are_one():
    one = judge([listener("a"), listener()], ["a"])
    assert str(total([one, one])) == "2 of 4 exact; 2 lost, 0 repeated, 0 not stored"


def test_a_percentile_is_a_value_that_was_measured():
    values = [float(n) for n in range(100, 0, -1)]
    assert percentile(values, 50) == 51
    assert percentile(values, 99) == 100
    assert percentile([3.0], 99) == 3
    with pytest.raises(ValueError):
        percentile([], 50)


def test_a_figure_stands_beside_its_limit_and_the_other_figure():
    row = at_most("crowd", "p99 delay", 40.4, 150, "ms", 1010)
    assert (row.measured, row.asked, row.met) == ("40 ms", "<= 150 ms", True)
    assert row.polling == "1,010 ms (25.0x)"
    assert at_most("crowd", "p99 delay", 150.1, 150, "ms").verdict == "**no**"
    assert beside(0, 5, "/s") == "5.0 /s"
