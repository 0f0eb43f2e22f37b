"""URLs that name several servers, and what is made of them."""

import pytest
from redis.asyncio.sentinel import SentinelManagedSSLConnection as AsyncManagedSSL
from redis.sentinel import SentinelManagedConnection, SentinelManagedSSLConnection

from results.topology.sentinel import async_master_pool, master_pool
from results.topology.urls import ClusterUrl, SentinelUrl


def sentinel_options(pool):
    return [
        sentinel.connection_pool.connection_kwargs
        for sentinel in pool.sentinel_manager.sentinels
    ]


def test_user_and_options_are_those_of_the_servers():
    url = "redis+sentinel://me:p%2Cw@a,b:7,[::1]:8/Eu.1/3?health_check_interval=9"
    told = SentinelUrl.parse(url)
    assert told.sentinels == (("a", 26379), ("b", 7), ("::1", 8))
    assert told.service == "Eu.1"
    options = master_pool(url).connection_kwargs
    wanted = {"username": "me", "password": "p,w", "db": 3, "health_check_interval": 9}
    assert {name: options[name] for name in wanted} == wanted
    assert all(
        asked.get("password") is None for asked in sentinel_options(master_pool(url))
    )


def test_sentinels_have_a_login_of_their_own():
    url = "redis+sentinel://:pw@a/x?sentinel_username=u&sentinel_password=s"
    pool = master_pool(url)
    assert "sentinel_password" not in pool.connection_kwargs
    (asked,) = sentinel_options(pool)
    assert (asked["username"], asked["password"]) == ("u", "s")


def test_tls_is_spoken_to_the_servers_and_their_sentinels():
    url = "rediss+sentinel://a/x?ssl_ca_certs=/ca.pem"
    for pool, kind in (
        (master_pool(url), SentinelManagedSSLConnection),
        (async_master_pool(url), AsyncManagedSSL),
    ):
        assert pool.connection_class is kind
        (asked,) = sentinel_options(pool)
        assert (
            asked["ssl_ca_certs"] == pool.connection_kwargs["ssl_ca_certs"] == "/ca.pem"
        )
    assert (
        master_pool("redis+sentinel://a/x").connection_class
        is SentinelManagedConnection
    )


def test_no_password_is_shown_by_what_was_parsed():
    url = "redis+sentinel://:hush@a/x?sentinel_password=hush"
    assert "hush" not in repr(SentinelUrl.parse(url))
    assert "hush" not in repr(ClusterUrl.parse("redis+cluster://:hush@a"))


def test_nodes_of_a_cluster():
    told = ClusterUrl.parse("rediss+cluster://u:p@a,b:7/0?ssl_cert_reqs=none")
    assert told.nodes == (("a", 6379), ("b", 7))
    assert told.node_url == "rediss://u:p@cluster?ssl_cert_reqs=none"


def test_a_cluster_has_no_databases():
    with pytest.raises(ValueError, match="may not name a database"):
        ClusterUrl.parse("redis+cluster://a/1")
