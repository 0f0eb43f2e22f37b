"""What REDIS_URL may say; nothing of it is quoted, for it holds a password."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qs, urlsplit

from environs import ValidationError

from results.topology.urls import ClusterUrl, SentinelUrl, is_cluster, is_sentinel

SCHEMES = ("redis", "rediss", "unix")
# In a URL they would overrule the limits and the bytes that the product relies on.
OUR_OPTIONS = {
    "decode_responses",
    "encoding",
    "encoding_errors",
    "retry_on_error",
    "retry_on_timeout",
    "socket_connect_timeout",
    "socket_timeout",
}


def is_redis_url(url: str) -> None:
    """One server, the sentinels of one service, or nodes of a Cluster."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValidationError("is not a URL") from None
    if is_cluster(url):
        _names_several(ClusterUrl, url)
    elif is_sentinel(url):
        _names_several(SentinelUrl, url)
    else:
        _names_a_server(parts)
    if found := OUR_OPTIONS & parse_qs(parts.query, keep_blank_values=True).keys():
        raise ValidationError(f"may not set {', '.join(sorted(found))}")


def _names_several(kind: type[ClusterUrl] | type[SentinelUrl], url: str) -> None:
    try:
        kind.parse(url)
    except ValueError as wrong:
        raise ValidationError(str(wrong)) from None


def _names_a_server(parts: SplitResult) -> None:
    if parts.scheme not in SCHEMES:
        raise ValidationError(
            "must start with redis://, rediss://, unix://, or redis+ or rediss+ and "
            "sentinel:// or cluster://"
        )
    try:
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        raise ValidationError("is not a URL") from None
    is_socket = parts.scheme == "unix"
    if not (parts.path if is_socket else parts.hostname) or not port_is_fine:
        raise ValidationError("names no server")
    if not is_socket and not re.fullmatch(r"/?|/[0-9]{1,4}", parts.path):
        raise ValidationError("must end in the number of a database, like /0")
