"""`docs/RELIABILITY.md` is what the generator makes of the rows, and claims no more."""

import pytest

from benchmarks.reliability import page, rows
from benchmarks.reliability.lanes import lanes
from benchmarks.reliability.rows import Row

KINDS = {"title": "Cut", "setting": "appendfsync always", "fault": "power cut"}
COUNTS = {"lost": 0, "acknowledged": 10003, "p99_ms": 3.14159}


def a_row(**changed):
    says = "{lost} of {acknowledged} acknowledged runs lost"
    fields = {"test": "cut", "says": says, "counts": COUNTS, "duration_seconds": 61.4}
    return Row(**{**KINDS, **fields, **changed})


def test_the_page_is_made_of_the_rows():
    assert page.PAGE.read_text() == page.rendered(rows.read())


def test_every_row_was_stamped_and_holds_what_was_asked():
    for row in rows.read():
        assert row.commit and row.date, row.test
        assert row.met is not False, row.sentence()


def test_a_row_says_its_counts():
    assert a_row().sentence() == "0 of 10,003 acknowledged runs lost"
    assert a_row(says="p99 {p99_ms} ms").sentence() == "p99 3.14 ms"


@pytest.mark.parametrize(
    "claim", ["no data loss", "crash-proof", "it never loses", "highly available"]
)
def test_a_claim_that_no_test_can_show_is_refused(claim):
    with pytest.raises(ValueError, match="claims too much"):
        a_row(says=claim)


def test_a_sentence_with_a_figure_that_nobody_counted_is_refused():
    with pytest.raises(KeyError, match="torn"):
        a_row(says="{torn} torn")


@pytest.mark.parametrize("name", ["", "Cut", "a b", "a\n"])
def test_a_name_is_plain(name):
    with pytest.raises(ValueError, match="not a row's name"):
        a_row(test=name)


def test_a_later_run_replaces_its_row_and_no_other(tmp_path):
    stored = tmp_path / "results.json"
    rows.keep(a_row(), stored)
    rows.keep(a_row(test="kill"), stored)
    rows.keep(a_row(counts={**COUNTS, "acknowledged": 7}), stored)
    found = rows.read(stored)
    assert [row.test for row in found] == ["cut", "kill"]
    assert found[0].sentence() == "0 of 7 acknowledged runs lost"
    assert found[0].commit and found[0].date


def test_a_cell_cannot_break_the_table():
    assert "a \\| b" in page.rendered([a_row(title="a | b")])


def test_a_miss_is_told():
    assert "| **no** |" in page.rendered([a_row(asked="0 lost", met=False)])


def test_lanes_are_named_like_rows():
    for name in lanes():
        assert a_row(test=name)
