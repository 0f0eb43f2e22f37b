"""Which stored records go out byte by byte, and that the others never do."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from results.codec import records, splicing
from results.codec.splicing import Spliceable, Spliced
from results.codec.strict_json import parse_object
from results.domain import CorruptMember
from results.scrub import Scrubber
from tests.factories import make_incident, make_run, make_step, to_member

PLAIN = Scrubber()


def served(raw, scrubber=PLAIN, whole=True, decode=records.decode_run):
    return decode(raw, scrubber, whole).fields


def is_spliced(raw, **how):
    """Also the second time, when the bytes are known already."""
    found = [isinstance(served(raw, **how), Spliced) for _ in range(2)]
    assert found[0] == found[1]
    return found[0]


def test_a_record_that_needs_no_change_is_spliced():
    raw = to_member(make_run(plan={"any": ["thing", 1.0]}))
    assert is_spliced(raw)
    assert served(raw).json == raw
    assert served(raw) == make_run(plan={"any": ["thing", 1.0]})
    assert len(served(raw)) == len(make_run()) + 1
    assert is_spliced(to_member(make_incident()), decode=records.decode_incident)


def without(name):
    run = make_run()
    del run[name]
    return run


CHANGED = {
    "a missing field": without("completed_at"),
    "a field of a wrong type": make_run(steps_total="3"),
    "steps that are no list": make_run(step_results="none"),
    "a step without a field": make_run(step_results=[{"step_number": 1}]),
    "a step that is no object": make_run(step_results=["one"]),
    "a word of ours": make_run(truncated=False),
    "a word of ours in a step": make_run(step_results=[make_step(1, redacted=1)]),
    "an escape": b'{"x": "\\u0041", ' + to_member(make_run())[1:],
    "a surrogate": b'{"x": "\\ud800", ' + to_member(make_run())[1:],
    "a doubled name": b'{"run_id": "other", ' + to_member(make_run())[1:],
    "a doubled name within": to_member(make_run())[:-1] + b', "p": {"a": 1, "a": 2}}',
}


@pytest.mark.parametrize("name", CHANGED)
def test_a_record_that_needs_a_change_is_not(name):
    raw = to_member(CHANGED[name])
    assert not is_spliced(raw)
    assert set(records.RUN_FIELDS) < set(served(raw))


@pytest.mark.parametrize(
    "raw",
    [
        b'{"n": 9007199254740993, ' + to_member(make_run())[1:],
        b'{"n": NaN, ' + to_member(make_run())[1:],
        b'{"n": 1e999, ' + to_member(make_run())[1:],
        b'{"n": "\xff", ' + to_member(make_run())[1:],
        b'{"n": ' + b"[" * 201 + b"]" * 201 + b", " + to_member(make_run())[1:],
        to_member(make_run())[:-1],
    ],
)
def test_a_corrupt_record_never_is(raw):
    for _ in range(2):
        with pytest.raises(CorruptMember):
            served(raw)


def test_what_must_not_leave_is_looked_for_each_time_anew():
    raw = to_member(make_run(plan="type hunter2"))
    assert is_spliced(raw)
    assert served(raw, Scrubber.hiding(["hunter2"]))["plan"] == "type ***"
    assert served(raw, Scrubber(complete=False))["redacted"] is True
    assert served(raw, whole=False)["truncated"] is True
    assert is_spliced(raw)


def test_no_more_than_some_megabytes_are_remembered(monkeypatch):
    monkeypatch.setattr(splicing, "REMEMBERED_BYTES", 30)
    monkeypatch.setattr(splicing, "LARGEST_REMEMBERED", 20)
    known = Spliceable(lambda stored: True)
    first, second, large = b'{"a": 1}' * 1, b'{"a": "' + b"x" * 10 + b'"}', b"x" * 21
    assert known.learns(first, parse_object(first)) and known.knows(first)
    assert known.learns(second, parse_object(second))
    third = b'{"a": "' + b"y" * 10 + b'"}'
    assert known.learns(third, parse_object(third))
    assert (known.knows(first), known.knows(third)) == (False, True)
    assert known.learns(large, {}) and not known.knows(large)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=100)
@given(st.dictionaries(texts, values, max_size=4), st.booleans(), values, texts)
def test_spliced_or_not_the_answer_is_the_same_value(further, ascii_only, odd, name):
    raw = json.dumps(further | make_run(), ensure_ascii=ascii_only)
    doubled = f"{{{json.dumps(name)}: {json.dumps(odd)}, {raw[1:]}".encode()
    for member in (raw.encode(), doubled):
        found = served(member)
        assert dict(found) == parse_object(member) | {
            key: found[key] for key in make_run()
        }
        if isinstance(found, Spliced):
            pairs = json.loads(member, object_pairs_hook=_no_doubles)
            assert pairs == dict(found)


def _no_doubles(pairs):
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)
