"""What the hub asks for all its streams at once, besides the entries themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from redis.asyncio.client import Pipeline

from results.live.asking import Asking, told_info, told_secrets
from results.live.cursors import Cursor
from results.live.loss import Loss, StreamInfo, loss_at
from results.reading import checked, is_wrong_type
from results.scrub import Scrubber

STREAM_TYPES = (b"stream", b"none")


@dataclass(frozen=True, slots=True)
class Findings:
    """What to hide in the tests that were asked for, and where something was lost."""

    scrubbers: dict[str, Scrubber]
    losses: dict[str, Loss]


class HubLog:
    """Never waits for entries. Raises redis-py's errors or `TimeoutError`."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._keys = asking.keys

    async def examine(
        self, stale: Iterable[str], anchors: Mapping[str, Cursor]
    ) -> Findings:
        """The hidden values of the `stale` tests, and which of the positions that were
        those of entries are not any more: in one trip, if nothing was lost."""
        secret, anchored = list(stale), list(anchors.items())

        def queue(pipe: Pipeline) -> None:
            for test_id in secret:
                self._asking.queue_secrets(pipe, test_id)
            for test_id, cursor in anchored:
                at = str(cursor)
                pipe.xrange(self._keys.events(test_id), min=at, max=at)

        asked = (
            await self._asking.ask(queue, at_once=False) if secret or anchored else []
        )
        replies = iter(asked)
        scrubbers = {i: told_secrets(next(replies), next(replies)) for i in secret}
        missing = {i: at for i, at in anchored if not checked(next(replies))}
        return Findings(scrubbers, await self._losses(missing))

    async def infos(self, test_ids: Iterable[str]) -> dict[str, StreamInfo]:
        """What each stream says of itself; those of a wrong type are left out."""
        replies = await self._asking.ask_each(
            test_ids,
            lambda pipe, test_id: pipe.xinfo_stream(self._keys.events(test_id)),
        )
        return {i: told_info(reply) for i, reply in replies if not is_wrong_type(reply)}

    async def unreadable(self, test_ids: Iterable[str]) -> set[str]:
        """The tests whose events key holds something else than a stream."""
        kinds = await self._asking.ask_each(
            test_ids, lambda pipe, test_id: pipe.type(self._keys.events(test_id))
        )
        return {test_id for test_id, kind in kinds if kind not in STREAM_TYPES}

    async def _losses(self, missing: Mapping[str, Cursor]) -> dict[str, Loss]:
        infos = await self.infos(missing) if missing else {}
        return {i: loss_at(missing[i], info) for i, info in infos.items()}
