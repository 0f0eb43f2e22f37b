"""The one class that a writer in Python needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from typing import Any, cast

from redis import Redis
from redis.cluster import RedisCluster

from results.keys import PLAIN, Keys
from results.recorder.acknowledging import FAST, WAIT_SECONDS, Acknowledging
from results.recorder.definition import definition_fields, save_definition
from results.recorder.entry import RunEntry
from results.recorder.event import event_fields
from results.recorder.fields import checked_test_id, time_text
from results.recorder.outcome import Limits, Recorded, RunKeys
from results.recorder.ways import Ways, batches


class Recorder:
    """Stores tests, runs and events as CONTRACT.md says, safe to retry.

    `client` returns bytes (no `decode_responses`). `keys` holds the prefix of the
    installation. `keep_runs`, `keep_incidents` and `keep_events` let the oldest go;
    None keeps all, and events are trimmed roughly (`MAXLEN ~`). Bad values raise
    `ValueError` naming the field, never its content; a key of another type raises
    `results.domain.UnreadableKey`; redis-py's errors pass through.

    `level` says when runs and tests count as stored (events always do as with `fast`):
    `fast` when the server has them; `durable` when it has written them to its disk;
    `replicated` when `replicas` of its replicas have them in memory, too. The latter
    two raise `LevelRefused` here where the server cannot say so, and `NotConfirmed`
    when it does not say so in `wait_seconds`: then store the same again.
    """

    def __init__(
        self,
        client: Redis | RedisCluster,
        keys: Keys | None = None,
        *,
        keep_runs: int | None = None,
        keep_incidents: int | None = None,
        keep_events: int | None = None,
        level: str = FAST,
        replicas: int = 1,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        if client.get_encoder().decode_responses:
            raise ValueError("client must return bytes: no decode_responses")
        self.client = cast(Redis, client)
        self.keys = keys or Keys()
        self.limits = Limits(keep_runs, keep_incidents, keep_events)
        self._ways = Ways(self.client, self.keys, self.limits)
        self._level = Acknowledging(
            self.client, self.keys, level, replicas, wait_seconds
        )

    @classmethod
    def from_url(
        cls, url: str, prefix: str = "", layout: str = PLAIN, **options: Any
    ) -> Recorder:
        """A recorder with a client of its own, which never writes twice by itself."""
        # Here, because it brings Django along, which a client of one's own need not.
        from results.connection import COMMAND_SECONDS, writer_client

        waits = options.get("level", FAST) != FAST
        wait = float(options.get("wait_seconds", WAIT_SECONDS)) if waits else 0.0
        client = writer_client(url, COMMAND_SECONDS + wait)
        return cls(client, Keys(prefix, layout), **options)

    def close(self) -> None:
        """Close the client; `with Recorder.from_url(...) as recorder` does so, too."""
        self.client.close()

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def record_run(
        self, test_id: str, run: Mapping[str, Any], *, alert_sent: bool = False
    ) -> Recorded:
        """Store one run everywhere it belongs, or nowhere.

        `run` needs `run_id`, `passed`, `duration_ms` and `started_at` (ISO 8601 text
        with an offset, or an aware `datetime`); everything else is kept as it is. A
        failed run becomes an incident, too, and says whether an alert was sent. After
        an error record it again: a run that was stored is a `REPEAT`. Raises
        `RunConflict` where the run id is known with another content.
        """
        entry = RunEntry.of(test_id, run, alert_sent=alert_sent)
        recorded = self._ways.record(entry)
        self._confirm(test_id, recorded)
        return recorded

    def record_runs(self, test_id: str, runs: Iterable[Mapping[str, Any]]) -> int:
        """Store many runs, each as `record_run` would; how many of them were new.

        Some hundred go in one round trip. The first error is raised once the others
        of that trip are stored.
        """
        new = 0
        for batch in batches(RunEntry.of(test_id, run) for run in runs):
            recorded = self._ways.record_batch(batch)
            self._confirm(test_id, *recorded)
            new += recorded.count(Recorded.NEW)
        return new

    def log_event(
        self,
        test_id: str,
        type: str,
        message: str,
        *,
        timestamp: str | datetime | None = None,
        **fields: object,
    ) -> str:
        """Append to the test's execution log; the new entry's id.

        `timestamp` is now unless given. Further fields are stored as text: booleans as
        `true` and `false`, lists and objects as JSON; None is left out. Unlike a run,
        an event that is logged again is stored again.
        """
        key = self.keys.events(checked_test_id(test_id))
        time = datetime.now(timezone.utc) if timestamp is None else timestamp
        entry = event_fields(type, message, time, fields)
        entry_id: Any = self.client.xadd(key, entry, maxlen=self.limits.keep_events)
        return str(entry_id.decode())

    def save_test(self, test_id: str, **fields: object) -> None:
        """Create a test, or change the fields that are given, and list it.

        Fields are the contract's; `variables` is a list of `{"name", "value",
        "hidden"}`. Hidden values and the webhook, also those that the test had before
        this call, are remembered, so that they stay hidden in old records.
        `created_at` is set once, `updated_at` each time, both to now unless given.
        """
        now = time_text(datetime.now(timezone.utc), "updated_at")
        definition = definition_fields({"updated_at": now} | fields)
        save_definition(
            self.client, self.keys, checked_test_id(test_id), definition, now
        )
        self._level.confirm([self.keys.test(test_id), self.keys.all_tests])

    def _confirm(self, test_id: str, *recorded: Recorded) -> None:
        """A repeat, too: nobody knows how safe the first time was."""
        if any(one is not Recorded.TOO_OLD for one in recorded):
            self._level.confirm(RunKeys.of(self.keys, test_id)[:4])
