"""What holds for whatever a writer stored, against models that are plainly right."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from results import metrics
from results.codec import records, strict_json, timing
from results.domain import CorruptMember, Window
from results.repository import ResultRepository
from results.scrub import Scrubber
from tests.factories import (
    DAY,
    HOUR,
    NOW,
    NOW_SCORE,
    TEST_ID,
    store_runs,
    store_test,
    to_member,
)

NOTHING_HIDDEN = Scrubber()

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
numbers = st.integers(-(2**53), 2**53) | st.floats(
    allow_nan=False, allow_infinity=False
)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
run_ids = st.text("0123456789abcdef", min_size=8, max_size=8) | st.uuids().map(str)
durations = st.integers(0, 9_999_999) | st.floats(0, 1e7).map(lambda d: round(d, 3))


@given(st.dictionaries(texts, values, max_size=6), st.booleans())
def test_what_json_can_say_is_read_as_it_was_written(record, ascii_only):
    raw = json.dumps(record, ensure_ascii=ascii_only).encode()
    assert strict_json.parse_object(raw) == record


@given(st.binary(max_size=60) | texts.map(str.encode))
def test_no_bytes_are_worse_than_corrupt(raw):
    for read in (
        lambda: strict_json.parse(raw),
        lambda: records.decode_run(raw, NOTHING_HIDDEN, True),
        lambda: records.decode_incident(raw, NOTHING_HIDDEN, True),
        lambda: timing.decode_member(raw, 0),
    ):
        try:
            read()
        except CorruptMember:
            continue


@given(
    st.fixed_dictionaries(
        {"run_id": run_ids, "passed": st.booleans()},
        optional={name: values for name in [*records.RUN_FIELDS, "step_results"][3:]},
    ),
    st.dictionaries(texts, values, max_size=3),
)
def test_a_run_has_all_declared_fields_and_every_further_one(declared, further):
    stored = further | declared
    fields = records.decode_run(to_member(stored), NOTHING_HIDDEN, True).fields
    assert records.RUN_FIELDS.keys() | {"step_results"} <= fields.keys()
    assert json.loads(json.dumps(fields)) == fields
    for name, value in further.items():
        if name not in declared and name not in (*records.RUN_FIELDS, "step_results"):
            assert fields[name] == value
    for name, is_right in records.RUN_FIELDS.items():
        assert fields[name] == (
            stored.get(name) if is_right(stored.get(name)) else None
        )


@given(durations, run_ids)
@example(0, "00000000")
@example(12345678, "87654321")
def test_our_timing_member_is_read_back(duration_ms, run_id):
    member = timing.encode_member(duration_ms, run_id)
    point = timing.decode_member(member.encode(), NOW_SCORE)
    assert point == (NOW, duration_ms, run_id)


# Few ids and few scores: ties, duplicates and exact borders are the rule.
ids = st.sampled_from([f"r{n}" for n in range(8)])
scores = st.sampled_from(
    [NOW_SCORE - DAY * days for days in (0, 0.5, 1, 2, 29, 30, 31)]
    + [NOW_SCORE - HOUR, NOW_SCORE - DAY - 0.001, NOW_SCORE - 3.5 * HOUR]
    + [NOW_SCORE + ahead for ahead in (0.5, 300, 300.001, DAY)]
    + [-1.0, 0.0, 1e12]
)
corrupt = st.sampled_from([b"bad", b"[]", b"\xff", b'{"run_id": "r1", "passed": 1}'])
members = st.builds(
    lambda run_id, passed, copy: to_member(
        {"run_id": run_id, "passed": passed, "copy": copy}
    ),
    ids,
    st.booleans(),
    st.integers(0, 2),
)
histories = st.dictionaries(members | corrupt, scores, max_size=40)


@pytest.fixture(scope="module")
def real_store(server_client):
    """The server, emptied by each example: a fixture of a function would be so once."""

    def fill(history):
        server_client.flushdb()
        store_test(server_client)
        if history:
            store_runs(server_client, TEST_ID, list(history.items()))
        return ResultRepository(server_client)

    return fill


def newest_first(history):
    """Every member with its score, in the order that Redis promises."""
    return sorted(
        ((member, score) for member, score in history.items()),
        key=lambda pair: (pair[1], pair[0]),
        reverse=True,
    )


def read(member):
    """(run id, passed, copy) of a member by plain means; None for a corrupt one."""
    try:
        record = json.loads(member)
    except ValueError:
        return None
    if not isinstance(record, dict) or not isinstance(record["passed"], bool):
        return None
    return record["run_id"], record["passed"], record["copy"]


@settings(max_examples=150)
@given(histories, st.integers(1, 11))
def test_pages_side_by_side_are_the_whole_history(real_store, history, limit):
    runs = real_store(history).runs(TEST_ID)
    everything = [read(member) for member, _ in newest_first(history)]
    listed = []
    for offset in range(0, len(history) + limit, limit):
        page = runs.page(offset, limit)
        wanted = everything[offset : offset + limit]
        assert page.total == len(history)
        assert page.skipped == wanted.count(None)
        found = [(r.run_id, r.passed, r.fields["copy"]) for r in page.items]
        assert found == [run for run in wanted if run]
        listed += found
    assert listed == [run for run in everything if run]
    assert [run.run_id for run in runs] == [run[0] for run in listed]


@settings(max_examples=150)
@given(histories, st.sampled_from([1, 2, 24, 720]))
def test_uptime_is_what_counting_by_hand_gives(real_store, history, hours):
    window = Window.trailing(hours, NOW)
    start, end = NOW_SCORE - hours * HOUR, NOW_SCORE + 300
    newest = {}
    for member, score in newest_first(history):
        if run := read(member):
            newest.setdefault(run[0], (score, run[1]))
    inside = [passed for score, passed in newest.values() if start <= score <= end]
    unreadable = [s for m, s in history.items() if not read(m) and start <= s <= end]

    found = metrics.uptime(
        TEST_ID, window, real_store(history).window_runs(TEST_ID, window)
    )

    assert found.total_runs == len(inside)
    assert found.passed_runs == inside.count(True)
    assert found.failed_runs == inside.count(False)
    assert found.skipped == len(unreadable)
    assert found.future_runs == sum(score > end for score, _ in newest.values())
    share = 100.0 * inside.count(True) / len(inside) if inside else 100.0
    assert found.uptime_pct == pytest.approx(share, abs=0.05001)


@settings(max_examples=100)
@given(histories, ids)
def test_a_run_by_its_id_is_the_newest_copy(real_store, history, run_id):
    copies = [run for member, _ in newest_first(history) if (run := read(member))]
    wanted = next((run for run in copies if run[0] == run_id), None)
    try:
        run = real_store(history).run(TEST_ID, run_id)
    except LookupError:
        assert wanted is None
    else:
        assert (run.run_id, run.passed, run.fields["copy"]) == wanted


secrets = st.text(st.characters(exclude_categories=["Cs"]), min_size=4, max_size=12)


@given(secrets, values)
def test_no_string_of_a_scrubbed_value_holds_the_secret(secret, value):
    scrubber = Scrubber.hiding([secret])
    nested = [value, secret, {"text": json.dumps([secret]), "more": [secret * 2]}]
    for text in strings_of(scrubber.value(nested)):
        assert secret not in text


def strings_of(value):
    if isinstance(value, str):
        yield value
    for child in value if isinstance(value, list) else ():
        yield from strings_of(child)
    if isinstance(value, dict):
        yield from strings_of(list(value.values()))
