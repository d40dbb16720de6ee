"""What a link asks for and what is said of it outlast every run that nobody asked for."""

import json
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from core.jobs.executor import ThreadExecutor
from core.jobs.queue import Jobs
from core.storage.store import Store
from core.ui.workbench import job_status

CLASSICAL = Path(__file__).parents[2] / "pages" / "classical_inversion.py"
SIZE_SENTENCE = "Size must be from 1 to 20, not 99; the link was read with 20."


def app():
    import streamlit as st

    from core.parameter import Parameter
    from core.ui.controls import drawn_controls, permalink
    from core.ui.controls.parameter_controls import control

    state = st.session_state
    title = state.get("title", "a page")
    permalink.begin(title)
    drawn_controls.begin(title)
    control(Parameter(name="size", default=10, low=1, high=20))
    if state.pop("break off", False):
        st.rerun()
    if state.get("drawn late"):
        late = Parameter(name="row", default=4, low=0, high=9)
        state["row was"] = control(late)
    control(Parameter(name="weight", default=2, low=0, high=9))
    st.json(permalink.finish())


@pytest.fixture
def link():
    """Open a page by a link of which two values are out of range."""
    at = AppTest.from_function(app)
    at.query_params["size"] = "99"
    at.query_params["row"] = "77"
    return at


def said(at):
    at.run()
    assert not at.exception
    return json.loads(at.json[0].value)


def test_a_run_that_was_broken_off_loses_nothing(link):
    link.session_state["break off"] = True
    assert said(link) == [SIZE_SENTENCE]
    link.session_state["break off"] = True
    assert said(link) == [SIZE_SENTENCE]


def test_a_part_that_is_drawn_late_finds_its_value_in_the_link(link):
    assert said(link) == [SIZE_SENTENCE]
    assert said(link) == [SIZE_SENTENCE]
    link.session_state["drawn late"] = True
    both = [SIZE_SENTENCE, "Row must be from 0 to 9, not 77; the link was read with 9."]
    assert said(link) == both
    assert said(link) == both
    assert link.session_state["row was"] == 9


@pytest.mark.parametrize("name", ["size", "weight"])
def test_a_change_ends_it(link, name):
    said(link)
    link.slider(key=name).set_value(3)
    assert said(link) == []
    link.slider(key=name).set_value(2)
    assert said(link) == []


def test_another_page_ends_it_and_has_values_of_its_own(link):
    said(link)
    link.session_state["title"], link.session_state["drawn late"] = "another page", True
    assert said(link) == []
    assert link.session_state["row was"] == 4


def test_a_job_that_ends_while_its_page_is_drawn_leaves_the_sentence(monkeypatch, tmp_path):
    """The workbench then breaks off the first run, and the controls have read the link already."""
    jobs = Jobs(ThreadExecutor(), Store(tmp_path))
    monkeypatch.setattr(job_status, "the_jobs", lambda: jobs)
    monkeypatch.setattr(job_status, "WAIT_SECONDS", 0.0)
    ask_all, looks = job_status.ask_all, []

    def ask_and_wait(questions, *, live):
        found = ask_all(questions, live=live)
        if len(looks) == 1:
            found[0].wait(60)
        looks.append(found[0].over)
        return found

    monkeypatch.setattr(job_status, "ask_all", ask_and_wait)
    at = AppTest.from_file(CLASSICAL, default_timeout=60)
    link = "size=64&detectors=64&width=1&angles=12&a=sirt&b=none&a.sirt.relaxation=99&row=999"
    for name, text in parse_qsl(link):
        at.query_params[name] = text
    at.run()
    assert not at.exception
    assert looks == [False, True, True]  # so it was broken off between the second and third
    (notice,) = at.info
    assert "Relaxation must be from 0.05 to 3, not 99" in notice.value
    # The profile has its control only now that there is something to draw.
    assert "Row of the profile must be from 0 to 63, not 999" in notice.value
    assert at.session_state["profile.row of 64"] == 63


def test_in_an_image_of_another_size_the_profile_starts_in_the_middle(monkeypatch):
    ask_all = job_status.ask_all

    def ask_and_wait(questions, *, live):
        found = ask_all(questions, live=live)
        found[0].wait(60)
        return found

    monkeypatch.setattr(job_status, "ask_all", ask_and_wait)
    at = AppTest.from_file(CLASSICAL, default_timeout=60)
    for name, text in parse_qsl("size=128&angles=12&a=fbp&b=none"):
        at.query_params[name] = text
    at.run()
    assert at.slider(key="profile.row of 128").value == 64
    at.session_state["size"] = 64
    at.run()
    assert not at.exception
    assert at.slider(key="profile.row of 64").value == 32
    assert "profile.row" not in at.session_state["link state"].query
