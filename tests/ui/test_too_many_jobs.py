"""A visitor with too many jobs is told so where a button was pressed."""

import threading
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from core.jobs.executor import ThreadExecutor
from core.jobs.queue import Jobs
from core.jobs.shares import MOST_JOBS, REFUSED
from core.storage.store import Store
from core.ui.workbench import job_status
from tests.helpers.queued import Gate, task


def page_of_questions():
    import streamlit as st

    from core.ui.workbench import job_status

    job_status.visitor()
    st.button("Start", on_click=job_status.run, args=(st.session_state.questions,))


def page_of_a_long_job():
    import streamlit as st

    from core.ui.workbench.long_job import long_job

    (question,) = st.session_state.questions
    long_job(question.task, label="Start", icon=":material/stop:", show=lambda state: None)


@pytest.fixture
def jobs(tmp_path, monkeypatch):
    with ThreadExecutor(1) as pool:
        jobs = Jobs(pool, Store(tmp_path))
        monkeypatch.setattr("core.ui.workbench.job_status.the_jobs", lambda: jobs)
        monkeypatch.setattr("core.ui.workbench.long_job.the_jobs", lambda: jobs)
        yield jobs
        jobs.close()


def asked(key):
    return SimpleNamespace(key=key, task=task(key, Gate()))


@pytest.mark.parametrize(
    ("page", "questions"),
    [(page_of_questions, ["a", "b"]), (page_of_a_long_job, ["a"])],
)
def test_a_button_says_once_that_there_are_too_many(jobs, page, questions):
    app = AppTest.from_function(page, default_timeout=60)
    app.session_state.questions = [asked(key) for key in questions]
    app.run()
    me = app.session_state[job_status._VISITOR]
    for number in range(MOST_JOBS):
        jobs.submit(task(f"open {number}", Gate()), me)
    app.button[0].click().run()
    assert not app.exception
    assert [toast.value for toast in app.toast] == [REFUSED]


def test_one_job_more_than_allowed_is_over_at_once(jobs):
    for number in range(MOST_JOBS):
        jobs.submit(task(f"open {number}", Gate()), "ada")
    refused = jobs.submit(task("one more", Gate()), "ada")
    waits = threading.Thread(target=refused.wait, daemon=True)
    waits.start()
    waits.join(20)
    assert not waits.is_alive()
    assert refused.state.error == REFUSED
