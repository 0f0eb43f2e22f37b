"""Reads a page as a browser would: tags, links, inputs, text; nothing is guessed."""

from __future__ import annotations

from html.parser import HTMLParser

# What browsers send when somebody types an address.
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
VOID = {"meta", "link", "input", "img", "br"}


class PageReader(HTMLParser):
    """`tags` in order as (name, attributes); `links` from text to address."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == [], "every element is closed"

    def handle_starttag(self, tag, attrs):
        assert len({name for name, _ in attrs}) == len(attrs), "no attribute twice"
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        # Paragraphs and such may not be left open: a hostile text would show here.
        assert self._open.pop() == tag

    def handle_data(self, data):
        if data.strip():
            self.texts.append((self._open[-1] if self._open else "", data))

    @property
    def text(self) -> str:
        return " ".join(" ".join(data for _, data in self.texts).split())

    def named(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every element of that name."""
        return [attrs for name, attrs in self.tags if name == tag]

    @property
    def hrefs(self) -> list[str]:
        return [attrs["href"] or "" for attrs in self.named("a")]

    @property
    def inputs(self) -> dict[str, dict[str, str | None]]:
        """The form's fields by name."""
        fields = self.named("input") + self.named("select")
        return {str(attrs["name"]): attrs for attrs in fields}


def read_page(api, path: str, status: int = 200) -> PageReader:
    """The page at `path`, as a browser asks for it."""
    response = api.get(path, HTTP_ACCEPT=BROWSER)
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "text/html; charset=utf-8"
    return PageReader(response.content.decode())
