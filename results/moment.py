"""The moment that an answer is as of."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

_SECOND = timedelta(seconds=1)


def this_second() -> datetime:
    """The end of the running second, so that answers within it are alike: whoever asks
    again has a 304. Its start would leave out a run of just now."""
    now = timezone.now()
    whole = now.replace(microsecond=0)
    return whole if whole == now else whole + _SECOND
