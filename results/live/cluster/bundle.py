"""Commands that go to one node together, in a transaction where that is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from redis.asyncio.client import Pipeline
from redis.exceptions import AskError, ClusterDownError, ResponseError, TryAgainError

from results.topology.urls import Host


class Command(NamedTuple):
    """One command of a question, and which of the question's replies is its own."""

    place: int
    args: tuple[Any, ...]
    options: dict[str, Any]

    @property
    def key(self) -> Any:
        """The only key, by which its node is found."""
        return self.args[-2] if self.args[0] == "XREAD" else self.args[1]


@dataclass
class Bundle:
    """Commands of one slot. `asked_at` is the node that a slot is moving to."""

    commands: list[Command]
    asked_at: Host | None = None
    replies: list[Any] | None = field(default=None, repr=False)

    @property
    def is_transaction(self) -> bool:
        return len(self.commands) > 1

    def queue(self, pipe: Pipeline) -> None:
        """Put the commands into a pipeline that is no transaction itself."""
        if self.asked_at:
            pipe.execute_command("ASKING")
        if not self.is_transaction:
            command = self.commands[0]
            pipe.execute_command(*command.args, **command.options)
            return
        pipe.execute_command("MULTI")
        for name, *args in (command.args for command in self.commands):
            # As bytes, so that redis-py does not look for a reply where QUEUED stands.
            pipe.execute_command(name.encode(), *args)
        pipe.execute_command("EXEC")

    def take(self, replies: Iterator[Any], callbacks: Any) -> AskError | None:
        """Take the own replies out of those of the pipeline; a redirection instead
        leaves the bundle open. Raises what refuses the commands altogether."""
        if self.asked_at:
            next(replies)
        found = self._transacted(replies, callbacks)
        for reply in found:
            if isinstance(reply, AskError):
                return reply
            if isinstance(reply, ClusterDownError | TryAgainError):
                raise reply
        self.replies = found
        return None

    def _transacted(self, replies: Iterator[Any], callbacks: Any) -> list[Any]:
        if not self.is_transaction:
            return [next(replies)]
        queued = [next(replies) for _ in range(len(self.commands) + 1)]
        executed = next(replies)
        if not isinstance(executed, ResponseError):
            pairs = zip(self.commands, executed, strict=True)
            return [_called_back(command, r, callbacks) for command, r in pairs]
        refused = next((r for r in queued if isinstance(r, ResponseError)), executed)
        if isinstance(refused, AskError):
            return [refused]
        raise refused


def _called_back(command: Command, reply: Any, callbacks: Any) -> Any:
    name = command.args[0]
    if isinstance(reply, Exception) or name not in callbacks:
        return reply
    # Redis-py's own note for its cache, which no callback takes.
    options = {n: value for n, value in command.options.items() if n != "keys"}
    return callbacks[name](reply, **options)
