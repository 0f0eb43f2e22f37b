"""The tables beside the main one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.reads.endpoints import Endpoint
from benchmarks.reads.first_reads import FirstRead
from benchmarks.reads.growth import Curve
from benchmarks.reads.measuring import Cost
from benchmarks.results_page import table

Costs = Mapping[Endpoint, Mapping[str, Cost]]


def speed_table(costs: Costs, servers: Sequence[str]) -> str:
    """Requests a second and how long one takes, over two connections."""
    head = [""]
    for server in servers:
        head += [f"{server}: requests/s", "p50 / p99 ms"]
    rows = [
        [endpoint.name, *(cell for server in servers for cell in _speed(each, server))]
        for endpoint, each in costs.items()
    ]
    return table(head, rows)


def _speed(costs: Mapping[str, Cost], server: str) -> list[str]:
    if server not in costs:
        return ["", ""]
    cost = costs[server]
    rate = f"{cost.rate:,.0f}" if cost.rate >= 10 else f"{cost.rate:.1f}"
    return [rate, f"{cost.took(0.5):.1f} / {cost.took(0.99):.1f}"]


def store_table(costs: Costs) -> str:
    """What a request costs Redis: bytes that it sends, and its own CPU."""
    compared = ("peer", "production")
    head = ["", *(f"{each}: KB from Redis" for each in compared)]
    head += [f"{each}: CPU ms of Redis" for each in compared]
    rows = [
        [
            endpoint.name,
            *(f"{each[server].store_bytes / 1e3:,.1f}" for server in compared),
            *(f"{each[server].store_cpu:.2f}" for server in compared),
        ]
        for endpoint, each in costs.items()
        if endpoint.must
    ]
    return table(head, rows)


def unchanged_table(costs: Costs, unchanged: Mapping[Endpoint, Cost | None]) -> str:
    """A 304 beside the whole answer; None where no answer has an ETag."""
    head = ["", "whole answer: CPU ms", "304: CPU ms", "304: KB from Redis"]
    rows = []
    for endpoint, cost in unchanged.items():
        whole = f"{costs[endpoint]['production'].cpu:.2f}"
        cells = [f"{cost.cpu:.2f}", f"{cost.store_bytes / 1e3:,.1f}"] if cost else []
        rows.append([endpoint.name, whole, *(cells or ["no ETag", ""])])
    return table(head, rows)


def first_table(reads: Mapping[str, FirstRead | None]) -> str:
    head = ["first read of 2,880 x 50 KB", "seconds", "CPU seconds", "503 before"]
    head.append("MB of memory for it")
    rows = [[name, *(_first(read) if read else _NONE)] for name, read in reads.items()]
    return table(head, rows)


_NONE = ["none in 60 s", "", "", ""]


def _first(read: FirstRead) -> list[str]:
    seconds = [f"{read.seconds:.2f}", f"{read.cpu_seconds:.2f}"]
    return [*seconds, str(read.refused), f"{read.more_bytes / 1e6:.0f}"]


def growth_table(curves: Sequence[Curve], over: str, servers: Sequence[str]) -> str:
    """CPU of a request by size; `spread` is its largest to its smallest figure."""
    some = [curve for curve in curves if curve.over == over]
    sizes = [f"{size:,} {over}" for size in some[0].sizes]
    rows = [
        [f"{curve.name}, {server}", *map(_cell, curve.cpu_ms(server)), _spread(figures)]
        for curve in some
        for server in servers
        for figures in [curve.cpu_ms(server)]
    ]
    return table(["CPU ms per request", *sizes, "spread"], rows)


def _cell(cpu_ms: float | None) -> str:
    return "no answer" if cpu_ms is None else f"{cpu_ms:,.2f}"


def _spread(figures: Sequence[float | None]) -> str:
    known = [figure for figure in figures if figure]
    if len(known) < len(figures):
        return ""
    return f"{max(known) / min(known):,.2f}"
