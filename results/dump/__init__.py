"""All keys of a Redis in a file, one JSON object a line, and back into a Redis."""

from results.dump.loading import KeysExist, load_keys
from results.dump.reading import BadDump, StoredKey, read_keys
from results.dump.shifting import newest_run, shifted_to

__all__ = [
    "BadDump",
    "KeysExist",
    "StoredKey",
    "load_keys",
    "newest_run",
    "read_keys",
    "shifted_to",
]
