"""What every reader of stored data does: ask about one test, in one MULTI."""

from __future__ import annotations

from collections.abc import Sequence

from redis import Redis

from results.codec import hashes
from results.keys import Keys
from results.reading import Answer, read_test
from results.trip import Command, Spread, pipeline


class Asking:
    """A client that returns bytes, and the names of an installation's keys."""

    def __init__(self, client: Redis, keys: Keys | None = None) -> None:
        self.client = client
        self.keys = keys or Keys()

    def ping(self) -> None:
        """Return when the server answers; writes nothing."""
        if isinstance(self.client, Spread):
            # A command without a key is nobody's in particular.
            self.client.ping()
            return
        (reply,) = pipeline(self.client, [("PING",)])
        if isinstance(reply, Exception):
            raise reply

    def require_known(self, test_id: str) -> None:
        """Return when the test is known."""
        self._read(test_id)

    def _read(
        self,
        test_id: str,
        commands: Sequence[Command] = (),
        fields: tuple[str, ...] = hashes.SECRET,
    ) -> Answer:
        return read_test(self.client, self.keys, test_id, commands, fields)
