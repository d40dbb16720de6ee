"""The server: what it loads before anybody asks, and how it collects what visitors leave."""

import asyncio
import gc
import subprocess
import sys
import threading
import time
import tomllib
import weakref
from pathlib import Path

import pytest
import streamlit as st
from streamlit import config
from streamlit.testing.v1 import AppTest

from core.methods.support import astra_fbp
from core.ui import server
from core.ui.workbench import recipe as recipe_tab

ROOT = Path(__file__).parents[2]
APP = ROOT / "streamlit_app.py"
HEAVY = {"numba", "astra", "pylops", "pyproximal", "torch", "scipy", "h5py"}
DEADLINE = 120


def opened(page, **query):
    app = AppTest.from_file(APP, default_timeout=DEADLINE)
    for name, text in query.items():
        app.query_params[name] = text
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    return app


@pytest.mark.parametrize(
    ("section", "name"), [("server", "fileWatcherType"), ("runner", "postScriptGC")]
)
def test_streamlit_has_the_options_that_a_fast_server_needs(section, name):
    there = f"{section}.{name}" in config.get_config_options()
    assert there, f"Streamlit has no option {section}.{name} any more: see .streamlit/config.toml."


def test_watching_and_collecting_after_each_run_are_off_as_it_ships():
    shipped = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert shipped["server"]["fileWatcherType"] == "none"
    assert shipped["runner"]["postScriptGC"] is False


def test_what_a_page_says_first_waits_for_no_library():
    loaded = "import core.ui.shell, core.ui.controls.permalink, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", loaded],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=DEADLINE,
    )
    assert HEAVY & set(done.stdout.split()) == set()


def test_until_the_libraries_are_loaded_a_page_shows_its_text(monkeypatch):
    monkeypatch.setattr(server, "is_loaded", lambda: False)
    monkeypatch.setattr(server, "wait_until_loaded", st.stop)
    app = opened("forward")
    assert [title.value for title in app.title] == ["Forward model"]
    assert "How an image becomes data, and why the way back is hard." in [
        text.value for text in app.markdown
    ]


@pytest.mark.parametrize(
    ("page", "size"),
    [
        ("forward", "64"),
        ("classical_inversion", "64"),
        ("classical_inversion", "320"),  # with a stored run
        ("proximal_methods", "64"),
    ],
)
def test_once_the_server_has_started_a_visitor_imports_nothing(page, size):
    server.wait_until_loaded()
    before = set(sys.modules)
    for _ in ("first visitor", "second visitor"):
        opened(page, size=size)
        new = set(sys.modules) - before
        assert {name for name in new if not name.startswith(("streamlit.", "encodings."))} == set()


def test_a_closed_tab_computes_nothing(monkeypatch):
    calls = []

    def counted(name, function):
        def call(*arguments, **options):
            calls.append(name)
            return function(*arguments, **options)

        return call

    monkeypatch.setattr(astra_fbp, "filter_rows", counted("filters", astra_fbp.filter_rows))
    monkeypatch.setattr(recipe_tab, "recipe", counted("recipe", recipe_tab.recipe))
    opened("classical_inversion", size="64", a="cgls", b="none")
    assert calls == []
    opened("classical_inversion", size="64", a="cgls", b="none", tab="recipe")
    assert set(calls) == {"recipe"}
    calls.clear()
    opened("classical_inversion", size="64", a="cgls", b="none", tab="filters")
    assert set(calls) == {"filters"}


def test_what_visitors_leave_is_collected_and_never_by_their_own_runs(monkeypatch):
    class Left:
        pass

    monkeypatch.setattr(server, "COLLECT_SECONDS", 0.01)
    monkeypatch.setattr(server, "wait_until_loaded", lambda: None)
    thresholds, stop, gone = gc.get_threshold(), threading.Event(), threading.Event()
    thread = threading.Thread(target=server._tidy, args=(stop,))
    thread.start()
    try:
        end = time.monotonic() + DEADLINE
        while gc.get_threshold()[2] != server.NEVER and time.monotonic() < end:
            time.sleep(0.01)
        one, other = Left(), Left()
        one.other, other.one = other, one
        weakref.finalize(one, gone.set)
        del one, other
        # Only where something is made is there something to collect.
        while not gone.wait(0.01) and time.monotonic() < end:
            assert [[] for _ in range(1000)]
        assert gone.is_set()
    finally:
        stop.set()
        thread.join(DEADLINE)
        gc.set_threshold(*thresholds)
        gc.unfreeze()


@pytest.mark.parametrize(
    ("headless", "pages"), [(True, []), (False, ["http://localhost:8501/lab"])]
)
def test_the_server_opens_a_browser_where_there_is_a_screen(monkeypatch, headless, pages):
    options = {
        "server.headless": headless,
        "browser.serverAddress": "localhost",
        "server.port": 8501,
        "server.baseUrlPath": "/lab/",
    }
    shown, begun = [], threading.Event()
    monkeypatch.setattr(st, "get_option", options.get)
    monkeypatch.setattr(server.webbrowser, "open", shown.append)
    monkeypatch.setattr(server, "_tidy", lambda stop: begun.set())

    async def serve():
        async with server.lifespan(None):
            await asyncio.sleep(0)

    asyncio.run(serve())
    assert begun.wait(DEADLINE)
    assert shown == pages
