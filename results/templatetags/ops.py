"""Filters of the ops pages: times, lengths, shares, and which texts may be links."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.template import Library
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from results.codec import times
from results.exceptions import BadKey
from results.ops import wording

register = Library()
TIME = '<time datetime="{}" title="{}">{}</time>'

register.filter("duration_ms", wording.duration)
register.filter("time_length", wording.length)
register.filter("percent", wording.percent)
register.filter("is_web_url", wording.is_web_url)


@register.simple_tag
def wrong_type() -> str:
    """What the API says of a key that holds another type than the contract says."""
    return str(BadKey.default_detail)


@register.filter
def ago(time: datetime | None) -> str | SafeString:
    """How long ago; the exact time is there on hover, and for programs."""
    if time is None:
        return wording.NOTHING
    said = wording.ago(time, timezone.now())
    return format_html(TIME, times.to_text(time), wording.exact(time), said)


@register.filter
def moment(time: Any) -> str | SafeString:
    """A time to the second; a writer's text that is none, as it is."""
    found = times.from_text(time) if isinstance(time, str) else time
    if found is None:
        return str(time) if time else wording.NOTHING
    said = wording.exact(found)
    return format_html(TIME, times.to_text(found), said, said)
