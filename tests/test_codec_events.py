"""Entries of the event stream: text, scrubbed, and whose test it is."""

import pytest

from results.codec.events import decode_entry
from results.scrub import Scrubber


def entry(fields, *hidden):
    return decode_entry("abc12345", b"1-0", fields, Scrubber.hiding(hidden))


def test_fields_go_out_as_stored_with_the_test_of_the_path():
    found = entry({b"type": b"custom", b"n\xc3\xa9": b"\xc3\xa9", b"test_id": b"other"})
    assert found.id == "1-0"
    assert found.fields == {"type": "custom", "né": "é", "test_id": "abc12345"}


def test_bytes_that_are_no_text_are_replaced():
    assert entry({b"message": b"a\xff"}).fields["message"] == "a\ufffd"


def test_hidden_values_are_scrubbed_also_in_json_text():
    fields = {b"message": b"typed hunter2", b"steps": b'[{"description": "hunter2"}]'}
    found = entry(fields, "hunter2").fields
    assert found["message"] == "typed ***"
    assert found["steps"] == '[{"description": "***"}]'


def test_unknown_types_and_fields_are_scrubbed_too():
    found = entry({b"type": b"hunter2", b"hunter2": b"hunter2"}, "hunter2").fields
    assert (found["type"], found["hunter2"]) == ("***", "***")


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("run_id", "a2026bcd"),
        ("timestamp", "2026-02-14T10:00:00Z"),
        ("passed", "true"),
        ("passed", "False"),
        ("type", "error"),
        ("type", "eval_complete"),
    ],
)
def test_ids_times_and_words_of_the_protocol_are_never_scrubbed(field, text):
    hidden = ("2026", "true", "False", "error", "eval_complete")
    assert entry({field.encode(): text.encode()}, *hidden).fields[field] == text


def test_a_word_of_the_protocol_is_one_in_its_own_field_only():
    assert entry({b"message": b"error"}, "error").fields["message"] == "***"
