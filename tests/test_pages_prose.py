"""What a page says about itself: words, not the source they are written in."""

from results.browsable.prose import paragraphs
from tests.factories import TEST_ID, store_test
from tests.page_reading import read_page


def test_lines_of_the_source_are_one_paragraph_until_an_empty_one():
    assert (
        paragraphs("One\n  and two.\n\n  Three\n") == "<p>One and two.</p><p>Three</p>"
    )
    assert paragraphs("") == ""


def test_what_is_quoted_is_code_and_markup_is_text():
    assert paragraphs("`a_s` <b> `<i>`") == (
        "<p><code>a_s</code> &lt;b&gt; <code>&lt;i&gt;</code></p>"
    )
    assert paragraphs("one ` alone") == "<p>one ` alone</p>"


def test_a_page_shows_no_backtick_and_no_break(api, redis_client):
    store_test(redis_client)
    page = read_page(api, f"/api/tests/{TEST_ID}/timing/stats")
    assert "tz" in [text for tag, text in page.texts if tag == "code"]
    assert not page.named("br") and "`" not in page.text
