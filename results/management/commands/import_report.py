"""`import_report`: what a test runner wrote, recorded as a run of a test."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from redis.exceptions import RedisError

from results.codec import times
from results.connection import data_keys, writer_client
from results.domain import UnknownTest, UnreadableKey
from results.management import arguments
from results.management.store import command_store
from results.recorder import Recorded, Recorder, RunConflict
from results.reports import BadReport, Report, read_report, run_id, run_record
from results.reports.reading import LARGEST_BYTES
from results.repository import ResultRepository


class Command(BaseCommand):
    """The whole file is read and checked before the store is asked for."""

    help = (
        "Records a report (JUnit XML, Playwright JSON, Cypress' mochawesome JSON) as "
        "one run of a test, its test cases as steps. The same file is recorded once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--test", required=True, metavar="ID", help="whose run it is"
        )
        parser.add_argument(
            "--name", help="create the test with this name, or give it this name"
        )
        parser.add_argument(
            "--started-at",
            type=moment,
            metavar="TIME",
            help="when the run was, instead of what the report says (ISO 8601)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file, test_id = options["file"], arguments.test_id(options["test"])
        content = _content(file)
        record = _record(file, content, test_id, options["started_at"])
        with command_store(self.stdout) as url:
            with Recorder(writer_client(url), data_keys()) as recorder:
                try:
                    recorded = _recorded(recorder, test_id, options["name"], record)
                except (RunConflict, UnreadableKey) as reason:
                    raise CommandError(f"{reason}; nothing was recorded") from reason
                except ValueError as reason:
                    raise CommandError(f"{file}: {reason}") from reason
                except RedisError as failure:
                    raise CommandError(f"the store failed: {failure}") from failure
        known = "" if recorded is Recorded.NEW else " It was recorded before."
        self.stdout.write(f"Run {record['run_id']}: {record['details']}{known}")


def moment(text: str) -> datetime:
    """A time; without an offset it is UTC."""
    found = times.from_text(text)
    if found is None:
        raise argparse.ArgumentTypeError("a time in ISO 8601 is required")
    return found


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST_BYTES + 1)
    except OSError as failure:
        raise CommandError(f"{file}: {failure.strerror}") from failure


def _record(
    file: Path, content: bytes, test_id: str, started_at: datetime | None
) -> dict[str, Any]:
    try:
        report = read_report(content)
        return run_record(
            report,
            run_id=run_id(content),
            test_id=test_id,
            started_at=started_at or _own_time(report),
        )
    except (BadReport, OverflowError) as reason:
        raise CommandError(f"{file}: {reason}; nothing was recorded") from reason


def _own_time(report: Report) -> datetime:
    if report.started_at is None:
        raise BadReport("it does not say when it was: give --started-at")
    return report.started_at


def _recorded(
    recorder: Recorder, test_id: str, name: str | None, record: dict[str, Any]
) -> Recorded:
    if name is None and not _is_known(recorder, test_id):
        raise CommandError(f"there is no test {test_id}: --name NAME creates it")
    recorded = recorder.record_run(test_id, record)
    if name is not None:
        recorder.save_test(test_id, name=name)
    return recorded


def _is_known(recorder: Recorder, test_id: str) -> bool:
    keys = data_keys()
    try:
        ResultRepository(recorder.client, keys).require_known(test_id)
    except UnknownTest:
        return False
    return True
