"""100,000 hostile requests over raw sockets: which answers were wrong."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter

from benchmarks.reliability.asking import Answer, Client
from benchmarks.reliability.hostile import Fuzzer, Request
from benchmarks.reliability.rows import Row
from benchmarks.reliability.stage import HOST, Stage, stage
from benchmarks.results_page import tell

REQUESTS, LEAST_REQUESTS, CLIENTS, SEED = 100_000, 800, 8, 20261126
MOST_TOLD, TOLD_EACH = 20, 10_000


def lane(scale: float) -> list[Row]:
    """100,000 of them, or as many as the scale says."""
    return [asyncio.run(_played(max(LEAST_REQUESTS, int(REQUESTS * scale))))]


async def _played(requests: int) -> Row:
    began = time.monotonic()
    async with stage() as here:
        counted: Counter[str] = Counter()
        share = requests // CLIENTS
        senders = (_send(here, SEED + n, share, counted) for n in range(CLIENTS))
        await asyncio.gather(*senders)
        client = Client(HOST, here.server.port)
        last = await client.get("/api/dashboard")
        await client.close()
    counts = {
        "requests": counted["requests"],
        "faults": counted["5xx"],
        "not_json": counted["not JSON"],
        "unanswered": counted["unanswered"],
        "hung_up": counted["hung up"],
        "ok": counted["2xx"],
        "refused": counted["4xx"],
    }
    wrong = counts["faults"] + counts["not_json"] + counts["unanswered"]
    return Row(
        test="hostile-requests",
        title="Hostile requests",
        setting=f"`serve`, one process, {CLIENTS} raw sockets, seed {SEED}",
        fault="bad methods, paths, ids, parameters, headers, bodies; what is no HTTP",
        says="{faults} of {requests} requests were answered 5xx ({ok} 2xx, {refused} "
        "4xx); {not_json} had no JSON body where no page was asked for; "
        "{unanswered} got no answer, beside {hung_up} that are no HTTP or "
        "too large and were hung up on",
        counts=counts,
        duration_seconds=time.monotonic() - began,
        asked="0 5xx, JSON unless a page was asked for",
        met=wrong == 0 and last.status == 200,
    )


async def _send(here: Stage, seed: int, requests: int, counted: Counter[str]) -> None:
    fuzzer, client = Fuzzer(seed, here.test_ids), Client(HOST, here.server.port)
    for _ in range(requests):
        request = fuzzer.request()
        answer = await client.ask(request.sent, request.is_head)
        if not request.is_http:
            await client.close()
        kind = judged(request, answer)
        counted["requests"] += 1
        if counted["requests"] % TOLD_EACH == 0:
            tell(f"{counted['requests']:,} requests")
        counted[kind] += 1
        if kind in ("5xx", "not JSON", "unanswered") and counted[kind] <= MOST_TOLD:
            tell(f"{kind}: {answer.status} {answer.body[:90]!r} {request.sent[:300]!r}")
    await client.close()


def judged(request: Request, answer: Answer) -> str:
    """The class of the status, or what is wrong with it."""
    if answer.status == 0:
        return "unanswered" if request.is_http else "hung up"
    if answer.status >= 500:
        return "5xx"
    if answer.status >= 400 and not request.is_head and not request.may_be_page:
        if not answer.is_error_body():
            return "not JSON"
    elif is_json(answer) and not is_parsed(answer, request):
        return "not JSON"
    return f"{answer.status // 100}xx"


def is_json(answer: Answer) -> bool:
    """Whether it says that it is."""
    return answer.headers.get("content-type", "").startswith("application/json")


def is_parsed(answer: Answer, request: Request) -> bool:
    """Whether its body is what it says, where there is one."""
    if request.is_head or answer.status in (204, 304):
        return True
    if answer.headers.get("content-encoding", "gzip") != "gzip":
        return True
    try:
        json.loads(answer.body)
    except ValueError:
        return False
    return True
