"""Key names: a writer's own, and ours in the slot of what they are derived from."""

import pytest

from results.keys import RUN_ID, TEST_ID, Keys
from results.topology.command_keys import slot_of

OURS = ("recorded", "hidden")


def test_a_writers_keys_are_those_of_the_contract():
    keys = Keys()
    assert keys.all_tests == "tests:all"
    assert keys.of_test("abc12345") == (
        "test:abc12345",
        "results:abc12345",
        "timing:abc12345",
        "incidents:abc12345",
        "events:abc12345",
    )


def test_a_prefix_stands_before_every_key():
    keys = Keys("eu:")
    ours = [getattr(keys, name)("a") for name in OURS]
    for key in (keys.all_tests, *keys.of_test("a"), *ours):
        assert key.startswith("eu:")


@pytest.mark.parametrize(
    ("name", "source"), [("recorded", "results:a"), ("hidden", "test:a")]
)
def test_our_keys_carry_the_hash_tag_of_their_source(name, source):
    assert getattr(Keys(), name)("a") == f"monitor:{{{source}}}:{name}"
    prefixed = getattr(Keys("eu:"), name)("a")
    assert prefixed == f"eu:monitor:{{eu:{source}}}:{name}"


def test_in_the_tagged_layout_a_tests_keys_share_a_slot():
    for keys in (Keys(layout="tagged"), Keys("eu:", "tagged")):
        assert keys.results("abc12345") == f"{keys.prefix}results:{{abc12345}}"
        names = [*keys.of_test("a"), keys.recorded("a"), keys.hidden("a")]
        names += [*keys.index("a"), *map(keys.confirmed, keys.of_test("a"))]
        assert {slot_of(name) for name in names} == {slot_of("a")}
        assert len(set(names)) == len(names)
    with pytest.raises(ValueError, match="layout must be one of plain, tagged"):
        Keys(layout="braces")


@pytest.mark.parametrize("layout", ["plain", "tagged"])
def test_an_id_is_found_in_the_name_of_a_key(layout):
    keys = Keys("eu:", layout)
    pattern = keys.results("*")
    assert keys.test_id_in(keys.results("a"), pattern) == "a"
    for name in ("eu:results:", "eu:timing:a", keys.results("a") + ":x", "results:a"):
        assert keys.test_id_in(name, pattern) is None


@pytest.mark.parametrize("test_id", ["abc12345", "A_b-9", "x" * 64])
def test_what_is_a_test_id(test_id):
    assert TEST_ID.fullmatch(test_id)


@pytest.mark.parametrize(
    "test_id", ["", "x" * 65, "a.b", "a b", "a:b", "é", "１", "a\n", "{a}"]
)
def test_what_is_no_test_id(test_id):
    assert not TEST_ID.fullmatch(test_id)


@pytest.mark.parametrize("run_id", ["12e45678", "a.b", "x" * 64])
def test_what_is_a_run_id(run_id):
    assert RUN_ID.fullmatch(run_id)


@pytest.mark.parametrize("run_id", ["", "x" * 65, "a b", "a:b", "é", "a\n"])
def test_what_is_no_run_id(run_id):
    assert not RUN_ID.fullmatch(run_id)
