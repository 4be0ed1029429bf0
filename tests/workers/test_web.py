"""The nudge: after a commit a worker is woken, and a broker that is away neither fails nor stalls the request."""

from __future__ import annotations

import threading
import time

from tests.support.servers import wait_for
from workers.web import Nudge


def test_a_nudge_is_sent_from_another_thread() -> None:
    threads: list[str] = []
    Nudge(lambda: threads.append(threading.current_thread().name))()
    wait_for(lambda: threads, what="the nudge")
    assert threads == ["nudge"]


def test_a_broker_that_hangs_does_not_hold_up_the_request() -> None:
    released = threading.Event()
    nudge = Nudge(released.wait)
    nudge()  # would wait here for ever
    assert not released.is_set()
    released.set()


def test_a_broker_that_fails_is_survived_and_asked_again_at_the_next_nudge() -> None:
    tried: list[int] = []

    def fail() -> None:
        tried.append(1)
        raise ConnectionRefusedError

    nudge = Nudge(fail)
    nudge()
    wait_for(lambda: len(tried) == 1, what="the first try")
    nudge()
    wait_for(lambda: len(tried) == 2, what="the second try")


def test_nudges_that_come_while_one_is_on_its_way_become_one() -> None:
    released, sent = threading.Event(), []

    def send() -> None:
        released.wait()
        sent.append(1)

    nudge = Nudge(send)
    nudge()
    wait_for(lambda: not nudge.wanted, what="the first on its way")
    for _ in range(10):
        nudge()
    released.set()
    wait_for(lambda: len(sent) == 2, what="the second")
    time.sleep(0.1)
    assert len(sent) == 2
