"""`migrate_timing`: timing members of older writers, brought into one encoding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from redis import Redis
from redis.exceptions import RedisError
from rich.console import Console
from rich.progress import Progress

from results.connection import BULK_SECONDS, data_keys, writer_client
from results.domain import UnknownTest, UnreadableKey
from results.keys import Keys
from results.management import arguments
from results.management.store import command_store
from results.repository import ResultRepository
from results.timing_migration import TimingReport, ids_with_timing, migrate_timing


class Command(BaseCommand):
    """One test after the other, each as a whole."""

    help = (
        "Rewrites timing members of older writers to duration_ms:run_id, where the "
        "run is among the results. Whatever belongs to no single run stays."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("test_ids", nargs="*", metavar="TEST_ID")
        parser.add_argument(
            "--all", action="store_true", help="every test that has timing"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="write nothing, say what would be"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["test_ids"]) == options["all"]:
            raise CommandError("name one test or more, or say --all")
        keys = data_keys()
        with command_store(self.stdout) as url:
            with writer_client(url, BULK_SECONDS) as client:
                try:
                    ids = _chosen(client, keys, options["test_ids"])
                    self._migrate(client, keys, ids, options["dry_run"])
                except RedisError as failure:
                    raise CommandError(f"the store failed: {failure}") from failure

    def _migrate(
        self, client: Redis, keys: Keys, ids: list[str], dry_run: bool
    ) -> None:
        told: list[str] = []
        left: list[str] = []
        try:
            for test_id in _shown(ids):
                try:
                    report = migrate_timing(client, keys, test_id, dry_run=dry_run)
                    told.append(_told(report, dry_run))
                except UnreadableKey as reason:
                    left.append(str(reason))
        finally:
            # Not before: lines and a progress bar on one terminal spoil each other.
            for line in told:
                self.stdout.write(line)
        if left:
            raise CommandError("; ".join(left))
        self.stdout.write(f"Tests done: {len(ids)}.")


def _shown(ids: list[str]) -> Iterator[str]:
    """The ids, with their progress on a terminal."""
    console = Console(stderr=True)
    with Progress(
        console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        yield from progress.track(ids, description="Migrating timing")


def _chosen(client: Redis, keys: Keys, test_ids: list[str]) -> list[str]:
    """The tests that were named, each once, or all of them."""
    if not test_ids:
        return ids_with_timing(client, keys)
    repository = ResultRepository(client, keys)
    for test_id in test_ids:
        try:
            repository.require_known(arguments.test_id(test_id))
        except UnknownTest:
            raise CommandError(f"there is no test {test_id}") from None
    return list(dict.fromkeys(test_ids))


def _told(report: TimingReport, dry_run: bool) -> str:
    """One line for a test: what changed, and what did not."""
    rewritten = "would be rewritten" if dry_run else "rewritten"
    line = (
        f"{report.test_id}: {report.total} timing members, "
        f"{report.rewritten} {rewritten}, {report.current} in order"
    )
    if report.kept:
        line += f", {report.kept} kept (of no single run among the results)"
    if report.unreadable:
        line += f", {report.unreadable} unreadable"
    return line
