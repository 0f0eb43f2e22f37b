"""URLs that name several servers: those of a Sentinel deployment, and of a Cluster.

`redis+sentinel://[user:password@]host:port[,host:port...]/service/db` names sentinels;
user, password and options are those of the servers that they watch, but for
`sentinel_username` and `sentinel_password`. `redis+cluster://[user:password@]host:port
[,host:port...]` names nodes. With `rediss+` everything is spoken to in TLS.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

from redis.connection import parse_url

SENTINEL_SCHEMES = {"redis+sentinel": "redis", "rediss+sentinel": "rediss"}
CLUSTER_SCHEMES = {"redis+cluster": "redis", "rediss+cluster": "rediss"}
SENTINEL_PORT = 26379
CLUSTER_PORT = 6379
SENTINEL_LOGIN = {"sentinel_username": "username", "sentinel_password": "password"}

_HOST = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9_.-]+))(?::([0-9]{1,5}))?")
_SERVICE = re.compile(r"/([A-Za-z0-9_.-]+)(/[0-9]{0,4})?")

Host = tuple[str, int]


@dataclass(frozen=True, slots=True)
class SentinelUrl:
    """Who is asked for the master of which service, and how that is spoken to.

    `server_url` is the master's, with the service where its host would be.
    """

    sentinels: tuple[Host, ...]
    service: str
    server_url: str = field(repr=False)
    login: dict[str, str] = field(repr=False)

    @classmethod
    def parse(cls, url: str) -> SentinelUrl:
        """Raises `ValueError` with a sentence that quotes nothing of the URL."""
        parts = urlsplit(url)
        user, _, hosts = parts.netloc.rpartition("@")
        path = _SERVICE.fullmatch(parts.path)
        if not path:
            raise ValueError(
                "must name the service behind its sentinels, like /checks/0"
            )
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
        login = {
            SENTINEL_LOGIN[n]: options.pop(n) for n in SENTINEL_LOGIN if n in options
        }
        scheme = SENTINEL_SCHEMES[parts.scheme]
        server = f"{scheme}://{user}{'@' if user else ''}{path[1]}{path[2] or ''}"
        return cls(
            hosts_of(hosts, SENTINEL_PORT),
            path[1],
            f"{server}?{urlencode(options)}" if options else server,
            login,
        )


@dataclass(frozen=True, slots=True)
class ClusterUrl:
    """The nodes that are asked first; `node_url` is one's, as redis-py reads it."""

    nodes: tuple[Host, ...]
    node_url: str = field(repr=False)

    @classmethod
    def parse(cls, url: str) -> ClusterUrl:
        """Raises `ValueError` with a sentence that quotes nothing of the URL."""
        parts = urlsplit(url)
        user, _, hosts = parts.netloc.rpartition("@")
        if parts.path not in ("", "/", "/0"):
            raise ValueError("may not name a database: a Cluster has one, /0")
        nodes = hosts_of(hosts, CLUSTER_PORT)
        scheme = CLUSTER_SCHEMES[parts.scheme]
        node = f"{scheme}://{user}{'@' if user else ''}cluster"
        return cls(nodes, f"{node}?{parts.query}" if parts.query else node)


def is_sentinel(url: str) -> bool:
    """Whether its sentinels say where the server is."""
    return urlsplit(url).scheme in SENTINEL_SCHEMES


def is_cluster(url: str) -> bool:
    """Whether the keys are spread over several nodes."""
    return urlsplit(url).scheme in CLUSTER_SCHEMES


def hosts_of(text: str, default_port: int) -> tuple[Host, ...]:
    """Hosts with ports; raises `ValueError` where one is none, or there is none."""
    found = [_HOST.fullmatch(host) for host in text.split(",")]
    hosts = [(m[1] or m[2], int(m[3] or default_port)) for m in found if m]
    if len(hosts) < len(found) or not all(0 < port < 65536 for _, port in hosts):
        raise ValueError("must name servers, like host:port,host:port")
    return tuple(hosts)


def options_of(server_url: str) -> dict[str, object]:
    """What redis-py reads from such a URL, without the host that it does not have."""
    options: dict[str, object] = cast(Any, parse_url)(server_url)
    del options["host"]
    return options
