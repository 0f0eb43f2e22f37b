"""The Redis users of `deploy/users.acl`, made on a server for as long as needed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from redis import Redis

FILE = Path(__file__).resolve().parent.parent / "deploy" / "users.acl"


def rules() -> dict[str, list[str]]:
    """By user; without comments, which such a file cannot have."""
    lines = [line.split() for line in FILE.read_text().splitlines()]
    assert all(first == "user" for first, *_ in lines)
    return {name: given for _, name, *given in lines}


@contextlib.contextmanager
def user_url(admin: Redis, url: str, name: str) -> Iterator[str]:
    """The server's URL with the name and the password of this user of the file."""
    given = rules()[name]
    (password,) = [rule[1:] for rule in given if rule.startswith(">")]
    admin.execute_command("ACL", "SETUSER", name, "reset", *given)
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    try:
        yield urlunsplit(parts._replace(netloc=f"{name}:{password}@{host}"))
    finally:
        admin.execute_command("ACL", "DELUSER", name)
