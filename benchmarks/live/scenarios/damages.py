"""What can happen to a stream while clients are away from it, or follow it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.live.store import Store

# More than a page of the replay, so that what follows a reset is read in parts.
STORED = 250

# Done to a stream of `STORED` entries with these ids; the id that clients come back
# with, and the ids that they must get from then on.
Damage = Callable[[Store, str, list[str]], tuple[str, list[str]]]


@dataclass(frozen=True, slots=True)
class Case:
    """`reason` is what clients must be told before anything else; None for nothing.
    They come back after the damage, or, where `is_connected`, got every entry before
    and stayed."""

    name: str
    reason: str | None
    damage: Damage
    is_connected: bool = False


def _trimmed(store: Store, key: str, ids: list[str]) -> tuple[str, list[str]]:
    store.client.xtrim(key, maxlen=STORED // 2, approximate=False)
    return ids[20], ids[-STORED // 2 :]


def _anchor_deleted(store: Store, key: str, ids: list[str]) -> tuple[str, list[str]]:
    store.client.xdel(key, ids[20])
    return ids[20], ids[21:]


def _gone(store: Store, key: str, ids: list[str]) -> tuple[str, list[str]]:
    store.client.delete(key)
    return ids[20], []


def _ahead(store: Store, key: str, ids: list[str]) -> tuple[str, list[str]]:
    ahead = int(ids[-1].partition("-")[0]) + 3_600_000
    return f"{ahead}-0", ids


def _anew(store: Store, key: str, ids: list[str]) -> tuple[str, list[str]]:
    store.client.delete(key)
    return ids[20], store.add(_test(key), STORED)


def _behind(store: Store, key: str, ids: list[str]) -> tuple[str, list[str]]:
    return ids[20], ids[21:]


def _at_the_end(store: Store, key: str, ids: list[str]) -> tuple[str, list[str]]:
    return ids[-1], []


def _at_the_start(store: Store, key: str, ids: list[str]) -> tuple[str, list[str]]:
    return "0", ids


def _trimmed_behind(store: Store, key: str, ids: list[str]) -> tuple[str, list[str]]:
    store.client.xtrim(key, maxlen=STORED // 2, approximate=False)
    return ids[-100], ids[-99:]


def _overrun(store: Store, key: str, ids: list[str]) -> tuple[str, list[str]]:
    added = store.add(_test(key), STORED, most=STORED // 2)
    return ids[-1], added[-STORED // 2 :]


def _trimmed_to_few(store: Store, key: str, ids: list[str]) -> tuple[str, list[str]]:
    store.client.xtrim(key, maxlen=5, approximate=False)
    return ids[-1], []


def _test(key: str) -> str:
    return key.removeprefix("events:")


CASES = (
    Case("trimmed", "trimmed", _trimmed),
    Case("its entry deleted", "gone", _anchor_deleted),
    Case("stream deleted", "gone", _gone),
    Case("stream deleted and begun anew", "gone", _anew),
    Case("ahead of the stream", "ahead", _ahead),
    Case("trimmed faster than read", "trimmed", _overrun, is_connected=True),
    Case("nothing missing", None, _behind),
    Case("trimmed before its position", None, _trimmed_behind),
    Case("at the last entry", None, _at_the_end),
    Case("from the start", None, _at_the_start),
    Case("trimmed while connected", None, _trimmed_to_few, is_connected=True),
)
