"""A dump is read strictly, and loaded as a whole or not at all."""

import pytest

from results.dump import BadDump, KeysExist, load_keys, read_keys
from results.keys import Keys
from results.recorder import Recorded, Recorder
from tests.dumps import FILE, keys_of, line_of
from tests.factories import TEST_ID, make_run
from tests.recording import everything

RESULTS = f"results:{TEST_ID}"


def test_every_type_is_loaded_exactly(store):
    load_keys(
        store,
        keys_of(
            ("z", "zset", [["b", 0.1], ["a", 1771060504.091948], ["é\n", -1e300]]),
            ("l", "list", ["new", "old", "old", ""]),
            ("h", "hash", {"name": "Café", "": "empty", "null": "\0"}),
            ("s", "set", ["one", "two"]),
            ("e", "stream", [["1-1", {"b": "1", "a": "2"}], ["1-2", {"a": ""}]]),
            ("t", "string", "text"),
            ("big", "list", [str(number) for number in range(2500)]),
        ),
    )
    assert everything(store) == {
        b"z": [("é\n".encode(), -1e300), (b"b", 0.1), (b"a", 1771060504.091948)],
        b"l": [b"new", b"old", b"old", b""],
        b"h": {b"name": "Café".encode(), b"": b"empty", b"null": b"\0"},
        b"s": {b"one", b"two"},
        b"e": [(b"1-1", {b"b": b"1", b"a": b"2"}), (b"1-2", {b"a": b""})],
        b"t": b"text",
        b"big": [str(number).encode() for number in range(2500)],
    }


def test_what_a_deployed_writer_left_comes_back_line_by_line(store):
    with FILE.open("rb") as lines:
        keys = read_keys(lines)
    load_keys(store, keys, "site:")
    stored = everything(store)
    assert len(stored) == len(keys) == 17
    for key in keys:
        found = stored[f"site:{key.name}".encode()]
        if key.type == "zset":
            assert [(m.decode(), s) for m, s in found] == key.value
        if key.type == "list":
            assert [element.decode() for element in found] == key.value
        if key.type == "stream":
            assert [entry_id.decode() for entry_id, _ in found] == [
                entry_id for entry_id, _ in key.value
            ]


def test_a_key_that_exists_stops_everything_by_name(store):
    store.set("two", "before")
    store.set("three", "before")
    keys = keys_of(
        ("one", "set", ["a"]), ("two", "set", ["a"]), ("three", "set", ["a"])
    )
    with pytest.raises(KeysExist) as error:
        load_keys(store, keys)
    assert error.value.names == ("two", "three")
    assert not store.exists("one")
    load_keys(store, keys, replace=True)
    assert [store.type(name) for name in ("one", "two", "three")] == [b"set"] * 3


def test_replaced_runs_may_be_recorded_again(store):
    recorder = Recorder(store)
    recorder.record_run(TEST_ID, make_run())
    load_keys(store, keys_of((RESULTS, "zset", [["other", 1.0]])), replace=True)
    assert not store.exists(Keys().recorded(TEST_ID))
    assert recorder.record_run(TEST_ID, make_run()) is Recorded.NEW


BAD_LINES = [
    (b"{", "not JSON"),
    (b"\xff", "not UTF-8"),
    (b"[" * 100_000, "not JSON"),
    (b"[]", "not an object with key, type and value"),
    (b'{"key": "a", "type": "set"}', "not an object with key, type and value"),
    (line_of("", "set", ["a"]), "the key has no name"),
    (line_of(7, "set", ["a"]), "no text that has to be"),
    (line_of("a", "hyperloglog", []), "the type is none of zset, list, hash"),
    (line_of("a", "set", []), "the value is empty"),
    (line_of("a", "set", {"a": "b"}), "does not suit the type"),
    (line_of("a", "set", [1]), "no text that has to be"),
    (line_of("a", "set", ["a", "a"]), "a member is there twice"),
    (line_of("a", "list", "text"), "does not suit the type"),
    (line_of("a", "hash", {"a": None}), "no text that has to be"),
    (line_of("a", "hash", {"a": "\ud800"}), "a text is not UTF-8"),
    (line_of("a", "zset", ["a"]), "an element is no pair"),
    (line_of("a", "zset", [["a", 1, 2]]), "an element is no pair"),
    (line_of("a", "zset", [["a", "1"]]), "a score is no number"),
    (line_of("a", "zset", [["a", True]]), "a score is no number"),
    (line_of("a", "zset", [["a", float("nan")]]), "not JSON"),
    (b'{"key": "a", "type": "zset", "value": [["a", 1e999]]}', "beyond a double"),
    (line_of("a", "zset", [["a", 10**400]]), "beyond a double"),
    (line_of("a", "zset", [["a", 1], ["a", 2]]), "a member is there twice"),
    (line_of("a", "stream", [["1", {"a": "b"}]]), "a stream id is not like"),
    (line_of("a", "stream", [["0-0", {"a": "b"}]]), "do not rise"),
    (line_of("a", "stream", [["1-1", {"a": "b"}]] * 2), "do not rise"),
    (line_of("a", "stream", [[f"{2**64}-0", {"a": "b"}]]), "over 64 bits"),
    (line_of("a", "stream", [["1-0", {}]]), "the value is empty"),
    (line_of("first", "set", ["b"]), "the key first again"),
]


@pytest.mark.parametrize(("line", "reason"), BAD_LINES)
def test_a_bad_line_is_told_by_its_number_and_reason(line, reason):
    with pytest.raises(BadDump) as error:
        read_keys([line_of("first", "set", ["a"]) + b"\n", b"\n", line])
    assert str(error.value).startswith("line 3: ")
    assert reason in str(error.value)


def test_a_file_without_a_key_is_no_dump():
    with pytest.raises(BadDump, match="there is no key in it"):
        read_keys([b"\n", b"  \n"])
