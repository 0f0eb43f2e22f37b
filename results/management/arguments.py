"""Arguments that several commands take."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandError, CommandParser

from results.keys import TEST_ID


def port(text: str) -> int:
    """A port number, 0 for any."""
    if not (text.isascii() and text.isdigit() and int(text) < 2**16):
        raise argparse.ArgumentTypeError("a port is a whole number from 0 to 65535")
    return int(text)


def add_test_ids(parser: CommandParser, every: str) -> None:
    """Tests by their ids, or `--all`, which is `every`."""
    parser.add_argument("test_ids", nargs="*", metavar="TEST_ID")
    parser.add_argument("--all", action="store_true", help=every)


def test_ids(options: Mapping[str, Any]) -> list[str]:
    """The ids that were given, each once; none is all. `CommandError` otherwise."""
    ids: list[str] = options["test_ids"]
    if bool(ids) == options["all"]:
        raise CommandError("name one test or more, or say --all")
    return [test_id(each) for each in dict.fromkeys(ids)]


def test_id(text: str) -> str:
    """The text, which is a test's id; `CommandError` where it cannot be one."""
    if not TEST_ID.fullmatch(text):
        raise CommandError(f"{text!r} is no test id")
    return text
