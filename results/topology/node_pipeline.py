"""redis-py's pipeline, for a client whose keys lie at several nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from redis.client import Pipeline
from redis.exceptions import MovedError, ResponseError, WatchError

from results.topology.command_keys import key_of, slot_of

if TYPE_CHECKING:
    from results.topology.cluster_client import ClusterClient

TRIES = 3


class NodePipeline(Pipeline):
    """A transaction is at the node of the first key that it is told; without one each
    command is at its own."""

    def __init__(self, cluster: ClusterClient, transaction: bool) -> None:
        super().__init__(
            cluster.connection_pool, cluster.response_callbacks, transaction, None
        )
        self._cluster = cluster

    def immediate_execute_command(self, *args: Any, **options: Any) -> Any:
        if not self.connection:
            self._go_to(args)
        return cast(Any, super()).immediate_execute_command(*args, **options)

    def execute(self, raise_on_error: bool = True) -> list[Any]:
        """The replies; a slot that moved under a WATCH is a `WatchError`."""
        stack, is_watching = list(self.command_stack), bool(self.watching)
        if not stack:
            return super().execute(raise_on_error)
        if not (self.is_transaction or self.explicit_transaction):
            return self._apart(stack, raise_on_error)
        for _ in range(TRIES):
            if not is_watching:
                self._go_to(stack[0][0])
            try:
                return super().execute(raise_on_error)
            except MovedError as told:
                # Refused as a whole: nothing was done.
                self._cluster.nodes.redirected(told, told.host and (told.host, 0))
                if is_watching:
                    raise WatchError("the slot moved while it was watched") from told
                self.command_stack = list(stack)
        raise ResponseError("the slot is moving all the time")

    @property
    def is_transaction(self) -> bool:
        return bool(self.transaction)

    def _go_to(self, command: Any) -> None:
        self._cluster.nodes.find()
        host = self._cluster.nodes.host_of(slot_of(key_of(command) or b""))
        self.connection_pool = self._cluster.nodes.client(host).connection_pool

    def _apart(self, stack: Any, raise_on_error: bool) -> list[Any]:
        self.reset()
        encode: Any = self._cluster.get_encoder().encode
        commands = [tuple(map(encode, args)) for args, _ in stack]
        replies = self._cluster.apart(commands)
        failure = next((r for r in replies if isinstance(r, Exception)), None)
        if failure and raise_on_error:
            raise failure
        pairs = zip(stack, replies, strict=True)
        return [self._called_back(args, options, r) for (args, options), r in pairs]

    def _called_back(self, args: Any, options: Any, reply: Any) -> Any:
        callbacks: Any = self.response_callbacks
        callback = callbacks.get(args[0])
        if isinstance(reply, Exception) or callback is None:
            return reply
        # Redis-py's own note for its cache, which no callback takes.
        return callback(reply, **{n: v for n, v in options.items() if n != "keys"})
