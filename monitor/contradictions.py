"""What no variable says alone: combinations that would serve the wrong people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.environment import Environment

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
# As Django's own check has it (security.W009).
SHORTEST_KEY, FEWEST_CHARACTERS = 50, 5
PER_START = "per-start-"


def contradictions(values: Environment) -> dict[str, str]:
    """What is wrong by the variable to change, without any value; empty when fine."""
    hosts = set(values.allowed_hosts)
    found = {}
    if "*" in hosts and not values.allow_any_host:
        found["ALLOWED_HOSTS"] = "allows every host, which needs ALLOW_ANY_HOST=true"
    if values.debug and hosts - LOOPBACK:
        found["DEBUG"] = "shows its insides: not where ALLOWED_HOSTS names other hosts"
    if said := _about_the_key(values, hosts):
        found["SECRET_KEY"] = said
    if values.cors_allow_credentials and "*" in values.cors_allowed_origins:
        found["CORS_ALLOW_CREDENTIALS"] = "needs CORS_ALLOWED_ORIGINS without *"
    if values.api_keys and values.ops_public:
        found["OPS_PUBLIC"] = "would show to everybody what API_KEYS close"
    return found


def _about_the_key(values: Environment, hosts: set[str]) -> str | None:
    """Whoever is served from elsewhere, or holds tokens, relies on what it signs."""
    if not (hosts - LOOPBACK or values.api_keys):
        return None
    key = values.secret_key
    if key.startswith(PER_START):
        return "must be set where ALLOWED_HOSTS names other hosts, or with API_KEYS"
    if len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_CHARACTERS:
        return f"must be {SHORTEST_KEY} random characters or more"
    return None
