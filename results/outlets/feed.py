"""Outages as an Atom feed: an entry when one begins, and another when it is over.

Readers show an entry once, so that a changed one would tell nobody of the end.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from django.contrib.syndication.views import Feed
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from results.analysis.outage_causes import ToldOutage
from results.domain import SyntheticTest
from results.endpoints import outages_href, run_href
from results.spoken import spoken

MOST_OUTAGES = 50
# Ids must stay the same wherever the product is found.
_NAMESPACE = uuid.UUID("6f1d9d0a-9a53-4a0e-9c8c-3c1d7a5f2b10")
# What XML cannot hold; stored text may.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BEGINNING = datetime(1970, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True, slots=True)
class Entry:
    """The beginning of an outage, or its end (`is_over`)."""

    told: ToldOutage
    name: str
    at: datetime
    is_over: bool

    @property
    def title(self) -> str:
        if self.is_over:
            return f"Recovered: {self.name}, after {spoken(self.told.outage.duration)}"
        return f"Down: {self.name}"

    @property
    def summary(self) -> str:
        outage = self.told.outage
        said = self.told.error or "No error was stored."
        if self.is_over:
            runs = "run" if outage.failed_runs == 1 else "runs"
            return f"{outage.failed_runs} failed {runs}. It began with: {said}"
        return said

    @property
    def href(self) -> str:
        """The run that it is about, or the outages where no path can name that."""
        outage = self.told.outage
        run_id = outage.recovery_id if self.is_over else outage.id
        href = run_href(self.told.test_id, run_id)
        return href or outages_href(self.told.test_id)

    @property
    def id(self) -> str:
        which = "over" if self.is_over else "begun"
        name = f"{self.told.test_id}/{self.told.outage.id}/{which}"
        return uuid.uuid5(_NAMESPACE, name).urn


@dataclass(frozen=True, slots=True)
class Channel:
    """What one feed is about: its title, its address, where to read on, its entries."""

    title: str
    feed_href: str
    href: str
    entries: tuple[Entry, ...]


def entries(
    told: Iterable[ToldOutage], tests: Mapping[str, SyntheticTest]
) -> tuple[Entry, ...]:
    """Beginnings and ends of the outages, newest first."""
    found = []
    for row in told:
        test = tests.get(row.test_id)
        name = test.name if test and test.name else row.test_id
        found.append(Entry(row, name, row.outage.started_at, is_over=False))
        if row.outage.ended_at is not None:
            found.append(Entry(row, name, row.outage.ended_at, is_over=True))
    return tuple(sorted(found, key=lambda e: (e.at, e.is_over, e.id), reverse=True))


class _Atom(Atom1Feed):
    def latest_post_date(self) -> datetime:
        """Without an entry not now: a feed in which nothing changes stays the same."""
        return super().latest_post_date() if self.items else _BEGINNING


class OutageFeed(Feed):  # type: ignore[type-arg]
    """Django's view of a feed, used for what it makes of a channel."""

    feed_type = _Atom
    author_name = "Synthetic monitoring results"

    def title(self, channel: Channel) -> str:
        return fit(channel.title)

    def link(self, channel: Channel) -> str:
        return channel.href

    def feed_url(self, channel: Channel) -> str:
        return channel.feed_href

    def items(self, channel: Channel) -> tuple[Entry, ...]:
        return channel.entries

    def item_title(self, item: Any) -> str:
        return fit(item.title)

    # Of all these, only summaries are HTML to readers, and what was stored is text.
    def item_description(self, item: Any) -> str:
        return escape(fit(item.summary))

    def item_link(self, item: Entry) -> str:
        return item.href

    def item_guid(self, item: Entry) -> str:
        return item.id

    def item_pubdate(self, item: Entry) -> datetime:
        return item.at

    def item_updateddate(self, item: Entry) -> datetime:
        return item.at


def fit(text: str) -> str:
    """The text without what XML cannot hold."""
    return _UNFIT.sub("\ufffd", text)
