"""What the session of a visitor holds on to: no iterates, of which a class has gigabytes."""

import gc
from pathlib import Path

from streamlit.testing.v1 import AppTest

from core.jobs.executor import ThreadExecutor
from core.jobs.queue import Jobs
from core.methods.support.history import Snapshot
from core.storage.store import Store
from core.ui.workbench import job_status

APP = Path(__file__).parents[2] / "streamlit_app.py"


def iterates_alive():
    gc.collect()
    return sum(type(thing) is Snapshot for thing in gc.get_objects())


def test_a_session_leaves_the_iterates_to_the_jobs(monkeypatch, tmp_path):
    jobs = Jobs(ThreadExecutor(), Store(tmp_path))
    monkeypatch.setattr(job_status, "the_jobs", lambda: jobs)
    monkeypatch.setattr(job_status, "WAIT_SECONDS", 60.0)
    before = iterates_alive()
    app = AppTest.from_file(APP, default_timeout=120)
    for name, text in {"size": "64", "a": "sirt", "b": "none", "iteration": "3"}.items():
        app.query_params[name] = text
    app.switch_page("pages/classical_inversion.py").run()
    assert not app.exception
    assert iterates_alive() > before
    jobs._jobs.clear()
    assert iterates_alive() == before
