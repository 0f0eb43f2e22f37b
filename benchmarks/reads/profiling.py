"""Where the CPU of a request goes, by package: `python -m benchmarks.reads.profiling`.

In a process of its own that has the product's settings and asks its WSGI entry, over
the store of `REDIS_URL`. Paths are arguments; a Markdown table comes out.
"""

from __future__ import annotations

import cProfile
import pstats
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any
from wsgiref.util import setup_testing_defaults

from benchmarks.results_page import table

REQUESTS = 200
PACKAGES = ("django", "rest_framework", "redis", "results", "python")
PACKAGE = re.compile(r"site-packages[/\\](\w+)|[/\\](results|monitor|benchmarks)[/\\]")
OF_DRF = {"drf_standardized_errors", "drf_spectacular"}
OF_DJANGO = {"corsheaders", "django_http_compression", "servestatic", "asgiref"}
OF_REDIS = {"django_redis", "hiredis"}
OURS = {"monitor", "benchmarks"}


def main() -> None:
    from monitor.wsgi import application

    paths = sys.argv[1:]
    rows = [_row(path, shares(application, path)) for path in paths]
    print(table(["share of the CPU (%)", *PACKAGES], rows))


def shares(application: Callable[..., Any], path: str) -> dict[str, float]:
    """The share of each package in the CPU of many requests, warmed up."""
    for _ in range(REQUESTS // 4):
        _ask(application, path)
    profile = cProfile.Profile(time.process_time)
    profile.enable()
    for _ in range(REQUESTS):
        _ask(application, path)
    profile.disable()
    spent: Counter[str] = Counter()
    # Not in the stubs: per function (file, line, name) its calls, times and callers.
    stats: dict[Any, Any] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    for (file, _line, name), (_cc, _calls, own, _cumulated, _callers) in stats.items():
        spent[_package(file, name)] += own
    whole = sum(spent.values())
    return {package: seconds / whole for package, seconds in spent.items()}


def _package(file: str, name: str) -> str:
    if "_socket" in name or "hiredis" in name:
        return "redis"
    found = PACKAGE.search(file)
    package = (found[1] or found[2]) if found else "python"
    for group, members in (
        ("rest_framework", OF_DRF),
        ("django", OF_DJANGO),
        ("redis", OF_REDIS),
        ("results", OURS),
    ):
        if package in members:
            return group
    return package if package in PACKAGES else "python"


def _row(path: str, share: dict[str, float]) -> list[str]:
    return [f"`{path}`", *(f"{share.get(each, 0) * 100:.0f}" for each in PACKAGES)]


def _ask(application: Callable[..., Any], path: str) -> None:
    name, _, query = path.partition("?")
    environ = {"PATH_INFO": name, "QUERY_STRING": query, "HTTP_HOST": "localhost"}
    setup_testing_defaults(environ)
    answer = application(environ, lambda status, headers: None)
    b"".join(answer)
    answer.close()


if __name__ == "__main__":
    main()
