"""A file as a response: begun before it is sent, and made while it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

import orjson
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from rest_framework.request import Request

from results.codec.splicing import Spliced
from results.connection import data_repository
from results.domain import UnknownTest, UnknownTests
from results.exports.kinds import Kind, Query
from results.exports.lines import Row, chunked, csv_lines, ndjson_lines
from results.patience import each_in_time
from results.repository import ResultRepository

CSV, NDJSON = "csv", "ndjson"
MEDIA_TYPES = {CSV: "text/csv; charset=utf-8", NDJSON: "application/x-ndjson"}


def exported(
    request: Request, kind: Kind, form: str, test_ids: list[str], query: Query
) -> HttpResponseBase:
    """The rows of these tests, one test after the other, as a file of this form.

    Raises as long as nothing was sent: `UnknownTests` and whatever the first rows
    raise. What fails later breaks the connection off.
    """
    repository = data_repository()
    _require_known(repository, test_ids)
    name = f"{kind.name}-{test_ids[0]}" if len(test_ids) == 1 else kind.name
    says_itself = form == NDJSON and len(test_ids) == 1
    rows = _rows(repository, kind, test_ids, query, says_itself)
    return as_file(request, kind, form, rows, name)


def as_file(
    request: Request, kind: Kind, form: str, rows: Iterable[Row], name: str
) -> HttpResponseBase:
    """Such rows as a file; raises what the first of them raise.

    `name` goes into a header: letters, digits, dashes and underscores.
    """
    disposition = f'attachment; filename="{name}.{form}"'
    headers = {"Content-Disposition": disposition}
    media_type = MEDIA_TYPES[form]
    chunks = each_in_time(chunked(_lines(kind, form, rows)))
    body = chain([next(chunks)], chunks)
    if request.method == "HEAD":
        return HttpResponse(content_type=media_type, headers=headers)
    # Under ASGI, too, a thread makes the chunks: see `monitor.threaded`.
    return StreamingHttpResponse(body, content_type=media_type, headers=headers)


def _rows(
    repository: ResultRepository,
    kind: Kind,
    test_ids: list[str],
    query: Query,
    says_itself: bool,
) -> Iterator[Row]:
    """Each with the test's id, unless `says_itself`: a record may say it, or not, and
    lines of one test are what its JSON has."""
    now = timezone.now()
    for test_id in test_ids:
        for row in kind.rows(repository, test_id, query, now):
            yield row if says_itself else {**_plain(row), "test_id": test_id}


def _plain(row: Row) -> Row:
    # What may be spliced was read strictly before.
    return orjson.loads(row.json) if isinstance(row, Spliced) else row


def _lines(kind: Kind, form: str, rows: Iterable[Row]) -> Iterator[bytes]:
    if form == NDJSON:
        return ndjson_lines(rows)
    return csv_lines(("test_id", *kind.columns), rows)


def _require_known(repository: ResultRepository, test_ids: list[str]) -> None:
    unknown = []
    for test_id in test_ids:
        try:
            repository.require_known(test_id)
        except UnknownTest:
            unknown.append(test_id)
    if unknown:
        raise UnknownTests(*unknown)
