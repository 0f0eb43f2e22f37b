"""Values on the ops pages are words that people use."""

from datetime import datetime, timedelta, timezone

import pytest

from results.ops import wording
from results.templatetags import ops
from tests.factories import NOW


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "now"),
        (1, "1 second ago"),
        (89, "89 seconds ago"),
        (90, "2 minutes ago"),
        (3_600, "60 minutes ago"),
        (5_400, "2 hours ago"),
        (36 * 3_600, "2 days ago"),
        (5_000 * 86_400, "5,000 days ago"),
        (-120, "in 2 minutes"),
    ],
)
def test_a_time_is_told_from_now_in_one_unit(seconds, said):
    assert wording.ago(NOW - timedelta(seconds=seconds), NOW) == said


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        (None, "–"),
        (0, "0 ms"),
        (999, "999 ms"),
        (12_340, "12.3 s"),
        (125_000, "2 min 5 s"),
        (3_840_000, "1 h 4 min"),
        (190_800_000, "2 d 5 h"),
    ],
)
def test_a_duration_is_told_in_its_two_largest_units(ms, said):
    assert wording.duration(ms) == said


@pytest.mark.parametrize(
    ("time", "said"),
    [(None, "–"), (timedelta(seconds=44.6), "45 s"), (timedelta(days=2), "2 d 0 h")],
)
def test_a_length_of_time_is_told_likewise(time, said):
    assert wording.length(time) == said


@pytest.mark.parametrize(
    ("share", "said"),
    [(None, "–"), (100.0, "100 %"), (99.987, "99.987 %"), (0.0, "0 %")],
)
def test_a_share_is_not_rounded_again(share, said):
    assert wording.percent(share) == said


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("https://myapp.com/login?a=b", True),
        ("HTTP://myapp.com", True),
        ("javascript:alert(1)", False),
        ("//evil.example", False),
        (" https://myapp.com", False),
        ("https://myapp.com\\@evil.example", False),
        ("https://my app.com", False),
        ("https://", False),
        ("data:text/html,x", False),
        (None, False),
        (7, False),
    ],
)
def test_only_a_web_address_may_be_a_link(text, may):
    assert wording.is_web_url(text) is may


def test_a_moment_is_exact_and_a_text_that_is_none_stays_text():
    time = datetime(2026, 2, 14, 10, 0, 1, tzinfo=timezone.utc)
    shown = '<time datetime="2026-02-14T10:00:01Z" title="14 Feb 2026, 10:00:01 UTC">'
    assert ops.moment(time).startswith(shown)
    assert ops.moment("2026-02-14T10:00:01+00:00") == ops.moment(time)
    assert ops.moment("<b>yesterday") == "<b>yesterday"
    assert not hasattr(ops.moment("<b>yesterday"), "__html__")
    assert ops.moment(None) == ops.ago(None) == "–"


def test_how_long_ago_is_there_with_the_exact_time():
    time = datetime(2026, 2, 14, 10, 0, 1, tzinfo=timezone.utc)
    shown = ops.ago(time)
    assert 'title="14 Feb 2026, 10:00:01 UTC"' in shown and "days ago" in shown
