"""`/feed.atom` over all tests, and that of one."""

from __future__ import annotations

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from results.analysis.outage_causes import OutageQuestion
from results.analysis.ranges import TimeRange
from results.connection import data_repository
from results.endpoints import ENDPOINTS, mounted, outages_href
from results.outlets.examples import FEED
from results.outlets.feed import MOST_OUTAGES, Channel, OutageFeed, entries
from results.outlets.plain_answers import BytesRenderer, PlainAnswer
from results.published import BYTES, PlainBody


class AtomRenderer(BytesRenderer):
    media_type = "application/atom+xml"
    format = "atom"
    charset = "utf-8"


class FeedView(PlainAnswer):
    """The newest 50 outages of all tests as an Atom feed.

    An entry when an outage begins, and another when it is over: readers show an entry
    only once.
    """

    operation_id = "get_outage_feed"
    renderer_classes = [AtomRenderer]
    never_answers = frozenset({406})
    answers = {"application/atom+xml": PlainBody(BYTES, "An Atom feed.", FEED)}

    def get(self, request: Request, test_id: str | None = None) -> Response:
        channel = _channel(test_id)
        feed = OutageFeed().get_feed(channel, request._request)
        return Response(feed.writeString("utf-8").encode())


class TestFeedView(FeedView):
    """The newest 50 outages of a test as an Atom feed: begun, and over."""

    __test__ = False
    operation_id = "get_test_outage_feed"


def _channel(test_id: str | None) -> Channel:
    repository, now = data_repository(), timezone.now()
    asked = OutageQuestion(TimeRange.between(None, None, now))
    if test_id is None:
        told = repository.all_outages(None, asked, now)[:MOST_OUTAGES]
        tests = repository.defined({row.test_id for row in told})
        hrefs = (mounted(ENDPOINTS["feed_all"]), mounted(ENDPOINTS["outages_all"]))
        return Channel("Outages of all tests", *hrefs, entries(told, tests))
    told = repository.outages(test_id, asked, now)[:MOST_OUTAGES]
    test = repository.test(test_id)
    href = mounted(ENDPOINTS["feed"].format(test_id=test_id))
    title = f"Outages of {test.name or test_id}"
    found = entries(told, {test_id: test})
    return Channel(title, href, outages_href(test_id), found)
