"""A writer at work: one run of the live test after the other."""

from __future__ import annotations

import itertools
import threading

from results.recorder import Recorder
from tests.client_stage.data import LIVE, live_run, message_of

EVENT_SECONDS = 0.1
# Between two runs: as long as a person would look at the last one's end.
PAUSE_SECONDS = 1.5


class Feeder:
    """Logs an event every tenth of a second while the `with` block lasts.

    Events are numbered (`tick`), so that a reader knows whether it missed one.
    """

    def __init__(self, redis_url: str) -> None:
        self._recorder = Recorder.from_url(redis_url, keep_events=2000)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._feed, daemon=True)

    def __enter__(self) -> Feeder:
        self._thread.start()
        return self

    def __exit__(self, *_failure: object) -> None:
        self._stop.set()
        self._thread.join()
        self._recorder.close()

    def _feed(self) -> None:
        tick = itertools.count()
        for number in itertools.count():
            events, record = live_run(number)
            for kind, fields in events:
                if self._stop.wait(EVENT_SECONDS):
                    return
                said = message_of(kind, fields)
                self._recorder.log_event(LIVE, kind, said, tick=next(tick), **fields)
            self._recorder.record_run(LIVE, record)
            self._stop.wait(PAUSE_SECONDS)
