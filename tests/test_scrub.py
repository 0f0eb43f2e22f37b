"""Hidden values leave nowhere, in none of the forms in which writers put them."""

import itertools
import json
import time
from html import escape
from urllib.parse import quote, quote_plus

import pytest

from results.scrub import Scrubber


def as_json(text):
    return json.dumps(text)[1:-1]


def as_unicode_json(text):
    return json.dumps(text, ensure_ascii=False)[1:-1]


def as_slashed_json(text):
    return as_unicode_json(text).replace("/", "\\/")


def as_url(text):
    return quote(text, safe="")


def as_lavish_url(text):
    """Every byte, in lower case: no encoder does that twice."""
    return "".join(f"%{byte:02x}" for byte in text.encode())


def as_spelled_json(text):
    """Every character as an escape, which no encoder does and every parser reads."""
    units = text.encode("utf-16-be").hex()
    return "".join(f"\\u{units[i:i + 4]}" for i in range(0, len(units), 4))


JSON = (as_json, as_unicode_json, as_slashed_json)
URL = (as_url, quote, quote_plus)
CHAINS = [
    chain
    for depth in range(4)
    for chain in itertools.product((*JSON, *URL), repeat=depth)
]
CHAINS += [(as_lavish_url, *chain) for chain in CHAINS]
SECRETS = [
    "hunter2",
    "p@ss w/rd+100%",
    'quo"ted',
    "back\\slash",
    "\\\\server\\share",
    "ends with \\",
    "line\nand\ttab\r",
    'a\\\nb\\"c/d\\é',
    "bell\x07\x1f\x7f",
    "grüße",
    "emoji \U0001f600\U0001f511",
    "%41%41",
    "    ",
    '{"user": "x", "key": "a\\nb"}',
]


@pytest.mark.parametrize("secret", SECRETS)
def test_every_mixture_of_encodings_is_recognised(secret):
    scrubber = Scrubber.hiding([secret])
    for chain in CHAINS:
        written = secret
        for encode in chain:
            written = encode(written)
        assert scrubber.text(f"<{written}>") == "<***>", (chain, written)


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_spelled_in_escapes_is_recognised(secret):
    scrubber = Scrubber.hiding([secret])
    once = as_spelled_json(secret)
    for written in (once, once.upper().replace("\\U", "\\u"), as_json(once)):
        assert scrubber.text(f"<{written}>") == "<***>"


@pytest.mark.parametrize("secret", SECRETS + ["a&b<c>d'e\"f", "''''", "&lt;x"])
def test_a_secret_in_a_page_or_a_script_is_recognised(secret):
    scrubber = Scrubber.hiding([secret])
    numbered = "".join(f"&#{ord(c)};" if c in "&<>\"'" else c for c in secret)
    in_script = "".join(f"\\{c}" if c in "\\\"'" else c for c in secret)
    for written in (escape(secret), numbered, in_script, as_json(escape(secret))):
        assert scrubber.is_needed(json.dumps(f"<{written}>").encode())
        assert scrubber.text(f"<{written}>") == "<***>", written


def test_json_in_text_stays_json_around_the_secret():
    inner = json.dumps({"user": "demo", "password": 'a"b\\c'})
    outer = json.dumps({"body": inner, "ok": True})
    found = json.loads(Scrubber.hiding(['a"b\\c']).text(outer))
    assert found["ok"] is True
    assert json.loads(found["body"]) == {"user": "demo", "password": "***"}


def test_every_occurrence_goes():
    assert Scrubber.hiding(["abcd"]).text("abcdabcd, abcd") == "******, ***"


def test_of_two_secrets_the_longer_one_goes_as_a_whole():
    scrubber = Scrubber.hiding(["secret", "secret-and-more"])
    assert scrubber.text("secret-and-more") == "***"


def test_what_only_resembles_a_secret_stays():
    text = "Hunter2 hunter3 hunter h%75nter %zz \\u00zz \\x 100% + \\\\"
    assert Scrubber.hiding(["hunter2"]).text(text) == text


@pytest.mark.parametrize("secret", ["", "a", "abc"])
def test_values_under_four_characters_are_left(secret):
    scrubber = Scrubber.hiding([secret])
    assert scrubber.text("abc a") == "abc a"
    assert not scrubber.is_needed(b"abc a")


def test_characters_are_counted_not_bytes():
    assert Scrubber.hiding(["éé"]).text("éé") == "éé"
    assert Scrubber.hiding(["éééé"]).text("éééé") == "***"


def test_values_are_scrubbed_at_any_depth_and_keys_never():
    value = {"abcd": ["abcd", {"x": "abcd"}, 1, None, True, 1.5]}
    assert Scrubber.hiding(["abcd", "True", "true", "None"]).value(value) == {
        "abcd": ["***", {"x": "***"}, 1, None, True, 1.5]
    }


def test_numbers_are_not_text():
    assert Scrubber.hiding(["1234"]).value([1234, "1234"]) == [1234, "***"]


@pytest.mark.parametrize(
    "field", ["run_id", "test_id", "started_at", "completed_at", "timestamp"]
)
def test_ids_and_times_are_left_at_any_depth(field):
    value = {"steps": [{field: "x2026"}]}
    assert Scrubber.hiding(["2026"]).value(value) == value


@pytest.mark.parametrize("field", ["run_id", "timestamp"])
def test_what_lies_below_the_name_of_an_id_or_time_is_scrubbed(field):
    value = {field: {"said": "hunter2", "at": ["hunter2"]}}
    assert Scrubber.hiding(["hunter2"]).value(value) == {
        field: {"said": "***", "at": ["***"]}
    }


@pytest.mark.parametrize(
    "time_text",
    [
        "2026-02-14T10:00:00Z",
        "2026-02-14T10:00:00.091948+00:00",
        "2026-02-14 10:00:00",
    ],
)
def test_a_text_that_is_a_time_is_left_in_any_field(time_text):
    assert Scrubber.hiding(["2026"]).value({"ended": time_text}) == {"ended": time_text}
    assert Scrubber.hiding(["2026"]).text(f"at {time_text}") != f"at {time_text}"


def test_without_secrets_everything_stays():
    scrubber = Scrubber.hiding([])
    assert scrubber.value({"a": "b\\%+"}) == {"a": "b\\%+"}
    assert not scrubber.is_needed(b"\\u0061%41+")


@pytest.mark.parametrize(
    ("raw", "is_needed"),
    [
        (b'{"a": "hunter2"}', True),
        (b'{"a": "nothing to see"}', False),
        (b'{"a": "base64+/="}', False),
        (rb'{"a": "\u0068unter2"}', True),
        (b'{"a": "h%75nter2"}', True),
        (b'{"a": "\xff hunter2"}', True),
    ],
)
def test_only_records_that_may_hold_a_secret_are_walked(raw, is_needed):
    assert Scrubber.hiding(["hunter2"]).is_needed(raw) is is_needed


def test_a_plus_matters_where_a_secret_has_a_space():
    assert Scrubber.hiding(["two words"]).is_needed(b'"two+words"')
    assert Scrubber.hiding(["two words"]).text("a=two+words&b") == "a=***&b"


def test_a_certificate_is_recognised_in_every_form():
    lines = ["-----BEGIN KEY-----", *["MIIEvQIBADANBgkqhkiG9w0+/" * 3] * 30, "END=="]
    secret = "\n".join(lines)
    scrubber = Scrubber.hiding([secret])
    for encode in (str, as_json, as_url, lambda text: as_url(as_json(text))):
        assert scrubber.text(f"<{encode(secret)}>") == "<***>"


def test_its_representation_shows_no_secret():
    assert "hunter2" not in repr(Scrubber.hiding(["hunter2"]))


SLOW = {
    "backslashes": "\\" * 50_000,
    "escaped backslashes": "\\u005c" * 40_000,
    "percent signs": "%" * 200_000,
    "percent-encoded percent signs": "%25" * 70_000,
    "one endless percent sign": "%" + "25" * 100_000,
    "percent-encoded backslashes": "%5C" * 20_000,
    "plus signs": "+" * 200_000,
    "ampersands": "&" * 200_000,
    "entities": "&amp;" * 50_000,
    "first characters": "h" * 200_000,
    "almost the secret": "\\u0068unter" * 20_000,
}
NASTY = [
    "hunter2",
    "\\\\\\\\x",
    "%%%%%%%x",
    "%5C%5C%5Cx",
    "252525252525x",
    "    x",
    "&&&&&&x",
]


@pytest.mark.parametrize("kind", SLOW)
def test_hostile_text_is_no_slower_than_it_is_long(kind):
    scrubber = Scrubber.hiding(NASTY)
    scrubber.text("\\")  # the pattern is made once
    started = time.thread_time()
    scrubber.text(SLOW[kind])
    assert time.thread_time() - started < 5
