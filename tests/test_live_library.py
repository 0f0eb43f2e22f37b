"""What we use of django-eventstream without its documentation naming it: an upgrade
that moves any of it must fail here, and not in production."""

import threading
from concurrent.futures import ThreadPoolExecutor

from asgiref.sync import ThreadSensitiveContext
from django_eventstream import utils, views
from django_eventstream.channelmanager import DefaultChannelManager
from django_eventstream.event import Event
from django_eventstream.renderers import SSEEventRenderer
from django_eventstream.viewsets import EventsViewSet
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from results import checks
from results.asgi_server.protocol import LimitedProtocol
from results.live.channels import LiveChannelManager
from results.live.renderers import SseRenderer
from results.live.stream_view import StreamViewSet
from results.live.view import LiveViewSet
from results.renderers import LivePageRenderer


def test_a_listener_has_what_we_set_and_wait_for():
    listener = views.Listener()
    assert listener.channels == set()
    assert not listener.error
    assert not listener.aevent.is_set()
    assert callable(listener.assign_loop)


def test_the_listener_manager_registers_and_kicks():
    manager = views.get_listener_manager()
    assert isinstance(manager.lock, type(threading.Lock()))
    assert isinstance(manager.listeners_by_channel, dict)
    assert callable(manager.add_listener) and callable(manager.remove_listener)
    assert callable(manager.kick)


def test_a_thread_can_be_shared_by_streams():
    assert checks.threads_can_be_shared() == []
    ThreadSensitiveContext(executor=ThreadPoolExecutor(1))


def test_an_asgiref_without_shared_threads_is_refused_by_name(monkeypatch):
    monkeypatch.setattr(ThreadSensitiveContext, "__init__", lambda self: None)
    [error] = checks.threads_can_be_shared()
    assert error.id == "results.E001"
    assert "asgiref 3.13" in error.hint


def test_streams_without_a_renderer_are_refused_by_name(monkeypatch):
    assert checks.streams_have_a_renderer() == []
    monkeypatch.setattr(StreamViewSet, "renderer_classes", (LivePageRenderer,))
    [error] = checks.streams_have_a_renderer()
    assert error.id == "results.E002"


def test_uvicorn_has_what_our_protocol_builds_on():
    for name in (
        "connection_made",
        "connection_lost",
        "data_received",
        "on_message_begin",
        "on_message_complete",
        "shutdown",
    ):
        assert name in vars(HttpToolsProtocol) and name in vars(LimitedProtocol)


def test_an_event_is_encoded_as_we_expect():
    event = Event("channel", "message", "{}", id="1-0")
    assert utils.sse_encode_event(event.type, event.data, event_id=event.id) == (
        "event: message\nid: 1-0\ndata: {}\n\n"
    )


def test_the_default_headers_keep_proxies_and_caches_out(rf):
    headers = {}
    utils.add_default_headers(headers, request=rf.get("/"))
    assert headers == {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


def test_ours_are_the_library_s_where_it_looks_for_them():
    assert isinstance(utils.get_channelmanager(), LiveChannelManager)
    assert issubclass(LiveChannelManager, DefaultChannelManager)
    assert issubclass(LiveViewSet, EventsViewSet)
    assert issubclass(SseRenderer, SSEEventRenderer)


def test_everybody_may_read_and_a_user_is_not_looked_at():
    assert LiveChannelManager().can_read_channel(None, "events:abc")


def test_text_passes_the_renderer_and_objects_become_json():
    assert SseRenderer().render("data: x\n\n") == b"data: x\n\n"
    assert SseRenderer().render({"type": "error"}) == b'{"type":"error"}'
