"""The environment: defaults, types, and bad values named all at once."""

from dataclasses import fields
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from monitor.environment import (
    BASE_DIR,
    LOOPBACK_HOSTS,
    VARIABLES,
    Environment,
    read_environment,
)

GIVEN = "given-0123456789-0123456789-0123456789-0123456789-xyz"
DIGEST, OTHER = "0" * 64, "f" * 64


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def read_with(monkeypatch, **variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return read_environment()


def test_nothing_has_to_be_set():
    found = read_environment()
    assert found == Environment(
        redis_url=None,
        redis_key_prefix="",
        redis_key_layout="plain",
        run_index="auto",
        var_dir=BASE_DIR / "var",
        secret_key=found.secret_key,
        database_url=found.database_url,
        ops_public=False,
        debug=False,
        allowed_hosts=LOOPBACK_HOSTS,
        allow_any_host=False,
        https_only=False,
        api_keys=[],
        public_badges=False,
        live_token_seconds=300,
        throttle_rate="",
        num_proxies=0,
        cors_allowed_origins=["*"],
        cors_allow_credentials=False,
        log_level="INFO",
        live_replay_entries=50,
        live_keepalive_seconds=15.0,
        live_idle_close_seconds=300.0,
        live_send_seconds=30.0,
        live_max_listeners=5000,
        live_max_per_address=500,
        live_max_per_test=0,
    )


def test_accounts_are_beside_the_store_unless_a_database_is_named(monkeypatch):
    kept = read_with(monkeypatch, VAR_DIR="/srv/a var%20").database_url
    assert kept["ENGINE"] == "django.db.backends.sqlite3"
    assert kept["NAME"] == "/srv/a var%20/accounts.sqlite3"
    named = read_with(monkeypatch, DATABASE_URL="postgres://ops:pw@db/x").database_url
    assert named["ENGINE"] == "django.db.backends.postgresql"
    assert (named["USER"], named["HOST"], named["NAME"]) == ("ops", "db", "x")


def test_every_variable_is_a_field_and_every_field_a_variable():
    assert [field.name.upper() for field in fields(Environment)] == list(VARIABLES)


def test_a_secret_key_that_was_not_set_is_new_at_every_start():
    first, second = read_environment(), read_environment()
    assert first.secret_key != second.secret_key
    assert len(first.secret_key) >= 50


def test_values_are_typed(monkeypatch):
    found = read_with(
        monkeypatch,
        REDIS_URL="rediss://user:pw@redis.example.com:6380/2",
        REDIS_KEY_PREFIX="eu:",
        REDIS_KEY_LAYOUT="tagged",
        RUN_INDEX="off",
        VAR_DIR="/srv/var",
        SECRET_KEY=GIVEN,
        DATABASE_URL="postgres://ops:pw@db.example/accounts",
        OPS_PUBLIC="false",
        DEBUG="false",
        ALLOWED_HOSTS="a.example.com, b.example.com",
        ALLOW_ANY_HOST="true",
        HTTPS_ONLY="1",
        API_KEYS=f"a:{DIGEST}, b:{OTHER}",
        PUBLIC_BADGES="true",
        LIVE_TOKEN_SECONDS="60",
        THROTTLE_RATE="600/minute",
        NUM_PROXIES="1",
        CORS_ALLOW_CREDENTIALS="true",
        CORS_ALLOWED_ORIGINS="https://app.example.com, https://b.example.com",
        LOG_LEVEL="WARNING",
        LIVE_REPLAY_ENTRIES="0",
        LIVE_KEEPALIVE_SECONDS="0.5",
        LIVE_IDLE_CLOSE_SECONDS="60",
        LIVE_SEND_SECONDS="5",
        LIVE_MAX_LISTENERS="10",
        LIVE_MAX_PER_ADDRESS="0",
        LIVE_MAX_PER_TEST="7",
    )
    assert found == Environment(
        redis_url="rediss://user:pw@redis.example.com:6380/2",
        redis_key_prefix="eu:",
        redis_key_layout="tagged",
        run_index="off",
        var_dir=Path("/srv/var"),
        secret_key=GIVEN,
        database_url=found.database_url,
        ops_public=False,
        debug=False,
        allowed_hosts=["a.example.com", "b.example.com"],
        allow_any_host=True,
        https_only=True,
        api_keys=[f"a:{DIGEST}", f"b:{OTHER}"],
        public_badges=True,
        live_token_seconds=60,
        throttle_rate="600/minute",
        num_proxies=1,
        cors_allow_credentials=True,
        cors_allowed_origins=["https://app.example.com", "https://b.example.com"],
        log_level="WARNING",
        live_replay_entries=0,
        live_keepalive_seconds=0.5,
        live_idle_close_seconds=60.0,
        live_send_seconds=5.0,
        live_max_listeners=10,
        live_max_per_address=0,
        live_max_per_test=7,
    )


@pytest.mark.parametrize(
    "url",
    [
        "redis://localhost",
        "redis://localhost/",
        "redis://localhost:6379/0",
        "redis://:pw@127.0.0.1:6379/15",
        "redis://[::1]:6379",
        "rediss://redis.example.com?ssl_cert_reqs=none",
        "unix:///run/redis.sock",
        "unix:///run/redis.sock?db=1",
        "redis+sentinel://one,two:26380,[::1]:26379/checks",
        "redis+sentinel://user:p%2Cw@one/Checks.eu-1/2?sentinel_password=x",
        "rediss+sentinel://:pw@one.example:26379/checks/0?ssl_cert_reqs=none",
        "redis+cluster://one:6379,two",
        "rediss+cluster://user:pw@one.example:7000/0?ssl_cert_reqs=none",
    ],
)
def test_these_are_urls_of_a_redis(monkeypatch, url):
    assert read_with(monkeypatch, REDIS_URL=url).redis_url == url


@pytest.mark.parametrize(
    ("name", "value"),
    [
        # Set and empty is a secret that did not arrive, not a wish for a store of ours.
        ("REDIS_URL", ""),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "http://localhost:6379"),
        ("REDIS_URL", "redis://"),
        ("REDIS_URL", "redis://:6379"),
        ("REDIS_URL", "redis://localhost:port"),
        ("REDIS_URL", "redis://localhost:99999"),
        ("REDIS_URL", "redis://localhost:0"),
        ("REDIS_URL", "redis://[::1"),
        ("REDIS_URL", "redis://localhost/production"),
        ("REDIS_URL", "redis://localhost/0?socket_timeout=60"),
        ("REDIS_URL", "redis://localhost?decode_responses=1"),
        ("REDIS_URL", "unix://"),
        ("REDIS_URL", "redis+sentinel://one:26379"),
        ("REDIS_URL", "redis+sentinel://one:26379/0/checks"),
        ("REDIS_URL", "redis+sentinel:///checks/0"),
        ("REDIS_URL", "redis+sentinel://one:26379,/checks/0"),
        ("REDIS_URL", "redis+sentinel://one:99999/checks/0"),
        ("REDIS_URL", "redis+sentinel://one:0/checks/0"),
        ("REDIS_URL", "redis+sentinel://one/checks/0?socket_timeout=60"),
        ("REDIS_URL", "sentinel://one/checks/0"),
        ("REDIS_URL", "redis+cluster://"),
        ("REDIS_URL", "redis+cluster://one:6379,"),
        ("REDIS_URL", "redis+cluster://one/1"),
        ("REDIS_URL", "redis+cluster://one?socket_timeout=60"),
        ("REDIS_KEY_PREFIX", "a b"),
        ("REDIS_KEY_PREFIX", "{a}"),
        ("REDIS_KEY_PREFIX", "x" * 65),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "nothing"),
        ("DATABASE_URL", "redis://localhost"),
        ("OPS_PUBLIC", "perhaps"),
        ("REDIS_KEY_LAYOUT", "braces"),
        ("DEBUG", "perhaps"),
        ("HTTPS_ONLY", "perhaps"),
        ("API_KEYS", ""),
        ("API_KEYS", "frontend"),
        ("API_KEYS", f"a:{DIGEST},a:{OTHER}"),
        ("LIVE_TOKEN_SECONDS", "0"),
        ("THROTTLE_RATE", "600"),
        ("NUM_PROXIES", "-1"),
        ("ALLOWED_HOSTS", ""),
        ("ALLOWED_HOSTS", "http://monitor.example/"),
        ("ALLOWED_HOSTS", "monitor.example:8000"),
        ("CORS_ALLOWED_ORIGINS", "app.example"),
        ("CORS_ALLOWED_ORIGINS", "https://app.example/path"),
        ("LOG_LEVEL", "LOUD"),
        ("LIVE_REPLAY_ENTRIES", "many"),
        ("LIVE_REPLAY_ENTRIES", "-1"),
        ("LIVE_REPLAY_ENTRIES", "501"),
        ("LIVE_REPLAY_ENTRIES", "1.5"),
        ("LIVE_KEEPALIVE_SECONDS", "0"),
        ("LIVE_KEEPALIVE_SECONDS", "nan"),
        ("LIVE_IDLE_CLOSE_SECONDS", "inf"),
        ("LIVE_IDLE_CLOSE_SECONDS", "soon"),
    ],
)
def test_a_bad_value_stops_the_start_by_name(monkeypatch, name, value):
    with pytest.raises(ImproperlyConfigured) as caught:
        read_with(monkeypatch, **{name: value})
    assert str(caught.value).startswith(f"bad environment variables:\n  {name}: ")


def test_all_bad_values_are_reported_together(monkeypatch):
    with pytest.raises(ImproperlyConfigured) as caught:
        read_with(monkeypatch, REDIS_URL="http://x", LOG_LEVEL="LOUD", DEBUG="perhaps")
    lines = str(caught.value).splitlines()
    assert [line.split(":")[0].strip() for line in lines[1:]] == [
        "DEBUG",
        "LOG_LEVEL",
        "REDIS_URL",
    ]


def test_a_report_shows_no_value(monkeypatch):
    with pytest.raises(ImproperlyConfigured) as caught:
        read_with(monkeypatch, REDIS_URL="http://:hunter2@localhost")
    assert "hunter2" not in str(caught.value)
    assert caught.value.__suppress_context__


NAMED = {"ALLOWED_HOSTS": "monitor.example"}
KEYS = {"API_KEYS": f"a:{DIGEST}"}


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("SECRET_KEY", NAMED),
        ("SECRET_KEY", NAMED | {"SECRET_KEY": "x" * 49}),
        ("SECRET_KEY", NAMED | {"SECRET_KEY": "abcd" * 20}),
        ("SECRET_KEY", KEYS),
        ("DEBUG", NAMED | {"SECRET_KEY": GIVEN, "DEBUG": "true"}),
        ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": "*", "SECRET_KEY": GIVEN}),
        ("OPS_PUBLIC", KEYS | {"SECRET_KEY": GIVEN, "OPS_PUBLIC": "true"}),
        ("CORS_ALLOW_CREDENTIALS", {"CORS_ALLOW_CREDENTIALS": "true"}),
    ],
)
def test_what_does_not_go_together_stops_the_start_by_name(monkeypatch, name, given):
    with pytest.raises(ImproperlyConfigured) as caught:
        read_with(monkeypatch, **given)
    (line,) = str(caught.value).splitlines()[1:]
    assert line.startswith(f"  {name}: ") and "abcd" not in line


@pytest.mark.parametrize(
    "given",
    [
        NAMED | {"SECRET_KEY": GIVEN},
        KEYS | {"SECRET_KEY": GIVEN},
        {"ALLOWED_HOSTS": "*", "ALLOW_ANY_HOST": "true", "SECRET_KEY": GIVEN},
        {"DEBUG": "true", "ALLOWED_HOSTS": "localhost"},
    ],
)
def test_what_goes_together_starts(monkeypatch, given):
    assert read_with(monkeypatch, **given)
