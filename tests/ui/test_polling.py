"""How often the pages of a class look at their jobs."""

import threading

import pytest
from streamlit.testing.v1 import AppTest

from core.ui.workbench import polling


class Time:
    """A clock that only those who sleep move on."""

    def __init__(self):
        self.now = 100.0
        self.slept = []

    def clock(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)


def test_fifty_looks_at_once_take_turns():
    time = Time()
    turns = polling.Turns(0.05, time.clock, time.sleep)
    visitors = [threading.Thread(target=turns.wait) for _ in range(50)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    # The first looks at once, each other one turn after the one before.
    assert sorted(time.slept) == pytest.approx([0.05 * place for place in range(1, 50)])


def test_who_is_alone_does_not_wait():
    time = Time()
    turns = polling.Turns(0.05, time.clock, time.sleep)
    for _ in range(5):
        turns.wait()
        time.now += polling.POLL_SECONDS
    assert time.slept == []


def watched():
    import streamlit as st

    from core.ui.controls import permalink
    from core.ui.workbench.polling import watch

    if st.session_state.get("whole"):
        permalink.begin("page")
    watch(lambda: [], busy=st.session_state.get("busy", False))


@pytest.mark.parametrize(
    ("whole", "busy", "taken"), [(True, True, 0), (False, True, 1), (False, False, 0)]
)
def test_only_a_look_of_its_own_takes_a_turn(monkeypatch, whole, busy, taken):
    turns = []
    monkeypatch.setattr(polling.TURNS, "wait", lambda: turns.append(1))
    monkeypatch.setattr(polling, "wait_for", lambda jobs: True)
    app = AppTest.from_function(watched, default_timeout=60)
    app.session_state["whole"], app.session_state["busy"] = whole, busy
    app.run()
    assert not app.exception
    assert len(turns) == taken
