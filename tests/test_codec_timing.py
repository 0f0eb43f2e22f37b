"""Timing members: three encodings, told apart by strict patterns."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from results.codec import timing
from results.codec.timing import decode_member, encode_member
from results.domain import CorruptMember
from tests.factories import NOW, NOW_SCORE

UUID = "0e37df36-f698-11e6-8dd4-cb9ced3df976"


@pytest.mark.parametrize(
    ("member", "duration_ms", "run_id"),
    [
        # Ours, and every writer's that follows the plan.
        ("12340:a1b2c3d4", 12340, "a1b2c3d4"),
        ("12340.5:a1b2c3d4", 12340.5, "a1b2c3d4"),
        ("0:a1b2c3d4", 0, "a1b2c3d4"),
        (f"12340:{UUID}", 12340, UUID),
        ("9007199254740992:a1b2c3d4", 2**53, "a1b2c3d4"),
        # Before the fix.
        ("12340", 12340, None),
        ("12340.25", 12340.25, None),
        ("12345678", 12345678, None),
        # The order reversed.
        ("a1b2c3d4:12340", 12340, "a1b2c3d4"),
        (f"{UUID}:12340.5", 12340.5, UUID),
        # A run id that float() would take for a number.
        ("12e45678:12340", 12340, "12e45678"),
        ("12340:12e45678", 12340, "12e45678"),
        # Digits on both sides: eight of them are a run id.
        ("12340:12345678", 12340, "12345678"),
        ("12345678:12340", 12340, "12345678"),
        ("12345678:123456789", 123456789, "12345678"),
        ("12345678:87654321", 12345678, "87654321"),
        ("1234:5678", 1234, "5678"),
        ("00001234:5678", 5678, "00001234"),
        # A fraction belongs to a duration, and a point is no digit.
        ("12345678:12.5", 12.5, "12345678"),
        ("12.5:12345678", 12.5, "12345678"),
        ("5678:12.5", 12.5, "5678"),
        ("12345.67:1.5", 12345.67, "1.5"),
    ],
)
def test_all_three_encodings_are_read(member, duration_ms, run_id):
    point = decode_member(member.encode(), NOW_SCORE)
    assert point == (NOW, duration_ms, run_id)
    assert type(point.duration_ms) is type(duration_ms)


@pytest.mark.parametrize(
    "member",
    [
        "",
        ":",
        "12340:",
        ":12340",
        "a1b2c3d4",
        "12e45678",
        "nan",
        "inf",
        "nan:a1b2c3d4",
        "a1b2c3d4:nan",
        "NaN:12340",
        "12340:nan",
        "12340:inf",
        "-inf:12340",
        "-5",
        "-5:a1b2c3d4",
        "a1b2c3d4:-5",
        "-5:12340",
        "+5:12340",
        "1e3:a1b2c3d4",
        "1_000:a1b2c3d4",
        "1.:a1b2c3d4",
        ".5:a1b2c3d4",
        " 5:a1b2c3d4",
        "٣٤:a1b2c3d4",
        "12:34:56",
        f"12340:{'x' * 65}",
        "12340:a\nb",
        "9007199254740993:a1b2c3d4",
        "99999999999999999999:a1b2c3d4",
    ],
)
def test_what_is_none_of_them_is_corrupt(member):
    with pytest.raises(CorruptMember):
        decode_member(member.encode(), NOW_SCORE)


def test_bytes_that_are_no_text_are_corrupt():
    with pytest.raises(CorruptMember):
        decode_member(b"12340:\xff", NOW_SCORE)


def test_an_impossible_score_gives_a_point_without_a_time():
    assert decode_member(b"12340:a1b2c3d4", -1).timestamp is None


@pytest.mark.parametrize(
    ("duration_ms", "run_id", "member"),
    [
        (12340, "a1b2c3d4", "12340:a1b2c3d4"),
        (0, "a1b2c3d4", "0:a1b2c3d4"),
        (12340.5, "a1b2c3d4", "12340.5:a1b2c3d4"),
        (0.00001, "a1b2c3d4", "0.00001:a1b2c3d4"),
        # Digits that would be read as the run id have a fraction.
        (12345678, "1234567", "12345678.0:1234567"),
    ],
)
def test_ours_is_the_duration_and_the_run_id(duration_ms, run_id, member):
    assert encode_member(duration_ms, run_id) == member


@pytest.mark.parametrize("run_id", ["nan", "-5", "a:b"])
def test_an_id_that_reads_as_a_broken_member_is_refused(run_id):
    with pytest.raises(ValueError):
        encode_member(12340, run_id)


def test_random_members_of_all_encodings_below_2_8_hours_are_read_right():
    rng = random.Random(20260216)
    wrong = 0
    for _ in range(30_000):
        duration_ms = int(10 ** rng.uniform(0, 7))
        run_id = f"{rng.getrandbits(32):08x}"
        for member, known_id in (
            (f"{duration_ms}:{run_id}", run_id),
            (f"{duration_ms}", None),
            (f"{run_id}:{duration_ms}", run_id),
        ):
            point = decode_member(member.encode(), NOW_SCORE)
            wrong += (point.duration_ms, point.run_id) != (duration_ms, known_id)
    assert wrong == 0


halves = st.from_regex(
    r"[0-9]{1,17}|[0-9a-f-]{1,12}|[0-9]{8}|nan|[0-9]{1,3}\.[0-9]", fullmatch=True
)


@given(halves, halves)
@settings(max_examples=300)
def test_the_usual_member_is_read_as_the_patterns_say(left, right):
    member = f"{left}:{right}".encode()
    with pytest.MonkeyPatch.context() as patch:
        quick = decoded_or_none(member)
        patch.setattr(timing, "_USUAL", re.compile(b"(?!)"))
        assert decoded_or_none(member) == quick


def decoded_or_none(member):
    try:
        return timing.decode_member(member, 1.0)
    except CorruptMember:
        return None
