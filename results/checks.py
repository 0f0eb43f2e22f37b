"""What a start should be told: system checks with ids, run by `manage.py check`."""

from __future__ import annotations

import inspect
from typing import Any

from asgiref.sync import ThreadSensitiveContext
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


@register(Tags.security, deploy=True)
def a_redis_of_its_own(**_kwargs: Any) -> list[CheckMessage]:
    """The embedded store is for one machine; production names its Redis."""
    if settings.REDIS_URL:
        return []
    return [
        Warning(
            "REDIS_URL is not set.",
            hint="Set REDIS_URL to the Redis that your writer stores its runs in.",
            id="results.W001",
        )
    ]


@register(Tags.security, deploy=True)
def hosts_are_named(**_kwargs: Any) -> list[CheckMessage]:
    """`ALLOWED_HOSTS=*` lets a request choose the host in our links."""
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    return [
        Warning(
            "ALLOWED_HOSTS allows every host.",
            hint="Name the hosts that clients use, separated by commas.",
            id="results.W002",
        )
    ]


@register(Tags.compatibility)
def threads_can_be_shared(**_kwargs: Any) -> list[CheckMessage]:
    """Without the argument every open stream would hold a thread of its own."""
    if "executor" in inspect.signature(ThreadSensitiveContext.__init__).parameters:
        return []
    return [
        Error(
            "asgiref is too old for live streams.",
            hint="Install asgiref 3.13 or newer, as requirements.txt does.",
            id="results.E001",
        )
    ]


@register(Tags.compatibility)
def streams_have_a_renderer(**_kwargs: Any) -> list[CheckMessage]:
    """An EventSource accepts one media type: without it, it gets a 406."""
    # Not while the applications are still being set up.
    from results.live.stream_view import EVENT_STREAM, StreamViewSet

    media_types = [renderer.media_type for renderer in StreamViewSet.renderer_classes]
    if EVENT_STREAM in media_types:
        return []
    return [
        Error(
            "No renderer of the live streams renders text/event-stream.",
            hint="Keep results.live.renderers.SseRenderer in renderer_classes.",
            id="results.E002",
        )
    ]
