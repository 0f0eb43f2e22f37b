"""What an entry looks like on the wire, whatever a writer put into it."""

import json

import pytest

from results.codec import events
from results.domain import StreamEntry
from results.live.frames import encode, encode_stored, joined, opening
from results.scrub import Scrubber

NOTHING = Scrubber()


def stored(entry_id=b"1700000000000-3", **fields):
    return entry_id, {key.encode(): value for key, value in fields.items()}


def test_an_entry_is_one_message_with_its_id_and_one_line_of_json():
    entry = StreamEntry("7-1", {"type": "step_start", "test_id": "abc"})
    frame = encode("abc", entry)
    assert frame.cursor == (7, 1)
    assert frame.data == (
        b"event: message\nid: 7-1\n" b'data: {"type":"step_start","test_id":"abc"}\n\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        "two\nlines",
        "\r\nevent: bye\r\nid: 9\r\n\r\n",
        "\r",
        "\0",
        "data: x\n\n",
        "\u2028\u2029\x85",
        "ünïcödé ☃ 💥",
        '"quoted" \\ </script>',
    ],
)
def test_no_text_can_break_out_of_its_line(text):
    frame = encode("abc", StreamEntry("7-1", {"type": text, "message": text}))
    lines = frame.data.decode().split("\n")
    assert lines[:2] == ["event: message", "id: 7-1"]
    assert lines[3:] == ["", ""]
    assert "\r" not in lines[2] and "\0" not in lines[2]
    assert json.loads(lines[2].removeprefix("data: ")) == {
        "type": text,
        "message": text,
    }


def test_strings_stay_strings_and_the_test_of_the_path_wins():
    entry = stored(
        type=b"plan_complete",
        passed=b"True",
        step_number=b"2",
        steps=b"[]",
        test_id=b"x",
    )
    [frame] = encode_stored("abc", [entry], NOTHING)
    data = frame.data.split(b"data: ")[1]
    assert json.loads(data) == {
        "type": "plan_complete",
        "passed": "True",
        "step_number": "2",
        "steps": "[]",
        "test_id": "abc",
    }


def test_hidden_values_do_not_go_out():
    entry = stored(message=b"typed hunter22", run_id=b"hunter22")
    [frame] = encode_stored("abc", [entry], Scrubber.hiding(["hunter22"]))
    assert json.loads(frame.data.split(b"data: ")[1]) == {
        "message": "typed ***",
        "run_id": "hunter22",
        "test_id": "abc",
    }


def test_bytes_that_are_no_text_are_replaced():
    [frame] = encode_stored("abc", [stored(message=b"\xff\xfe ok")], NOTHING)
    assert "\ufffd\ufffd ok" in frame.data.decode()


def test_an_entry_that_cannot_be_encoded_is_left_out_and_named(monkeypatch, caplog):
    decode = events.decode_entry

    def fails_for_the_second(test_id, entry_id, fields, scrubber):
        if entry_id == b"2-0":
            raise ValueError("the content")
        return decode(test_id, entry_id, fields, scrubber)

    monkeypatch.setattr(events, "decode_entry", fails_for_the_second)
    entries = [stored(entry_id, message=b"m") for entry_id in (b"1-0", b"2-0", b"3-0")]
    frames = encode_stored("abc", entries, NOTHING)
    assert [str(frame.cursor) for frame in frames] == ["1-0", "3-0"]
    [line] = caplog.messages
    assert "2-0" in line and "abc" in line and "content" not in line


def test_the_opening_holds_no_event_and_spreads_reconnects():
    openings = {opening() for _ in range(50)}
    assert len(openings) > 1
    for comment, retry, *rest in (text.split(b"\n") for text in openings):
        assert comment == b": open"
        assert 1000 <= int(retry.removeprefix(b"retry: ")) <= 3000
        assert rest == [b"", b""]


def test_frames_are_joined_for_one_write():
    frames = encode_stored("abc", [stored(b"1-0"), stored(b"2-0")], NOTHING)
    assert joined(frames) == frames[0].data + frames[1].data
