"""Which channel of django-eventstream a test's live feed is, who may read it, and how
its listeners in this process are woken."""

from __future__ import annotations

from asyncio import AbstractEventLoop
from collections.abc import Iterable
from typing import Any

from django_eventstream.channelmanager import DefaultChannelManager
from django_eventstream.views import Listener, get_listener_manager


def channel_of(test_id: str) -> str:
    """The name under which a test's listeners are registered in this process."""
    return f"events:{test_id}"


class LiveChannelManager(DefaultChannelManager):  # type: ignore[misc]
    """One channel a test, and that of no test for all. Everybody may read: there are
    no users."""

    def get_channels_for_request(
        self, request: Any, view_kwargs: dict[str, Any]
    ) -> set[str]:
        return {channel_of(view_kwargs.get("test_id", ""))}

    def can_read_channel(self, user: object | None, channel: str) -> bool:
        return True


def register(test_id: str) -> Listener:
    """A listener of the running loop, which `wake` and a kick reach from now on."""
    listener = Listener()
    listener.channels = {channel_of(test_id)}
    listener.assign_loop()
    get_listener_manager().add_listener(listener)
    return listener


def deregister(listener: Listener) -> None:
    """Forget a listener."""
    get_listener_manager().remove_listener(listener)


def wake(test_ids: Iterable[str], loop: AbstractEventLoop) -> None:
    """Tell the loop's own listeners of these tests to look, once however much is new.

    The library's queues are left alone: they hold ten entries and copy each for every
    listener, where the hub's frames are there for all.
    """
    manager = get_listener_manager()
    with manager.lock:
        for test_id in test_ids:
            for listener in manager.listeners_by_channel.get(channel_of(test_id), ()):
                if listener.loop is loop:
                    listener.aevent.set()
