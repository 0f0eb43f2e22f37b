"""A wish to end is noted at once, obeyed between steps, and never lost."""

import os
import signal

import pytest

from results.demo.ending import Ending


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_interrupts_nothing_until_somebody_asks(signum):
    ending = Ending()
    with ending.heard():
        ending.check()
        os.kill(os.getpid(), signum)
        assert ending.is_wanted
        with pytest.raises(KeyboardInterrupt):
            ending.check()


def test_a_step_that_does_not_end_is_interrupted_after_all(monkeypatch):
    monkeypatch.setattr("results.demo.ending.PATIENCE_SECONDS", 0.1)
    with Ending().heard():
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.sigtimedwait([], 20)


def test_whoever_asks_twice_is_obeyed_at_once():
    with Ending().heard():
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)


def test_what_stood_before_stands_again():
    before = signal.getsignal(signal.SIGINT)
    with Ending().heard():
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
