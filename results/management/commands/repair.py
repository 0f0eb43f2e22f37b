"""`repair`: finishes runs that a writer in a Cluster began to record, and did not."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from redis.exceptions import RedisError

from results.connection import BULK_SECONDS, data_keys, writer_client
from results.domain import UnreadableKey
from results.management import arguments
from results.management.store import command_store
from results.recorder.repairing import RepairReport, ids_with_guards, repair


class Command(BaseCommand):
    """One test after the other."""

    help = (
        "Finishes runs whose recording in steps was cut short, and forgets those of "
        "which nothing was stored. With --dry-run it says what it would do."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        arguments.add_test_ids(parser, "every test that was recorded")
        parser.add_argument(
            "--dry-run", action="store_true", help="write nothing, say what would be"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        named, keys, left = arguments.test_ids(options), data_keys(), []
        with command_store(self.stdout) as url, writer_client(url, BULK_SECONDS) as to:
            try:
                ids = named or ids_with_guards(to, keys)
                for test_id in ids:
                    try:
                        report = repair(to, keys, test_id, dry_run=options["dry_run"])
                        self._tell(report, options["dry_run"])
                    except UnreadableKey as reason:
                        left.append(str(reason))
            except RedisError as failure:
                raise CommandError(f"the store failed: {failure}") from failure
        if left:
            raise CommandError("; ".join(left))
        self.stdout.write(f"Tests looked at: {len(ids)}.")

    def _tell(self, report: RepairReport, dry_run: bool) -> None:
        if report.is_whole:
            return
        would = "would be " if dry_run else ""
        line = (
            f"{report.test_id}: {report.finished} runs {would}finished, "
            f"{report.dropped} that were never stored {would}forgotten"
        )
        if report.left:
            line += f", {report.left} left (another record has their id)"
        self.stdout.write(line)
