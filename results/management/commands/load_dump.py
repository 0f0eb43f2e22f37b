"""`load_dump`: a copy of a writer's Redis, to look at without touching the writer's."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from redis.exceptions import RedisError

from results.codec import times
from results.connection import BULK_SECONDS, writer_client
from results.dump import (
    BadDump,
    KeysExist,
    StoredKey,
    load_keys,
    newest_run,
    read_keys,
    shifted_to,
)
from results.management.store import command_store


class Command(BaseCommand):
    """The whole file is read and checked before the store is asked for."""

    help = (
        "Loads a dump (one JSON object a line: key, type, value) into the store, "
        "all of it or nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--shift-to-now",
            action="store_true",
            help="move all times, so that the newest run is a minute old",
        )
        parser.add_argument(
            "--replace",
            action="store_true",
            help="overwrite keys of the file that exist already",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        keys = _read(options["file"], options["shift_to_now"])
        with command_store(self.stdout) as url:
            _load(url, keys, options["replace"])
        self.stdout.write(f"Keys loaded: {len(keys)}{_newest(keys)}.")


def _read(file: Path, shift: bool) -> list[StoredKey]:
    try:
        with file.open("rb") as lines:
            keys = read_keys(lines)
        return shifted_to(datetime.now(timezone.utc), keys) if shift else keys
    except OSError as failure:
        raise CommandError(f"{file}: {failure.strerror}") from failure
    except BadDump as reason:
        raise CommandError(f"{file}: {reason}; nothing was loaded") from reason


def _newest(keys: list[StoredKey]) -> str:
    score = newest_run(keys)
    time = None if score is None else times.to_text(times.from_score(score))
    return f", newest run: {time}" if time else ""


def _load(url: str, keys: list[StoredKey], replace: bool) -> None:
    with writer_client(url, BULK_SECONDS) as client:
        try:
            load_keys(client, keys, settings.REDIS_KEY_PREFIX, replace=replace)
        except KeysExist as reason:
            raise CommandError(
                f"{reason}; nothing was loaded (--replace overwrites them)"
            ) from reason
        except RedisError as failure:
            raise CommandError(f"the store refused the dump: {failure}") from failure
