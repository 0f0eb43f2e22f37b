"""What a start should be told: system checks with ids, run by `manage.py check`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


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
