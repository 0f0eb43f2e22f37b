"""The environment variables that shape the product, read once and typed.

Every bad value is reported at once, by name: `environs` collects them while the
fields are read and `seal()` raises. The README's table of settings is compared
with `VARIABLES` by a test.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import quote

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvValidationError, ValidationError, validate

from monitor.contradictions import contradictions
from monitor.redis_url import is_redis_url
from monitor.rules import are_api_keys, are_hosts, are_origins, is_rate

BASE_DIR = Path(__file__).resolve().parent.parent
LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
MANY = validate.Range(0, 1_000_000)


@dataclass(frozen=True)
class Environment:
    """What the process was told; units live in the names."""

    redis_url: str | None
    redis_key_prefix: str
    redis_key_layout: str
    run_index: str
    var_dir: Path
    secret_key: str
    database_url: dict[str, object]
    ops_public: bool
    debug: bool
    allowed_hosts: list[str]
    allow_any_host: bool
    https_only: bool
    api_keys: list[str]
    public_badges: bool
    live_token_seconds: int
    throttle_rate: str
    num_proxies: int
    cors_allowed_origins: list[str]
    cors_allow_credentials: bool
    log_level: str
    live_replay_entries: int
    live_keepalive_seconds: float
    live_idle_close_seconds: float
    live_send_seconds: float
    live_max_listeners: int
    live_max_per_address: int
    live_max_per_test: int


VARIABLES = (
    "REDIS_URL",
    "REDIS_KEY_PREFIX",
    "REDIS_KEY_LAYOUT",
    "RUN_INDEX",
    "VAR_DIR",
    "SECRET_KEY",
    "DATABASE_URL",
    "OPS_PUBLIC",
    "DEBUG",
    "ALLOWED_HOSTS",
    "ALLOW_ANY_HOST",
    "HTTPS_ONLY",
    "API_KEYS",
    "PUBLIC_BADGES",
    "LIVE_TOKEN_SECONDS",
    "THROTTLE_RATE",
    "NUM_PROXIES",
    "CORS_ALLOWED_ORIGINS",
    "CORS_ALLOW_CREDENTIALS",
    "LOG_LEVEL",
    "LIVE_REPLAY_ENTRIES",
    "LIVE_KEEPALIVE_SECONDS",
    "LIVE_IDLE_CLOSE_SECONDS",
    "LIVE_SEND_SECONDS",
    "LIVE_MAX_LISTENERS",
    "LIVE_MAX_PER_ADDRESS",
    "LIVE_MAX_PER_TEST",
)


def read_environment(env: Env | None = None) -> Environment:
    """The typed environment; `ImproperlyConfigured` names every bad variable."""
    env = env or Env(eager=False)
    var_dir = Path(env.str("VAR_DIR", str(BASE_DIR / "var")) or BASE_DIR / "var")
    values = Environment(
        redis_url=env.str("REDIS_URL", None, validate=is_redis_url),
        redis_key_prefix=env.str("REDIS_KEY_PREFIX", "", validate=_key_prefix),
        redis_key_layout=env.str(
            "REDIS_KEY_LAYOUT", "plain", validate=validate.OneOf(["plain", "tagged"])
        ),
        run_index=env.str(
            "RUN_INDEX", "auto", validate=validate.OneOf(["auto", "on", "off"])
        ),
        var_dir=var_dir,
        secret_key=env.str("SECRET_KEY", "")
        or f"per-start-{secrets.token_urlsafe(48)}",
        database_url=env.dj_db_url(
            "DATABASE_URL", f"sqlite:///{quote(str(accounts_file(var_dir)))}"
        ),
        ops_public=env.bool("OPS_PUBLIC", False),
        debug=env.bool("DEBUG", False),
        allowed_hosts=env.list(
            "ALLOWED_HOSTS", LOOPBACK_HOSTS, subcast=str.strip, validate=are_hosts
        ),
        allow_any_host=env.bool("ALLOW_ANY_HOST", False),
        https_only=env.bool("HTTPS_ONLY", False),
        api_keys=env.list("API_KEYS", [], subcast=str.strip, validate=are_api_keys),
        public_badges=env.bool("PUBLIC_BADGES", False),
        live_token_seconds=env.int(
            "LIVE_TOKEN_SECONDS", 300, validate=validate.Range(5, 86_400)
        ),
        throttle_rate=env.str("THROTTLE_RATE", "", validate=is_rate),
        num_proxies=env.int("NUM_PROXIES", 0, validate=validate.Range(0, 16)),
        cors_allowed_origins=env.list(
            "CORS_ALLOWED_ORIGINS", ["*"], subcast=str.strip, validate=are_origins
        ),
        cors_allow_credentials=env.bool("CORS_ALLOW_CREDENTIALS", False),
        log_level=env.str(
            "LOG_LEVEL",
            "INFO",
            validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]),
        ),
        live_replay_entries=env.int(
            "LIVE_REPLAY_ENTRIES", 50, validate=validate.Range(0, 500)
        ),
        live_keepalive_seconds=env.float(
            "LIVE_KEEPALIVE_SECONDS", 15.0, validate=validate.Range(0.05, 3600)
        ),
        live_idle_close_seconds=env.float(
            "LIVE_IDLE_CLOSE_SECONDS", 300.0, validate=validate.Range(0.05, 86_400)
        ),
        live_send_seconds=env.float(
            "LIVE_SEND_SECONDS", 30.0, validate=validate.Range(0.05, 3600)
        ),
        live_max_listeners=env.int("LIVE_MAX_LISTENERS", 5000, validate=MANY),
        live_max_per_address=env.int("LIVE_MAX_PER_ADDRESS", 500, validate=MANY),
        live_max_per_test=env.int("LIVE_MAX_PER_TEST", 0, validate=MANY),
    )
    try:
        env.seal()
    except EnvValidationError as bad:
        raise ImproperlyConfigured(_report(_said(bad))) from None
    if found := contradictions(values):
        raise ImproperlyConfigured(_report(found))
    return values


def _said(bad: EnvValidationError) -> dict[str, str]:
    reported = cast(Mapping[str, list[str]], bad.error_messages)
    return {name: " ".join(said) for name, said in reported.items()}


def _report(bad: Mapping[str, str]) -> str:
    """One line a variable. Values stay out: REDIS_URL holds a password."""
    lines = [f"{name}: {said}" for name, said in sorted(bad.items())]
    return "bad environment variables:\n  " + "\n  ".join(lines)


def accounts_file(var_dir: Path) -> Path:
    """Where the accounts are kept that no database was named for."""
    return var_dir.absolute() / "accounts.sqlite3"


def _key_prefix(prefix: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9_.:-]{0,64}", prefix):
        raise ValidationError("may hold letters, digits and _ . : - only, 64 at most")
