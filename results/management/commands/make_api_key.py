"""`make_api_key`: a new API key, and what to put into API_KEYS for it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from results.access.keys import NAME, digest_of, new_key


class Command(BaseCommand):
    """Prints both and keeps neither."""

    help = "Prints a new API key, and the entry of API_KEYS that lets it in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="of its holder: letters, digits and _ . -")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"]
        if not NAME.fullmatch(name):
            raise CommandError(
                "the name may hold letters, digits and _ . -, 64 at most"
            )
        key = new_key()
        self.stdout.write(f"key, for its holder:  {key}")
        self.stdout.write(f"entry of API_KEYS:    {name}:{digest_of(key)}")
