"""The page of benchmark results: each command replaces its own section only."""

import pytest

from benchmarks.results_page import circumstances, table, write_section


@pytest.fixture
def page(tmp_path):
    return tmp_path / "RESULTS.md"


def test_a_first_section_makes_the_page(page):
    write_section("reads", "Reads", "figures", page)
    text = page.read_text()
    assert text.startswith("# Benchmark results\n")
    assert "## Reads\n" in text and "\nfigures\n<!-- end reads -->\n" in text


def test_writing_again_replaces_that_section_and_nothing_else(page):
    for name in ("reads", "live", "serving"):
        write_section(name, name.title(), f"old {name}", page)
    write_section("live", "Live", "new\n\nfigures", page)
    text = page.read_text()
    assert "old live" not in text and text.count("## Live") == 1
    places = [text.index(part) for part in ("old reads", "new", "old serving")]
    assert places == sorted(places)


def test_writing_the_same_twice_changes_only_the_circumstances(page):
    write_section("reads", "Reads", "figures", page)
    before = page.read_text().splitlines()
    write_section("reads", "Reads", "figures", page)
    after = page.read_text().splitlines()
    assert len(before) == len(after)
    changed = [a for a, b in zip(before, after) if a != b]
    assert all(line.startswith("_") for line in changed)


def test_a_section_says_when_where_and_at_which_commit(page):
    write_section("reads", "Reads", "figures", page)
    assert "UTC, commit " in page.read_text()
    assert " cores, " in circumstances() and "Python 3" in circumstances()


@pytest.mark.parametrize("name", ["", "Reads", "a b", "-->", "x\n"])
def test_a_name_that_could_break_the_marks_is_refused(page, name):
    with pytest.raises(ValueError, match="not a section's name"):
        write_section(name, "Reads", "figures", page)
    assert not page.exists()


def test_a_table_has_its_figures_to_the_right():
    assert table(["of", "ms"], [["one", 1.5]]) == "\n".join(
        ["| of | ms |", "| :-- | --: |", "| one | 1.5 |"]
    )
