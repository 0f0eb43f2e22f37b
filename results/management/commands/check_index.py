"""`check_index`: whether run indexes say what the records say, and mends those that
do not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from redis import Redis
from redis.exceptions import RedisError
from rich.console import Console
from rich.progress import Progress

from results.connection import BULK_SECONDS, data_keys, writer_client
from results.domain import UnreadableKey
from results.keys import Keys
from results.management import arguments
from results.management.store import command_store
from results.run_index.building import BuildingElsewhere
from results.run_index.checking import (
    COMPLETE,
    IndexReport,
    check_index,
    ids_with_results,
    repair_index,
)


class Command(BaseCommand):
    """One test after the other; with `--repair`, whatever is not complete is built."""

    help = (
        "Compares the run index of tests with their records, member by member, and "
        "exits with 1 when one drifts: when it tells readers what is not so."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        arguments.add_test_ids(parser, "every test that has results")
        parser.add_argument(
            "--repair",
            action="store_true",
            help="build what drifts, is behind, partial or absent",
        )
        parser.add_argument("--json", action="store_true", help="one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        named, keys = arguments.test_ids(options), data_keys()
        told = None if options["json"] else self.stdout
        with command_store(told) as url, writer_client(url, BULK_SECONDS) as client:
            try:
                ids = named or ids_with_results(client, keys)
                self._check(client, keys, ids, options)
            except RedisError as failure:
                raise CommandError(f"the store failed: {failure}") from failure

    def _check(
        self, client: Redis, keys: Keys, ids: list[str], options: dict[str, Any]
    ) -> None:
        reports: list[IndexReport] = []
        left: list[str] = []
        for test_id in _shown(ids):
            try:
                reports.append(_checked(client, keys, test_id, options["repair"]))
            except (UnreadableKey, BuildingElsewhere) as reason:
                left.append(f"{test_id}: {reason}")
        # Not before: lines and a progress bar on one terminal spoil each other.
        if options["json"]:
            tests = [asdict(report) | {"drifts": report.drifts} for report in reports]
            self.stdout.write(json.dumps({"tests": tests, "failed": left}))
        else:
            for report in reports:
                self.stdout.write(_told(report))
        drifting = [report.test_id for report in reports if report.drifts]
        if drifting or left:
            said = [f"drifting: {', '.join(drifting)}"] if drifting else []
            raise CommandError("; ".join(said + left), returncode=1)


def _checked(client: Redis, keys: Keys, test_id: str, repair: bool) -> IndexReport:
    report = check_index(client, keys, test_id)
    if repair and report.records and (report.drifts or report.state != COMPLETE):
        repair_index(client, keys, test_id)
        report = check_index(client, keys, test_id)
    return report


def _shown(ids: list[str]) -> Iterator[str]:
    """The ids, with their progress on a terminal."""
    console = Console(stderr=True)
    with Progress(
        console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        yield from progress.track(ids, description="Checking run indexes")


def _told(report: IndexReport) -> str:
    """One line for a test."""
    line = (
        f"{report.test_id}: {report.records} records, {report.runs} runs, "
        f"{report.duplicates} duplicates, {report.corrupt} corrupt; "
        f"index {report.state}"
    )
    if report.drifts:
        line += (
            f" and drifting: {report.missing} missing, {report.stale} stale, "
            f"{report.wrong} wrong"
        )
    return line
