"""The environment variables that shape the product, read once and typed.

Every bad value is reported at once, by name: `environs` collects them while the
fields are read and `seal()` raises. The README's table of settings is compared
with `VARIABLES` by a test.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvValidationError, ValidationError, validate

BASE_DIR = Path(__file__).resolve().parent.parent
LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
REDIS_SCHEMES = ("redis", "rediss", "unix")


@dataclass(frozen=True)
class Environment:
    """What the process was told; units live in the names."""

    redis_url: str | None
    redis_key_prefix: str
    var_dir: Path
    secret_key: str
    debug: bool
    allowed_hosts: list[str]
    https_only: bool
    cors_allowed_origins: list[str]
    log_level: str
    live_replay_entries: int
    live_keepalive_seconds: float
    live_idle_close_seconds: float


VARIABLES = (
    "REDIS_URL",
    "REDIS_KEY_PREFIX",
    "VAR_DIR",
    "SECRET_KEY",
    "DEBUG",
    "ALLOWED_HOSTS",
    "HTTPS_ONLY",
    "CORS_ALLOWED_ORIGINS",
    "LOG_LEVEL",
    "LIVE_REPLAY_ENTRIES",
    "LIVE_KEEPALIVE_SECONDS",
    "LIVE_IDLE_CLOSE_SECONDS",
)


def read_environment(env: Env | None = None) -> Environment:
    """The typed environment; `ImproperlyConfigured` names every bad variable."""
    env = env or Env(eager=False)
    values = Environment(
        redis_url=env.str("REDIS_URL", None, validate=_redis_url),
        redis_key_prefix=env.str("REDIS_KEY_PREFIX", "", validate=_key_prefix),
        var_dir=Path(env.str("VAR_DIR", str(BASE_DIR / "var")) or BASE_DIR / "var"),
        secret_key=env.str("SECRET_KEY", "")
        or f"per-start-{secrets.token_urlsafe(48)}",
        debug=env.bool("DEBUG", False),
        allowed_hosts=env.list("ALLOWED_HOSTS", LOOPBACK_HOSTS),
        https_only=env.bool("HTTPS_ONLY", False),
        cors_allowed_origins=env.list("CORS_ALLOWED_ORIGINS", ["*"]),
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
    )
    try:
        env.seal()
    except EnvValidationError as bad:
        raise ImproperlyConfigured(_report(bad)) from None
    return values


def _report(bad: EnvValidationError) -> str:
    """One line a variable. Values stay out: REDIS_URL holds a password."""
    lines = [
        f"{name}: {' '.join(str(reason) for reason in reasons)}"
        for name, reasons in sorted(bad.error_messages.items())
    ]
    return "bad environment variables:\n  " + "\n  ".join(lines)


def _redis_url(url: str | None) -> None:
    if url is None:
        return
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        raise ValidationError("is not a URL") from None
    if parts.scheme not in REDIS_SCHEMES:
        raise ValidationError("must start with redis://, rediss:// or unix://")
    where = parts.path if parts.scheme == "unix" else parts.hostname
    if not where or not port_is_fine:
        raise ValidationError("names no server")


def _key_prefix(prefix: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9_.:-]{0,64}", prefix):
        raise ValidationError("may hold letters, digits and _ . : - only, 64 at most")
