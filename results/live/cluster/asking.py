"""How the live feed asks a Cluster: one MULTI a slot, all nodes at once."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ClusterDownError, RedisError

from results.keys import Keys
from results.live.asking import READ_SECONDS, Asking, Queue
from results.live.cluster.bundle import Bundle, Command
from results.topology.cluster import Nodes
from results.topology.urls import Host

# A slot may move while it is asked for, or several of them.
TRIES = 5


class ClusterAsking(Asking):
    """What is asked about one key is of one moment; other keys are read beside it.

    An entry and the stream that it is in are one key, so that nothing is lost between
    them. Hidden values are read again when a run begins, as everywhere.
    """

    def __init__(self, nodes: Nodes, keys: Keys) -> None:
        # Never connected: its pipelines only take down what is asked.
        super().__init__(Redis(), keys)
        self.nodes = nodes

    async def ask(self, queue: Queue, at_once: bool = True) -> list[Any]:
        replies, failure = await self._asked(queue, at_once)
        if failure:
            raise failure
        return replies

    async def ask_some(self, queue: Queue) -> tuple[list[Any], Exception | None]:
        """The same where some nodes may be away: None for what they have, and the
        first of their failures. Nothing is of one moment."""
        return await self._asked(queue, at_once=False)

    async def unblock(self, client_id: int) -> None:
        """Nothing blocks in a Cluster."""

    async def close(self) -> None:
        await self.nodes.close()
        await super().close()

    async def _asked(
        self, queue: Queue, at_once: bool
    ) -> tuple[list[Any], Exception | None]:
        async with self._client.pipeline() as pipe:
            queue(pipe)
            commands = list(_commands(pipe.command_stack))
        bundles = _bundles(commands, at_once)
        async with self._turns, asyncio.timeout(READ_SECONDS):
            failure = await self._settle(bundles)
        return _replies(bundles), failure

    async def _settle(self, bundles: list[Bundle]) -> Exception | None:
        for _ in range(TRIES):
            unanswered = [bundle for bundle in bundles if bundle.replies is None]
            if not unanswered:
                return None
            await self.nodes.find()
            if failure := await self._send(unanswered):
                self.nodes.forget()
                return failure
        return ClusterDownError("slots of the Cluster are moving all the time")

    async def _send(self, bundles: Iterable[Bundle]) -> Exception | None:
        """One trip to each node; the first failure."""
        by_host: defaultdict[Host, list[Bundle]] = defaultdict(list)
        failures: list[Exception] = []
        for bundle in bundles:
            try:
                host = bundle.asked_at or self.nodes.host_of(bundle.commands[0].key)
            except ClusterDownError as failure:
                failures.append(failure)
            else:
                by_host[host].append(bundle)
        trips = (self._trip(host, together) for host, together in by_host.items())
        failures += filter(None, await asyncio.gather(*trips))
        return failures[0] if failures else None

    async def _trip(self, host: Host, bundles: list[Bundle]) -> Exception | None:
        client = self.nodes.client(host)
        try:
            async with client.pipeline(transaction=False) as pipe:
                for bundle in bundles:
                    bundle.queue(pipe)
                replies = iter(await pipe.execute(raise_on_error=False))
            for bundle in bundles:
                told = bundle.take(replies, client.response_callbacks)
                bundle.asked_at = self.nodes.redirected(told, host) if told else None
        except (RedisError, OSError) as failure:
            return failure
        return None


def _commands(stack: Iterable[Any]) -> Iterator[Command]:
    """With one key each: EXISTS counts keys, which are in several slots."""
    for place, (args, options) in enumerate(stack):
        if args[0] == "EXISTS":
            yield from (Command(place, ("EXISTS", key), options) for key in args[1:])
        else:
            yield Command(place, args, options)


def _bundles(commands: Iterable[Command], at_once: bool) -> list[Bundle]:
    if not at_once:
        return [Bundle([command]) for command in commands]
    of_key: defaultdict[Any, list[Command]] = defaultdict(list)
    for command in commands:
        of_key[command.key].append(command)
    return [Bundle(together) for together in of_key.values()]


def _replies(bundles: Iterable[Bundle]) -> list[Any]:
    """In the order of the question; the counts of EXISTS are added up."""
    found: dict[int, Any] = {}
    for bundle in bundles:
        nothing = [None] * len(bundle.commands)
        answered = nothing if bundle.replies is None else bundle.replies
        for command, reply in zip(bundle.commands, answered, strict=True):
            place = command.place
            found[place] = _sum(found[place], reply) if place in found else reply
    return [found[place] for place in sorted(found)]


def _sum(one: Any, other: Any) -> Any:
    """Of two counts; what is none, because a node refused or is away, stays."""
    if isinstance(one, int) and isinstance(other, int):
        return one + other
    return other if isinstance(one, int) else one
