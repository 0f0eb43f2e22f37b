"""DEBUG never listens for others."""

import pytest
from django.core.management import CommandError, call_command

from results.management.debugging import is_private


def test_only_loopback_is_private():
    assert all(map(is_private, ["127.0.0.1", "::1", "localhost", "127.1.2.3"]))
    assert not any(map(is_private, ["0.0.0.0", "::", "192.0.2.1", "box.example"]))


@pytest.mark.parametrize(
    "command",
    [
        ["serve", "--host", "0.0.0.0"],
        ["runserver", "--noreload", "0.0.0.0:0"],
        ["demo", "--host", "192.0.2.1"],
    ],
)
def test_no_server_listens_for_others_with_debug(settings, command):
    settings.DEBUG = True
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    with pytest.raises(CommandError, match="DEBUG=true shows its insides"):
        call_command(*command)
