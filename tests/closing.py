"""API keys, and the product closed by them in this process."""

from __future__ import annotations

from results.access.keys import ApiKey, digest_of

GATE = "results.access.gate.AccessGate"
THROTTLE = "results.access.throttle.Throttle"
# One that other hosts, or API keys, need.
LONG_KEY = "of-all-processes-the-same-0123456789-0123456789-0123"
KEY, OTHER_KEY = "mon_" + "k" * 43, "mon_" + "o" * 43
FRONTEND, SCRAPER = (
    ApiKey(name, digest_of(key))
    for name, key in (("frontend", KEY), ("scraper", OTHER_KEY))
)
BEARER = {"Authorization": f"Bearer {KEY}"}


def close(settings, *keys: ApiKey) -> None:
    """As `API_KEYS` does; for clients that have asked nothing yet."""
    settings.API_KEYS = keys or (FRONTEND, SCRAPER)
    put_in(settings, GATE)


def put_in(settings, middleware: str) -> None:
    """Where the settings have it."""
    cors = settings.MIDDLEWARE.index("corsheaders.middleware.CorsMiddleware")
    before, after = settings.MIDDLEWARE[: cors + 1], settings.MIDDLEWARE[cors + 1 :]
    gates = [name for name in after if name in (GATE, THROTTLE)]
    rest = [name for name in after if name not in gates]
    settings.MIDDLEWARE = [*before, *gates, middleware, *rest]
